import { TRPCError } from '@trpc/server';
import { isFinished } from '@moorline/environment-model';
import type { Context } from '../context';
import { getEnvironment } from '../environments/queries';
import { conflict } from '../errors';
import { parseJson } from '../json';
import type { RunRecord } from '../records';
import { findRun, getRun } from './queries';
import { queueOnce } from './queueOnce';

/** A wish for the run that follows another. */
export interface StartRunRequest {
  environment: string;
  /** Id of the newest run that the person saw. It names the request: there is one run that follows it. */
  after: string;
}

/**
 * Queues the environment's pipeline again, as it is in its repository by now. Two clicks, two people or a repeated
 * request start one run: that which follows the run they all looked at.
 *
 * @throws NOT_FOUND for an unknown run; CONFLICT while a run is not over; PRECONDITION_FAILED without Azure DevOps, or
 * when it refuses the pipeline.
 */
export async function startRun(
  context: Pick<Context, 'db' | 'actor' | 'queueRun'>,
  { environment, after }: StartRunRequest,
): Promise<{ run: RunRecord; created: boolean }> {
  const { db, queueRun } = context;
  const last = await getRun(db, after);
  if (last.environment !== environment) {
    throw conflict(
      'after',
      `after: this is a run of "${last.environment}", not of "${environment}"; give the newest run of "${environment}"`,
    );
  }
  const follower = () =>
    db.use(connection =>
      findRun(
        connection,
        `e.name = $1 AND r.number > $2 AND r.purpose <> 'drift' ORDER BY r.number LIMIT 1`,
        [environment, last.number],
      ),
    );
  const before = await follower();
  if (before) return { run: before, created: false };
  if (!isFinished(last.state)) {
    throw conflict(
      'after',
      `Run #${last.number} of "${environment}" is not over. Wait for its end, or cancel it in Azure DevOps.`,
    );
  }
  if (!queueRun) {
    throw new TRPCError({
      code: 'PRECONDITION_FAILED',
      message:
        'Runs cannot be started because Azure DevOps is not configured: set moorline.azureDevOps.',
    });
  }

  const { state } = parseJson(await getEnvironment(db, environment));
  if (state === 'retiring') {
    throw conflict(
      'environment',
      `environment: "${environment}" is being taken down, so that its pipeline is not run again; if a run could not, retire it again`,
    );
  }

  const started = await queueOnce(
    { ...context, queueRun },
    { key: `after-${last.id}`, environment, pipelineId: last.pipelineId },
  );
  if (!started) {
    throw conflict(
      'after',
      `Somebody is starting the next run of "${environment}" at this moment. It appears here in a few seconds.`,
    );
  }
  return started;
}
