import { escapeIdentifier } from 'pg';
import { withSession } from './session';

/**
 * Makes databases of Azure's Flexible Server and lets an identity of Entra ID into each, or sees that it is so. The
 * administrator owns them: it cannot give them to a role that it may not become.
 * @param roles - the identity's name for each database's
 */
export async function ensureEntraDatabases(
  roles: Readonly<Record<string, string>>,
): Promise<void> {
  await withSession(
    async client => {
      const exists = async (sql: string, name: string) =>
        (await client.query(sql, [name])).rowCount !== 0;
      for (const [name, role] of Object.entries(roles)) {
        if (!(await exists('SELECT FROM pg_roles WHERE rolname = $1', role))) {
          // Looks the name up in Entra: no administrator, no multi-factor authentication.
          await client.query(
            'SELECT pgaadauth_create_principal($1, false, false)',
            [role],
          );
        }
        if (
          !(await exists('SELECT FROM pg_database WHERE datname = $1', name))
        ) {
          await client.query(`CREATE DATABASE ${escapeIdentifier(name)}`);
        }
        const database = `DATABASE ${escapeIdentifier(name)}`;
        await client.query(`REVOKE ALL ON ${database} FROM PUBLIC`);
        await client.query(
          `GRANT ALL ON ${database} TO ${escapeIdentifier(role)}`,
        );
      }
    },
    { database: 'postgres' },
  );
  for (const [database, role] of Object.entries(roles)) {
    await withSession(
      client =>
        client.query(`GRANT ALL ON SCHEMA public TO ${escapeIdentifier(role)}`),
      { database },
    );
  }
}
