import {
  ExpandedPipeline,
  ExpandedStep,
  RunListener,
  RunOptions,
  TaskResult,
} from '../contract';
import { TASKS } from '../tasks/catalog';
import { TASK_RUNNERS } from '../tasks/run-task';
import {
  ProcessOutcome,
  RunRequest,
  TaskContext,
  TaskFailure,
} from '../tasks/task-context';
import { Masker } from './masker';
import { runProcess } from './process';
import { RecordKeeper } from './records';
import { StepOutput } from './step-output';
import { Variables } from './variables';
import { Workspace } from './workspace';

/** What the steps of a job share. */
export interface JobState {
  pipeline: ExpandedPipeline;
  options: RunOptions;
  listener: RunListener;
  masker: Masker;
  variables: Variables;
  workspace: Workspace;
  /** Timeline record of the job. */
  jobId: string;
  checkouts: number;
  /** Folders put in front of PATH by steps before, the last first. */
  path: string[];
  /** Process groups that were started, to be ended with the job. */
  groups: Set<number>;
  outputs: Record<string, string>;
}

const RULE =
  '==============================================================================';

/** Runs one step to its end, with its retries. @returns its result before `continueOnError` is looked at */
export async function runStep(
  job: JobState,
  step: ExpandedStep,
  record: RecordKeeper,
  { stepName, title }: { stepName: string; title: string },
  signal: AbortSignal,
): Promise<TaskResult> {
  const { variables, masker, listener } = job;
  const output = new StepOutput({
    record,
    listener,
    masker,
    variables,
    stepName,
    output: (name, value) => {
      job.outputs[name] = value;
    },
    prependPath: folder => job.path.unshift(folder),
  });
  const definition = TASKS.get(step.task);
  output.log(`##[section]Starting: ${title}`);
  output.log(RULE);
  output.log(`Task         : ${definition?.name ?? step.task}`);
  output.log(`Description  : ${definition?.description ?? ''}`);
  output.log(`Version      : ${definition?.version ?? ''}`);
  output.log(RULE);
  let result: TaskResult = 'failed';
  for (let attempt = 0; attempt <= step.retryCountOnTaskFailure; attempt += 1) {
    if (attempt > 0) {
      const pause = Math.min(1_000 * 2 ** (attempt - 1), 10_000);
      output.warning(
        `RetryHelper encountered task failure, will retry (attempt #: ${attempt} out of ${step.retryCountOnTaskFailure}) after ${pause} ms`,
      );
      await sleep(pause, signal);
    }
    result = await attemptStep(job, step, output, signal);
    if (result !== 'failed') break;
  }
  await output.finish();
  if (output.fault && result === 'succeeded') result = 'failed';
  output.log(`##[section]Finishing: ${title}`);
  return result;
}

async function attemptStep(
  job: JobState,
  step: ExpandedStep,
  output: StepOutput,
  jobSignal: AbortSignal,
): Promise<TaskResult> {
  const runner = TASK_RUNNERS.get(step.task);
  if (!runner) {
    output.error(`The task ${step.task} is not supported by the sandbox`);
    return 'failed';
  }
  const timeout = new AbortController();
  const timer =
    step.timeoutInMinutes > 0
      ? setTimeout(() => timeout.abort(), step.timeoutInMinutes * 60_000)
      : undefined;
  const signal = AbortSignal.any([jobSignal, timeout.signal]);
  output.completed = undefined;
  try {
    await runner(taskContext(job, step, output, signal));
    if (jobSignal.aborted) return canceled(output);
    if (timeout.signal.aborted)
      throw new TaskFailure('The task has timed out.');
  } catch (error) {
    if (jobSignal.aborted) return canceled(output);
    const message = timeout.signal.aborted
      ? 'The task has timed out.'
      : describe(error);
    output.error(message);
    return 'failed';
  } finally {
    clearTimeout(timer);
  }
  if (output.fault) return 'failed';
  const completed = output.completed as StepOutput['completed'];
  if (completed?.result === 'failed') {
    if (completed.message) output.error(completed.message);
    return 'failed';
  }
  return completed?.result ?? 'succeeded';
}

function canceled(output: StepOutput): TaskResult {
  output.error('The operation was canceled.');
  return 'canceled';
}

/** What went wrong, for people; a fault of the machine names itself. */
function describe(error: unknown): string {
  if (error instanceof TaskFailure) return error.message;
  const { code, path, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') {
    return `Unable to locate ${path ?? 'a file'}: ${message}`;
  }
  return message ?? String(error);
}

function taskContext(
  job: JobState,
  step: ExpandedStep,
  output: StepOutput,
  signal: AbortSignal,
): TaskContext {
  const { variables, workspace, masker, options } = job;
  const env: Record<string, string> = {
    ...baseEnvironment(job),
    ...variables.environment(),
  };
  for (const [name, value] of Object.entries(step.env)) {
    env[name] = variables.expand(value);
  }
  return {
    inputs: Object.fromEntries(
      Object.entries(step.inputs).map(([name, value]) => [
        name,
        variables.expand(value),
      ]),
    ),
    env,
    workspace,
    variables,
    pipeline: job.pipeline,
    options,
    signal,
    checkouts: job.checkouts,
    log: line => output.log(line),
    warning: message => output.warning(message),
    secret: value => masker.add(value),
    run: request => runCommand(job, request, env, output, signal),
    published: artifact =>
      job.listener.artifact({ ...artifact, recordId: job.jobId }),
  };
}

/** Nothing of the server's own environment reaches a step but this. */
const PASSED_ON = [
  'LANG',
  'LC_ALL',
  'TMPDIR',
  'TZ',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
];

function baseEnvironment({
  options,
  workspace,
  path,
}: JobState): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const name of PASSED_ON) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  return {
    ...environment,
    HOME: workspace.home,
    PATH: [...path, workspace.bin, process.env.PATH ?? '/usr/bin:/bin'].join(
      ':',
    ),
    ...options.environment,
  };
}

// A step may write without end; what a task reads of its command is at the beginning.
const KEPT_LINES = 10_000;

async function runCommand(
  job: JobState,
  request: RunRequest,
  env: Record<string, string>,
  output: StepOutput,
  signal: AbortSignal,
): Promise<ProcessOutcome> {
  const lines: Pick<ProcessOutcome, 'stdout' | 'stderr'> = {
    stdout: [],
    stderr: [],
  };
  if (request.shown) output.log(`[command]${request.shown}`);
  const code = await runProcess({
    command: request.command,
    args: request.args,
    cwd:
      request.cwd ??
      job.variables.get('Build.SourcesDirectory') ??
      job.workspace.sources,
    env: { ...env, ...request.env },
    signal,
    kill: job.options.abandon,
    onStart: pid => job.groups.add(pid),
    onLine: (line, stream) => {
      if (lines[stream].length < KEPT_LINES) lines[stream].push(line);
      if (request.quiet) return;
      if (stream === 'stderr' && request.failOnStderr) output.error(line);
      else output.processLine(line);
    },
  });
  return { code, ...lines };
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
