import { Database, Queryable, query } from '../database/database';
import { notFound } from '../errors';
import { unknownEnvironment } from '../environments/queries';
import type { RunRecord } from '../records';
import { RunRow, SELECT_RUNS, toRunRecord } from '../rows';

/** An environment's runs, newest first. @throws NOT_FOUND */
export async function listRuns(
  db: Database,
  environment: string,
): Promise<RunRecord[]> {
  return db.use(async connection => {
    const { rows } = await connection.query<RunRow>(
      `${SELECT_RUNS} WHERE e.name = $1 ORDER BY r.number DESC`,
      [environment],
    );
    if (rows.length === 0) {
      const found = await connection.query(
        'SELECT 1 FROM environments WHERE name = $1',
        [environment],
      );
      if (found.rows.length === 0) throw unknownEnvironment(environment);
    }
    return rows.map(toRunRecord);
  });
}

/** One run. @throws NOT_FOUND */
export async function getRun(db: Database, id: string): Promise<RunRecord> {
  const [row] = await query<RunRow>(db, `${SELECT_RUNS} WHERE r.id = $1`, [id]);
  if (!row) throw unknownRun(id);
  return toRunRecord(row);
}

/** One run and the number of its last change. @throws NOT_FOUND */
export async function getRunRevision(
  db: Database,
  id: string,
): Promise<{ run: RunRecord; revision: number }> {
  const [row] = await query<RunRow & { revision: number }>(
    db,
    `WITH run AS (${SELECT_RUNS} WHERE r.id = $1)
     SELECT run.*, r.revision FROM run, runs r WHERE r.id = $1`,
    [id],
  );
  if (!row) throw unknownRun(id);
  return { run: toRunRecord(row), revision: row.revision };
}

/** The run that a condition on `r` selects. */
export async function findRun(
  connection: Queryable,
  condition: string,
  values: unknown[],
): Promise<RunRecord | undefined> {
  const { rows } = await connection.query<RunRow>(
    `${SELECT_RUNS} WHERE ${condition}`,
    values,
  );
  return rows[0] && toRunRecord(rows[0]);
}

function unknownRun(id: string) {
  return notFound(
    `There is no run "${id}". Choose one from the runs of its environment.`,
  );
}
