import { randomUUID } from 'node:crypto';
import { Database, query, toJsonb } from '../database/database';
import type { FollowProblem, RunRecord } from '../records';
import { RunRow, SELECT_RUNS, toRunRecord } from '../rows';

/** The right to follow a run for a while. Nobody else follows it meanwhile. */
export interface RunLease {
  run: RunRecord;
  /** Shown with each report; a report under a lease that has passed to another is ignored. */
  holder: string;
}

/**
 * Takes unfinished runs that are due, those that waited longest first.
 * @param leaseMs How long the right lasts if it is not given back, as when this process dies.
 */
export async function leaseRuns(
  db: Database,
  options: { limit: number; leaseMs: number },
): Promise<RunLease[]> {
  const holder = randomUUID();
  const rows = await query<RunRow>(
    db,
    `WITH due AS (
       SELECT id FROM runs
       WHERE state IN ('queued', 'running') AND next_poll_at <= now()
         AND (lease_until IS NULL OR lease_until < now())
       ORDER BY next_poll_at LIMIT $2 FOR UPDATE SKIP LOCKED
     ), taken AS (
       UPDATE runs SET lease_holder = $1, lease_until = now() + $3 * interval '1 millisecond'
       WHERE id IN (SELECT id FROM due) RETURNING id
     )
     ${SELECT_RUNS} WHERE r.id IN (SELECT id FROM taken)`,
    [holder, options.limit, options.leaseMs],
  );
  return rows.map(row => ({ run: toRunRecord(row), holder }));
}

/**
 * Gives a run back, to be read again after a pause.
 * @param problem Why it could not be read; left out, a problem from before is over.
 */
export async function releaseRun(
  db: Database,
  { run, holder }: RunLease,
  nextMs: number,
  problem?: FollowProblem,
): Promise<void> {
  await query(
    db,
    `UPDATE runs SET lease_holder = NULL, lease_until = NULL, problem = $4::jsonb,
                     next_poll_at = now() + $3 * interval '1 millisecond'
     WHERE id = $1 AND lease_holder = $2`,
    [run.id, holder, nextMs, problem && toJsonb(problem)],
  );
}

/**
 * Has a build read at once that is not over, as when Azure DevOps says that something happened to it. Whoever reads it at
 * this moment loses the right to: what they see may be older.
 *
 * @returns Whether there is such a run.
 */
export async function bringForward(
  db: Database,
  buildId: number,
): Promise<boolean> {
  const rows = await query(
    db,
    `UPDATE runs SET lease_holder = NULL, lease_until = NULL, next_poll_at = now()
     WHERE build_id = $1 AND state IN ('queued', 'running') RETURNING id`,
    [buildId],
  );
  return rows.length > 0;
}
