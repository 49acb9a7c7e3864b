import {
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
import { lockEnvironment, writeChange } from '../environments/change';
import { writeDrift } from '../environments/drift';
import { WORKER, addEvents } from '../events';
import { queueJob } from '../jobs/queue';
import type {
  EnvironmentRecord,
  PlanCounts,
  RunFailure,
  RunPurpose,
  RunRecord,
  StageRecord,
} from '../records';
import { findRun } from './queries';
import { environmentOutcome, progressEvents, retirementOutcome } from './story';

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
    const locked = await lockRun(connection, runId);
    if (!locked || (holder !== undefined && locked.holder !== holder)) {
      return false;
    }
    const { environment, run: before } = locked;
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
    if (isFinished(after.state)) {
      await queueJobsAfter(connection, environment, after, locked.purpose);
    }
    await addEvents(
      connection,
      progressEvents(before, after).map(event => ({
        ...event,
        environmentId: environment.id,
        runId,
        actor: WORKER,
      })),
    );
    if (isFinished(after.state)) {
      await conclude(connection, environment, after, locked.purpose);
    }
    return true;
  });
}

interface Locked {
  environment: EnvironmentRecord;
  run: RunRecord;
  purpose: RunPurpose;
  holder: string | null;
}

/** Locks the environment before the run, in the order that every writer keeps. */
async function lockRun(
  connection: Queryable,
  runId: string,
): Promise<Locked | undefined> {
  const environment = await lockEnvironment(
    connection,
    'e.id = (SELECT environment_id FROM runs WHERE id = $1)',
    runId,
  );
  const { rows } = await connection.query<{
    purpose: RunPurpose;
    holder: string | null;
  }>(
    'SELECT purpose, lease_holder AS holder FROM runs WHERE id = $1 FOR UPDATE',
    [runId],
  );
  const run = await findRun(connection, 'r.id = $1', [runId]);
  return environment && run && { environment, run, ...rows[0] };
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

/** What is done with what a run has left behind. */
async function queueJobsAfter(
  connection: Queryable,
  environment: EnvironmentRecord,
  run: RunRecord,
  purpose: RunPurpose,
): Promise<void> {
  const payload = { environmentId: environment.id, runId: run.id };
  await queueJob(connection, 'archive-run', payload, { key: run.id });
  if (purpose === 'drift' && run.state === 'succeeded') {
    await queueJob(connection, 'record-drift', payload, { key: run.id });
  }
}

/** The end of the newest run is the state of the environment; an older run, still finishing, no longer decides. */
async function conclude(
  connection: Queryable,
  environment: EnvironmentRecord,
  run: RunRecord,
  purpose: RunPurpose,
): Promise<void> {
  if (purpose === 'drift') return;
  const { state, reason, kind, message } =
    purpose === 'retire' ? retirementOutcome(run) : environmentOutcome(run);
  if (!canTransition(environment.state, state)) return;
  if (environment.lastRun?.id !== run.id) return;
  if (state === 'ready')
    await writeDrift(connection, environment.id, undefined);
  const event = { kind, message, runId: run.id, at: run.finishedAt };
  const changed = { state, stateReason: reason, event };
  await writeChange(connection, environment, changed, WORKER);
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
