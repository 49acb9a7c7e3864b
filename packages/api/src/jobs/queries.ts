import { Database, Queryable } from '../database/database';
import { notFound } from '../errors';
import type { Page } from '../records';
import { iso, optional } from '../rows';
import { PARKED, jobsSchema } from './boss';
import { JOB_KINDS, JobKind } from './kinds';
import type { BackgroundJobRecord, BackgroundJobState } from './records';

interface JobRow {
  id: string;
  kind: JobKind;
  state: BackgroundJobState;
  environment: string | null;
  queued_at: Date;
  run_at: Date;
  attempts: number;
  error: string | null;
}

/** Selects {@link JobRow}s of pg-boss's table: of jobs that are not done, and of those that are parked. */
export async function selectJobs(connection: Queryable): Promise<string> {
  const schema = await jobsSchema(connection);
  const parked = `j.name = '${PARKED}'`;
  const kinds = JOB_KINDS.map(kind => `'${kind}'`).join(', ');
  return `
    SELECT * FROM (
      SELECT j.id, coalesce(j.source_name, j.name) AS kind, e.name AS environment, j.created_on,
             CASE WHEN ${parked} THEN 'parked' WHEN j.state = 'active' THEN 'running'
                  WHEN j.state = 'created' AND j.start_after > now() THEN 'scheduled' ELSE 'waiting' END AS state,
             coalesce(j.source_created_on, j.created_on) AS queued_at, j.start_after AS run_at,
             coalesce(j.source_retry_count + 1, j.retry_count + (j.state IN ('retry', 'active'))::int) AS attempts,
             coalesce(o.output->>'message', o.output#>>'{value,message}') AS error
      FROM ${schema}.job j
      CROSS JOIN LATERAL (SELECT coalesce(j.source_output, j.output) AS output) o
      LEFT JOIN environments e ON e.id = (j.data->>'environmentId')::uuid
      WHERE j.state IN ('created', 'retry', 'active') AND j.name IN ('${PARKED}', ${kinds})
    ) jobs`;
}

/** Jobs that are not done, of an environment or of all, newest first. */
export async function pageJobs(
  db: Database,
  request: {
    environment?: string;
    state?: BackgroundJobState;
    limit: number;
    cursor?: string;
  },
): Promise<Page<BackgroundJobRecord>> {
  const { environment, state, limit, cursor } = request;
  const rows = await db.use(async connection => {
    const select = await selectJobs(connection);
    const result = await connection.query<JobRow>(
      `WITH jobs AS (${select})
       SELECT * FROM jobs
       WHERE ($1::text IS NULL OR environment = $1) AND ($2::text IS NULL OR state = $2)
         AND ($3::uuid IS NULL OR (created_on, id) < (SELECT created_on, id FROM jobs WHERE id = $3))
       ORDER BY created_on DESC, id DESC LIMIT $4::int`,
      [environment, state, cursor, limit + 1],
    );
    return result.rows;
  });
  const items = rows.slice(0, limit).map(toJobRecord);
  return { items, next: rows.length > limit ? items.at(-1)?.id : undefined };
}

/** One job that is not done. @throws NOT_FOUND */
export async function getJob(
  db: Database,
  id: string,
): Promise<BackgroundJobRecord> {
  const row = await db.use(async connection => {
    const { rows } = await connection.query<JobRow>(
      `${await selectJobs(connection)} WHERE id = $1`,
      [id],
    );
    return rows[0];
  });
  if (!row) {
    throw notFound(
      `There is no job "${id}", or it is done. Choose one from the list of jobs.`,
    );
  }
  return toJobRecord(row);
}

/** How many jobs are not done. */
export async function countJobs(
  db: Database,
): Promise<{ kind: JobKind; state: BackgroundJobState; count: number }[]> {
  return db.use(async connection => {
    const { rows } = await connection.query<
      Pick<JobRow, 'kind' | 'state'> & { count: number }
    >(
      `SELECT kind, state, count(*)::int AS count FROM (${await selectJobs(
        connection,
      )}) jobs GROUP BY kind, state`,
    );
    return rows;
  });
}

function toJobRecord(row: JobRow): BackgroundJobRecord {
  return {
    id: row.id,
    kind: row.kind,
    state: row.state,
    environment: optional(row.environment),
    queuedAt: iso(row.queued_at),
    runAt: ['scheduled', 'waiting'].includes(row.state)
      ? iso(row.run_at)
      : undefined,
    attempts: row.attempts,
    error: optional(row.error),
  };
}
