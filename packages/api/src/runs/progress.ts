import {
  EnvironmentState,
  RunState,
  canRunTransition,
  canTransition,
  isFinished,
} from '@moorline/environment-model';
import { isDeepStrictEqual } from 'node:util';
import {
  Database,
  Queryable,
  toJsonb,
  transaction,
} from '../database/database';
import { addEvents } from '../events';
import type {
  PlanCounts,
  RunFailure,
  RunPurpose,
  RunRecord,
  StageRecord,
} from '../records';
import { RunRow, SELECT_RUNS, toRunRecord } from '../rows';
import { concludeRetirement } from '../environments/retire';
import { environmentOutcome, progressEvents } from './story';

/** How far a run has come, as Azure DevOps tells it. */
export interface RunProgress {
  state: RunState;
  startedAt?: string;
  finishedAt?: string;
  stages: StageRecord[];
  plan?: PlanCounts;
  failure?: RunFailure;
}

/**
 * Writes down how far a run has come, what happened since it was last written, and, when the run is over, the state of
 * its environment: all in one transaction, so that each event is told once and in order. What is known already changes
 * nothing; a run that is over stays as it is.
 *
 * @param holder The lease under which the progress was read; when it has passed to another, nothing is written.
 * @returns Whether anything changed.
 */
export async function recordRunProgress(
  db: Database,
  runId: string,
  progress: RunProgress,
  holder?: string,
): Promise<boolean> {
  return transaction(db, async connection => {
    const row = await lockRun(connection, runId);
    if (!row || (holder !== undefined && row.lease_holder !== holder)) {
      return false;
    }
    const before = toRunRecord(row);
    const after = advance(before, progress);
    if (!after || isDeepStrictEqual(plain(after), plain(before))) return false;

    await connection.query(
      `UPDATE runs SET state = $2, started_at = $3, finished_at = $4, stages = $5, plan = $6, failure = $7
       WHERE id = $1`,
      [
        runId,
        after.state,
        after.startedAt,
        after.finishedAt,
        toJsonb(after.stages),
        after.plan && toJsonb(after.plan),
        after.failure && toJsonb(after.failure),
      ],
    );
    await addEvents(
      connection,
      progressEvents(before, after).map(event => ({
        ...event,
        environmentId: row.environment_id,
        runId,
      })),
    );
    if (isFinished(after.state))
      await concludeEnvironment(connection, row, after);
    return true;
  });
}

interface LockedRow extends RunRow {
  lease_holder: string | null;
  purpose: RunPurpose;
  environment_state: EnvironmentState;
}

/** Locks the environment before the run, in the order that every writer keeps. */
async function lockRun(
  connection: Queryable,
  runId: string,
): Promise<LockedRow | undefined> {
  const environment = await connection.query<{ state: EnvironmentState }>(
    `SELECT state FROM environments
     WHERE id = (SELECT environment_id FROM runs WHERE id = $1) FOR UPDATE`,
    [runId],
  );
  const run = await connection.query<RunRow>(
    `${SELECT_RUNS} WHERE r.id = $1 FOR UPDATE OF r`,
    [runId],
  );
  const lease = await connection.query<{
    lease_holder: string | null;
    purpose: RunPurpose;
  }>('SELECT lease_holder, purpose FROM runs WHERE id = $1', [runId]);
  return (
    run.rows[0] && {
      ...run.rows[0],
      ...lease.rows[0],
      environment_state: environment.rows[0].state,
    }
  );
}

/** The run with its progress; undefined when it is over already. */
function advance(
  before: RunRecord,
  progress: RunProgress,
): RunRecord | undefined {
  if (isFinished(before.state)) return undefined;
  return {
    ...before,
    state: canRunTransition(before.state, progress.state)
      ? progress.state
      : before.state,
    startedAt: time(progress.startedAt) ?? before.startedAt,
    finishedAt: isFinished(progress.state)
      ? time(progress.finishedAt) ?? new Date().toISOString()
      : undefined,
    // An answer without stages says less than what is known, as just after the run was queued.
    stages: progress.stages.length > 0 ? progress.stages : before.stages,
    plan: progress.plan ?? before.plan,
    failure: progress.failure ?? before.failure,
  };
}

/** The end of the newest run is the state of the environment; an older run, still finishing, no longer decides. */
async function concludeEnvironment(
  connection: Queryable,
  row: LockedRow,
  run: RunRecord,
): Promise<void> {
  if (row.purpose === 'retire') {
    await concludeRetirement(connection, row.environment_id, run);
    return;
  }
  const outcome = environmentOutcome(run);
  if (!canTransition(row.environment_state, outcome.state)) return;
  const { rows } = await connection.query(
    `UPDATE environments
     SET state = $2, state_reason = $3, version = version + 1, updated_at = now()
     WHERE id = $1 AND $4 = (SELECT max(number) FROM runs WHERE environment_id = $1)
     RETURNING id`,
    [row.environment_id, outcome.state, outcome.reason, run.number],
  );
  if (rows.length > 0) {
    await addEvents(connection, [
      {
        environmentId: row.environment_id,
        runId: run.id,
        kind: `environment.${outcome.state}`,
        message: outcome.message,
        at: run.finishedAt,
      },
    ]);
  }
}

/** A time in the one form the record uses; undefined when Azure DevOps' text is none. */
function time(text: string | undefined): string | undefined {
  const date = text === undefined ? undefined : new Date(text);
  return date && !Number.isNaN(date.getTime()) ? date.toISOString() : undefined;
}

/** As it comes back from the database: fields without a value are not there. */
function plain(run: RunRecord): unknown {
  return JSON.parse(toJsonb(run));
}
