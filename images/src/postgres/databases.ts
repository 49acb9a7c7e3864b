import { readdirSync, readFileSync } from 'fs';
import path from 'path';
import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import { UsageError } from './settings';

/** Names that PostgreSQL keeps for itself. */
const NAME = /^(?!pg_|postgres$|template[01]$)[a-z][a-z0-9_-]{0,62}$/;

/**
 * Makes a database and its role for each folder `NAME/` with a file `password`, or sees that they are there. Run again,
 * it changes nothing but passwords.
 * @throws UsageError when a name cannot be used
 */
export async function ensureDatabases(
  client: Client,
  folder: string,
): Promise<string[]> {
  const names = readdirSync(folder, { withFileTypes: true })
    // Kubernetes keeps the files of a volume in folders that begin with two dots.
    .filter(entry => !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort();
  for (const name of names) {
    if (!NAME.test(name)) {
      throw new UsageError(
        `"${name}" cannot be a database: begin with a small letter, then small letters, digits, - and _`,
      );
    }
    const password = readFileSync(path.join(folder, name, 'password'), 'utf8');
    await ensureDatabase(client, name, password.replace(/\r?\n$/, ''));
  }
  return names;
}

async function ensureDatabase(client: Client, name: string, password: string) {
  const quoted = escapeIdentifier(name);
  const exists = async (sql: string) =>
    (await client.query(sql, [name])).rowCount !== 0;
  if (!(await exists('SELECT FROM pg_roles WHERE rolname = $1'))) {
    await client.query(`CREATE ROLE ${quoted} LOGIN`);
  }
  await client.query(
    `ALTER ROLE ${quoted} PASSWORD ${escapeLiteral(password)}`,
  );
  if (!(await exists('SELECT FROM pg_database WHERE datname = $1'))) {
    await client.query(`CREATE DATABASE ${quoted} OWNER ${quoted}`);
  }
  await client.query(`REVOKE ALL ON DATABASE ${quoted} FROM PUBLIC`);
}
