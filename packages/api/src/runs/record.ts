import { canTransition } from '@moorline/environment-model';
import { randomUUID } from 'node:crypto';
import type { Actor, Context } from '../context';
import { Queryable, transaction } from '../database/database';
import { lockEnvironment, writeChange } from '../environments/change';
import { unknownEnvironment } from '../environments/queries';
import { conflict } from '../errors';
import type { RunPurpose, RunRecord } from '../records';
import { findRun } from './queries';

/** A run that was queued in Azure DevOps. */
export interface RecordRunRequest {
  /** Names the request: repeated with the same key it makes nothing new. */
  key: string;
  environment: string;
  azureDevOps: { buildId: number; pipelineId: number; url: string };
  /** What it is for; `apply` when it is left out. */
  purpose?: RunPurpose;
}

/**
 * Writes down that a run was queued, which brings its environment to provisioning. The same run is written once, be it
 * named by the same key or by the same build.
 *
 * @throws NOT_FOUND for an unknown environment; CONFLICT when the key belongs to another run.
 */
export function recordRun(
  { db, actor }: Pick<Context, 'db' | 'actor'>,
  request: RecordRunRequest,
): Promise<{ run: RunRecord; created: boolean }> {
  return transaction(db, connection => recordRunIn(connection, actor, request));
}

/** {@link recordRun} within the caller's transaction. */
export async function recordRunIn(
  connection: Queryable,
  actor: Actor,
  request: RecordRunRequest,
): Promise<{ run: RunRecord; created: boolean }> {
  const { key, environment, azureDevOps, purpose = 'apply' } = request;
  const current = await lockEnvironment(connection, 'e.name = $1', environment);
  if (!current) throw unknownEnvironment(environment);
  const before = await findBefore(connection, request);
  if (before) return { run: before, created: false };
  if (purpose === 'retire' && current.state !== 'retiring') {
    throw conflict(
      'purpose',
      `purpose: "${environment}" is ${current.state}; retire it first, then record the run that takes it down`,
    );
  }

  const id = randomUUID();
  const inserted = await connection.query<{ number: number }>(
    `INSERT INTO runs (id, environment_id, number, idempotency_key, build_id, pipeline_id, url, purpose)
     SELECT $1, $2, coalesce(max(number), 0) + 1, $3, $4, $5, $6, $7
     FROM runs WHERE environment_id = $2
     ON CONFLICT ON CONSTRAINT runs_idempotency_key_key DO NOTHING
     RETURNING number`,
    [
      id,
      current.id,
      key,
      azureDevOps.buildId,
      azureDevOps.pipelineId,
      azureDevOps.url,
      purpose,
    ],
  );
  // Taken at this very moment for another environment; its row is not the one locked here.
  if (inserted.rows.length === 0) throw otherRun();
  const begins =
    purpose === 'apply' && canTransition(current.state, 'provisioning');
  await writeChange(
    connection,
    current,
    {
      ...(begins && { state: 'provisioning' }),
      event: {
        kind: 'run.queued',
        runId: id,
        message: `Run #${inserted.rows[0].number} queued`,
      },
    },
    actor.ref,
  );
  const run = await findRun(connection, 'r.id = $1', [id]);
  if (!run) throw new Error(`run ${id} vanished`);
  return { run, created: true };
}

async function findBefore(
  connection: Queryable,
  { key, environment, azureDevOps: { buildId } }: RecordRunRequest,
): Promise<RunRecord | undefined> {
  const byKey = await findRun(connection, 'r.idempotency_key = $1', [key]);
  if (byKey) {
    if (byKey.environment === environment && byKey.buildId === buildId) {
      return byKey;
    }
    throw otherRun(byKey);
  }
  return findRun(connection, 'e.name = $1 AND r.build_id = $2', [
    environment,
    buildId,
  ]);
}

function otherRun(run?: RunRecord) {
  const whose = run
    ? `run #${run.number} of "${run.environment}" (build ${run.buildId})`
    : 'the run of another environment';
  return conflict(
    'key',
    `key: was already used to record ${whose}; send that run again, or a new key`,
  );
}
