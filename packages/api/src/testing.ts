/**
 * A real database for a test: made for it, dropped after it. And a whole PostgreSQL, for tests that kill it.
 *
 * @packageDocumentation
 */
import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { Database, createDatabase } from './database/database';
import { migrate } from './database/migrate';

export { startTestPostgres } from './testPostgres';
export type { TestPostgres } from './testPostgres';

/** A database of one test file. */
export interface TestDatabase {
  /** `postgres://` URL. */
  url: string;
  db: Database;
  /** Closes the connections and drops the database. */
  drop(): Promise<void>;
}

/** Where tests find their PostgreSQL: a `postgres://` URL of a server on which databases may be created. */
export function testPostgresUrl(): string {
  const url = process.env.MOORLINE_TEST_POSTGRES;
  if (!url) {
    throw new Error(
      'This test needs a real PostgreSQL. Run "npm test", which starts one, or set MOORLINE_TEST_POSTGRES to the URL of a server on which databases may be created, such as postgres://postgres@127.0.0.1:5432/postgres.',
    );
  }
  return url;
}

/** Makes a database with the API's tables; `{ empty: true }` leaves them out. */
export async function createTestDatabase(
  options: { empty?: boolean } = {},
): Promise<TestDatabase> {
  const server = testPostgresUrl();
  const name = `moorline_test_${randomBytes(6).toString('hex')}`;
  await administer(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const db = createDatabase(url.href);
  if (!options.empty) await migrate(db);
  return {
    url: url.href,
    db,
    async drop() {
      await db.close();
      await administer(server, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

async function administer(server: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
