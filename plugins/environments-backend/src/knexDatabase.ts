import type { DatabaseService } from '@backstage/backend-plugin-api';
import { Database, listenOn, preparing } from '@moorline/api';

type Knex = Awaited<ReturnType<DatabaseService['getClient']>>;

/**
 * The plugin's own database, as Backstage gives it, in the form the API wants. The connections are `pg`'s, lent from
 * Backstage's pool: passwords that change (managed identities), roles and the search path of a schema are then
 * Backstage's business, and there is one pool to size. Backstage closes it.
 */
export function knexDatabase(knex: Knex): Database {
  const { client } = knex;
  if (client.config.client !== 'pg') {
    throw new Error(
      `Environments need PostgreSQL, which keeps address ranges apart; backend.database.client is "${client.config.client}", set it to pg.`,
    );
  }
  return {
    async use(work) {
      const connection = await client.acquireConnection();
      try {
        return await work(preparing(connection));
      } finally {
        await client.releaseConnection(connection);
      }
    },
    async listen(listening) {
      const connection = await client.acquireConnection();
      try {
        await listenOn(connection, listening);
      } finally {
        // The pool notices that it has ended, and opens another one.
        await connection.end().catch(() => {});
        await client.releaseConnection(connection);
      }
    },
    async close() {},
  };
}
