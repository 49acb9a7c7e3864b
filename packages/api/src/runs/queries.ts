import type { RunState } from '@moorline/environment-model';
import { Database, Queryable, query } from '../database/database';
import { keyset } from '../database/keyset';
import { notFound } from '../errors';
import { environmentId } from '../environments/queries';
import type { Page, RunRecord } from '../records';
import { RunRow, SELECT_RUNS, toRunRecord } from '../rows';

/** What part of which list of runs. */
export interface RunPageRequest {
  /** Left out: of all environments. */
  environment?: string;
  state?: RunState;
  order: 'newest' | 'oldest';
  limit: number;
  /** Id of the last run of the page before. */
  cursor?: string;
}

/** Runs of an environment or of all. @throws NOT_FOUND for an unknown environment. */
export async function pageRuns(
  db: Database,
  { environment, state, order, limit, cursor }: RunPageRequest,
): Promise<Page<RunRecord>> {
  const values: unknown[] = [];
  const value = (item: unknown) => `$${values.push(item)}`;
  const where = ['true'];
  if (environment) where.push(`e.name = ${value(environment)}`);
  if (state) where.push(`r.state = ${value(state)}`);
  const { behind, orderBy } = keyset(
    {
      table: 'runs',
      alias: 'r',
      columns: environment ? ['number'] : ['queued_at', 'id'],
      direction: order === 'newest' ? 'DESC' : 'ASC',
    },
    cursor && value(cursor),
  );
  return db.use(async connection => {
    const { rows } = await connection.query<RunRow>(
      `${SELECT_RUNS} WHERE ${where.join(' AND ')} AND ${behind}
       ORDER BY ${orderBy} LIMIT ${value(limit + 1)}::int`,
      values,
    );
    if (rows.length === 0 && environment) {
      await environmentId(connection, environment);
    }
    const items = rows.slice(0, limit).map(toRunRecord);
    return { items, next: rows.length > limit ? items.at(-1)?.id : undefined };
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
