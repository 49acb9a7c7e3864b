import { Pool } from 'pg';
import { databaseSettings } from '../databaseSettings';

/** Forward only, each once. What is here is never changed: add to it. */
const MIGRATIONS = [
  `CREATE TABLE notes (
     id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     text text NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now()
   )`,
];
/** Any number, the same in all replicas. */
const LOCK = 7_443_001;
const LARGEST_POOL = 10;
const BELIEVED_MS = 1_000;

/** The API's tables. */
export class Database {
  readonly pool: Pool;
  private problem?: Promise<string | undefined>;
  private until = 0;

  private constructor(settings: ConstructorParameters<typeof Pool>[0]) {
    this.pool = new Pool({ max: LARGEST_POOL, ...settings });
    // An idle connection that breaks is replaced at the next use.
    this.pool.on('error', () => {});
  }

  /** @returns undefined when the environment names no database */
  static open(): Database | undefined {
    const settings = databaseSettings(process.env);
    return settings && new Database(settings);
  }

  /**
   * Brings the tables up to date in one transaction; replicas that do so at once wait for each other.
   * @returns how many steps there were to do
   */
  async migrate(): Promise<number> {
    const client = await this.pool.connect();
    try {
      await client.query('BEGIN');
      await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
      await client.query(
        'CREATE TABLE IF NOT EXISTS migrations (step integer PRIMARY KEY)',
      );
      const done = await appliedSteps(client);
      const due = MIGRATIONS.slice(done);
      for (const [i, sql] of due.entries()) {
        await client.query(sql);
        await client.query('INSERT INTO migrations VALUES ($1)', [
          done + i + 1,
        ]);
      }
      await client.query('COMMIT');
      return due.length;
    } catch (error) {
      await client.query('ROLLBACK').catch(() => {});
      throw error;
    } finally {
      client.release();
    }
  }

  /** Why requests should go elsewhere; asked often, it looks once a second. */
  whyNotReady(): Promise<string | undefined> {
    if (!this.problem || Date.now() >= this.until) {
      this.until = Date.now() + BELIEVED_MS;
      this.problem = appliedSteps(this.pool).then(
        done => (done < MIGRATIONS.length ? 'the tables are older' : undefined),
        () => 'the database does not answer, or was not migrated',
      );
    }
    return this.problem;
  }
}

async function appliedSteps(on: Pick<Pool, 'query'>): Promise<number> {
  const { rows } = await on.query<{ done: number }>(
    'SELECT count(*)::integer AS done FROM migrations',
  );
  return rows[0].done;
}
