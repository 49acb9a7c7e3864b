import { isFinished } from '@moorline/environment-model';
import { TRPCError } from '@trpc/server';
import type { Context } from '../context';
import { transaction } from '../database/database';
import { lockEnvironment } from '../environments/change';
import { addEvents } from '../events';
import type { RunRecord } from '../records';
import { bringForward } from './lease';
import { getRun } from './queries';

/**
 * Has a run stopped. It goes on until Azure DevOps has stopped it, which whoever follows it then sees; one that is over
 * stays as it is.
 *
 * @throws NOT_FOUND; PRECONDITION_FAILED without Azure DevOps.
 */
export async function cancelRun(
  { db, actor, stopRun }: Pick<Context, 'db' | 'actor' | 'stopRun'>,
  id: string,
): Promise<RunRecord> {
  const run = await getRun(db, id);
  if (isFinished(run.state)) return run;
  if (!stopRun) {
    throw new TRPCError({
      code: 'PRECONDITION_FAILED',
      message:
        'Runs cannot be canceled because Azure DevOps is not configured: set moorline.azureDevOps.',
    });
  }
  await stopRun({ buildId: run.buildId });
  await transaction(db, async connection => {
    const environment = await lockEnvironment(
      connection,
      'e.name = $1',
      run.environment,
    );
    const { rows } = await connection.query(
      `SELECT 1 FROM events WHERE run_id = $1 AND kind = 'run.canceling'`,
      [id],
    );
    if (!environment || rows.length > 0) return;
    await addEvents(connection, [
      {
        environmentId: environment.id,
        runId: id,
        kind: 'run.canceling',
        message: `Run #${run.number} is to be canceled`,
        actor: actor.ref,
      },
    ]);
  });
  await bringForward(db, run.buildId);
  return getRun(db, id);
}
