import { isFinished } from '@moorline/environment-model';
import type { Context } from '../context';
import type { Queryable } from '../database/database';
import type { JobPayload } from '../jobs/kinds';
import { queueJob } from '../jobs/queue';
import type { EnvironmentRecord } from '../records';
import { queueByJob } from '../runs/queueOnce';
import { findEnvironment } from './queries';

/** Sees to it that a run takes an environment down, unless one does so already. */
export async function queueTakeDown(
  connection: Queryable,
  { id, lastRun }: EnvironmentRecord,
): Promise<void> {
  if (!lastRun || !isFinished(lastRun.state)) return;
  const payload = { environmentId: id, afterRunId: lastRun.id };
  await queueJob(connection, 'retire-environment', payload, {
    key: lastRun.id,
  });
}

/**
 * Queues the run that takes an environment down and records it, so that it is followed until the environment is gone.
 * Done again, it changes nothing: there is one run after the run that was its last.
 *
 * @returns The environment's name when there is a new run.
 */
export async function takeDown(
  ctx: Required<Pick<Context, 'db' | 'actor' | 'queueRun'>>,
  { environmentId, afterRunId }: JobPayload<'retire-environment'>,
): Promise<string | undefined> {
  const environment = await ctx.db.use(connection =>
    findEnvironment(connection, 'e.id = $1', environmentId),
  );
  if (environment?.state !== 'retiring') return undefined;
  const { name, lastRun } = environment;
  if (lastRun?.id !== afterRunId) return undefined;

  const { created } = await queueByJob(ctx, {
    key: `retire-${afterRunId}`,
    environment: name,
    pipelineId: lastRun.pipelineId,
    purpose: 'retire',
    templateParameters: { action: 'destroy' },
  });
  return created ? name : undefined;
}
