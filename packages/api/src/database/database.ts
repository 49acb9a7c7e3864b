import { Pool, PoolConfig, QueryConfig } from 'pg';
import { traceWork } from '../tracing/spans';
import { withIdentity } from './identity';
import { Listening, listenOn } from './listen';

/** Something that answers SQL: a connection, or a transaction on one. */
export interface Queryable {
  query<Row extends object = Record<string, unknown>>(
    text: string,
    values?: unknown[],
  ): Promise<{ rows: Row[] }>;
}

/** PostgreSQL, reduced to what the API needs, so that any pool of `pg` connections can stand behind it. */
export interface Database {
  /** Lends a connection for the time of the work. */
  use<T>(work: (connection: Queryable) => Promise<T>): Promise<T>;
  /** Keeps a connection that listens, for the time of the work. */
  listen(listening: Listening): Promise<void>;
  /** Waits for connections in use and closes them all. */
  close(): Promise<void>;
}

/**
 * Opens a pool of connections.
 * @param connection A `postgres://` URL, or the settings of `pg`; without a password a pod's Azure identity signs in.
 */
export function createDatabase(connection: string | PoolConfig): Database {
  const pool = new Pool(
    withIdentity(
      typeof connection === 'string'
        ? { connectionString: connection }
        : connection,
    ),
  );
  // An idle connection that breaks is replaced at the next use, which reports the trouble if it lasts.
  pool.on('error', () => {});
  return {
    async use(work) {
      const client = await pool.connect();
      let broken: Error | undefined;
      const onError = (error: Error) => {
        broken = error;
      };
      client.on('error', onError);
      try {
        return await work(preparing(client));
      } finally {
        client.off('error', onError);
        client.release(broken);
      }
    },
    async listen(listening) {
      const client = await pool.connect();
      try {
        await listenOn(client, listening);
      } finally {
        client.release(true);
      }
    },
    close: () => pool.end(),
  };
}

interface PgClient {
  query(config: string | QueryConfig): Promise<{ rows: object[] }>;
}

const statementNames = new Map<string, string>();

/**
 * Gives each statement with values a name, so that PostgreSQL parses it once a connection. The texts are those of the
 * code: there are not many, and none holds a caller's input.
 *
 * @param client A client of `pg`.
 */
export function preparing(client: PgClient): Queryable {
  return {
    query<Row extends object>(text: string, values?: unknown[]) {
      let statement: string | QueryConfig = text;
      if (values) {
        let name = statementNames.get(text);
        if (!name) {
          name = `moorline-${statementNames.size + 1}`;
          statementNames.set(text, name);
        }
        statement = { name, text, values };
      }
      return traceStatement(
        text,
        () => client.query(statement) as Promise<{ rows: Row[] }>,
      );
    },
  };
}

/** The texts hold no values, so that they may be seen in traces. */
function traceStatement<T>(text: string, work: () => Promise<T>): Promise<T> {
  return traceWork(
    `postgresql ${text.trimStart().split(/\s/, 1)[0]}`,
    { 'db.system.name': 'postgresql', 'db.query.text': text },
    work,
  );
}

/** Does the work in one transaction: all of it or, when it throws, nothing. */
export async function transaction<T>(
  db: Database,
  work: (connection: Queryable) => Promise<T>,
): Promise<T> {
  return db.use(async connection => {
    await connection.query('BEGIN');
    try {
      const result = await work(connection);
      await connection.query('COMMIT');
      return result;
    } catch (error) {
      // When the connection is gone the server has rolled back by itself; the first error is the one that tells.
      await connection.query('ROLLBACK').catch(() => {});
      throw error;
    }
  });
}

/** One statement on a connection of its own. */
export async function query<Row extends object = Record<string, unknown>>(
  db: Database,
  text: string,
  values?: unknown[],
): Promise<Row[]> {
  const { rows } = await db.use(connection =>
    connection.query<Row>(text, values),
  );
  return rows;
}

/**
 * JSON that PostgreSQL accepts as jsonb: without the characters that JavaScript's strings may hold and its text may not
 * (NUL, halves of surrogate pairs), such as a log can bring in.
 */
export function toJsonb(value: unknown): string {
  return JSON.stringify(value, (_key, item) =>
    typeof item === 'string' ? storableText(item) : item,
  );
}

/** Text without the characters that PostgreSQL cannot hold. */
export function storableText(text: string): string {
  // A round through UTF-8 turns halves of surrogate pairs into U+FFFD.
  return Buffer.from(text, 'utf8').toString('utf8').replaceAll('\0', '');
}
