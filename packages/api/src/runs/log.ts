import { TRPCError } from '@trpc/server';
import { isFinished } from '@moorline/environment-model';
import type { Context } from '../context';
import type { LogPage, RunRecord } from '../records';
import { getRun } from './queries';

/** Lines of a step's log, read from Azure DevOps when asked for; nothing is kept here. */
export async function readRunLog(
  { db, runLogs }: Pick<Context, 'db' | 'runLogs'>,
  request: { id: string; logId: number; from: number },
): Promise<LogPage> {
  const run = await getRun(db, request.id);
  if (!runLogs) {
    throw new TRPCError({
      code: 'PRECONDITION_FAILED',
      message:
        'Logs cannot be read because Azure DevOps is not configured: set moorline.azureDevOps.',
    });
  }
  // Asked before the log is read: of a step that is over by then, the log is complete.
  const done = isLogDone(run, request.logId);
  const { lines, next } = await runLogs({
    buildId: run.buildId,
    logId: request.logId,
    from: request.from,
  });
  return { lines, next, done };
}

/** Whether nothing more will be written to a log. */
function isLogDone(run: RunRecord, logId: number): boolean {
  if (isFinished(run.state)) return true;
  const step = run.stages
    .flatMap(stage => stage.jobs)
    .flatMap(job => job.steps)
    .find(candidate => candidate.logId === logId);
  return (
    step !== undefined && step.state !== 'pending' && step.state !== 'running'
  );
}
