import type { Context } from '../context';
import { transaction } from '../database/database';
import type { RunPurpose, RunRecord } from '../records';
import { findRun } from './queries';
import { recordRunIn } from './record';

/** A run to be: of which pipeline, for what, and the key that names the wish for it. */
export interface QueueRunRequest {
  key: string;
  environment: string;
  pipelineId: number;
  purpose?: RunPurpose;
  templateParameters?: Record<string, string>;
}

/**
 * Queues a run in Azure DevOps and records it, once for a key. One at a time may do so: between looking for a run with
 * the key and recording one, another would not see this one.
 *
 * @returns undefined while somebody else is about it.
 * @throws PRECONDITION_FAILED when Azure DevOps refuses the pipeline.
 */
export async function queueOnce(
  { db, actor, queueRun }: Required<Pick<Context, 'db' | 'actor' | 'queueRun'>>,
  { key, environment, purpose, ...wanted }: QueueRunRequest,
): Promise<{ run: RunRecord; created: boolean } | undefined> {
  return transaction(db, async connection => {
    const { rows } = await connection.query<{ mine: boolean }>(
      `SELECT pg_try_advisory_xact_lock(hashtextextended('moorline-run:' || current_schema() || $1, 0)) AS mine`,
      [key],
    );
    if (!rows[0].mine) return undefined;
    const before = await findRun(connection, 'r.idempotency_key = $1', [key]);
    if (before) return { run: before, created: false };
    const queued = await queueRun({ key, ...wanted });
    return recordRunIn(connection, actor, {
      key,
      environment,
      purpose,
      azureDevOps: { ...queued, pipelineId: wanted.pipelineId },
    });
  });
}

/** {@link queueOnce} for a job, which is tried again. */
export async function queueByJob(
  ctx: Required<Pick<Context, 'db' | 'actor' | 'queueRun'>>,
  request: QueueRunRequest,
): Promise<{ run: RunRecord; created: boolean }> {
  const queued = await queueOnce(ctx, request);
  if (!queued) {
    const { key, environment } = request;
    throw new Error(
      `The run ${key} of ${environment} is being queued by another worker`,
    );
  }
  return queued;
}
