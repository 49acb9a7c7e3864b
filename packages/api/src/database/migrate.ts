import { readFile, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { prepareJobs } from '../jobs/boss';
import { Database, Queryable, transaction } from './database';

/** A migration that was already applied has another text now. */
export class ChangedMigrationError extends Error {
  constructor(file: string) {
    super(
      `The migration ${file} was changed after it had been applied. Undo the change and put it into a new file with the next number.`,
    );
    this.name = 'ChangedMigrationError';
  }
}

/** Where the package keeps its migrations, in a checkout and when installed. */
function migrationsFolder(): string {
  return join(
    dirname(require.resolve('@moorline/api/package.json')),
    'migrations',
  );
}

/**
 * Brings the tables up to date: runs the files of `migrations/` that were not run yet, in the order of their names, in
 * one transaction; then those of pg-boss. Forward only. Replicas that start together wait for each other, and only one of
 * them does the work.
 *
 * @param folder Another folder of migrations, for tests.
 * @returns The names of the files that were run now.
 * @throws ChangedMigrationError when history was edited.
 */
export async function migrate(
  db: Database,
  folder = migrationsFolder(),
): Promise<string[]> {
  const files = (await readdir(folder))
    .filter(file => file.endsWith('.sql'))
    .sort();
  const ran = await transaction(db, async connection => {
    // Held until commit; named after the schema, as several plugins may keep their tables in one database.
    await connection.query(
      `SELECT pg_advisory_xact_lock(hashtextextended('moorline-api-migrations:' || current_schema(), 0))`,
    );
    await connection.query(`
      CREATE TABLE IF NOT EXISTS migrations (
        file text PRIMARY KEY,
        sql text NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT now()
      )`);
    const applied = await appliedMigrations(connection);
    const done: string[] = [];
    for (const file of files) {
      const sql = await readFile(join(folder, file), 'utf8');
      const before = applied.get(file);
      if (before === undefined) {
        await connection.query(sql);
        await connection.query(
          'INSERT INTO migrations (file, sql) VALUES ($1, $2)',
          [file, sql],
        );
        done.push(file);
      } else if (before !== sql) {
        throw new ChangedMigrationError(file);
      }
    }
    return done;
  });
  await prepareJobs(db);
  return ran;
}

async function appliedMigrations(
  connection: Queryable,
): Promise<Map<string, string>> {
  const { rows } = await connection.query<{ file: string; sql: string }>(
    'SELECT file, sql FROM migrations',
  );
  return new Map(rows.map(row => [row.file, row.sql]));
}
