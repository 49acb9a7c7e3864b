import { TRPCError } from '@trpc/server';
import { isFinished } from '@moorline/environment-model';
import type { Context } from '../context';
import type { LogPage, RunRecord } from '../records';
import { getRun } from './queries';

/** What part of which log. */
export interface RunLogRequest {
  /** Id of the run. */
  id: string;
  logId: number;
  /** First line wanted, from 0. */
  from: number;
}

/** Lines of a step's log: from Azure DevOps or, when that no longer has them, from the archive. */
export async function readRunLog(
  { db, runLogs, archive }: Pick<Context, 'db' | 'runLogs' | 'archive'>,
  request: RunLogRequest,
): Promise<LogPage> {
  const run = await getRun(db, request.id);
  try {
    return await readFromAzureDevOps(runLogs, run, request);
  } catch (error) {
    const gone = ['NOT_FOUND', 'PRECONDITION_FAILED'].includes(
      (error as TRPCError).code,
    );
    const { logId, from } = request;
    const kept =
      gone && run.archive && (await archive?.readLog(run.archive, logId));
    if (!kept) throw error;
    return { lines: kept.slice(from), next: kept.length, done: true };
  }
}

async function readFromAzureDevOps(
  runLogs: Context['runLogs'],
  run: RunRecord,
  { logId, from }: RunLogRequest,
): Promise<LogPage> {
  if (!runLogs) {
    throw new TRPCError({
      code: 'PRECONDITION_FAILED',
      message:
        'Logs cannot be read because Azure DevOps is not configured: set moorline.azureDevOps.',
    });
  }
  // Asked before the log is read: of a step that is over by then, the log is complete.
  const done = isLogDone(run, logId);
  const { lines, next } = await runLogs({ buildId: run.buildId, logId, from });
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
