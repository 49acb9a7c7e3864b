import { join } from 'path';
import {
  ExpandedJob,
  ExpandedJobPart,
  ExpandedPipeline,
  ExpandedStage,
  ExpandedStep,
  ExpandedVariable,
  RunListener,
  RunOptions,
  TaskResult,
} from '../contract';
import { Value } from '../expressions/values';
import { Outcome, resultName, stepCondition } from './conditions';
import { Masker } from './masker';
import { AGENT_NAME, runVariables, setJobVariables } from './predefined';
import { JobLimit } from './job-limit';
import { killGroup } from './process';
import { RecordKeeper } from './records';
import { setYamlVariables } from './resolve-variables';
import { StepRecord, StepRecords, stepTitle } from './step-records';
import { JobState, runStep } from './step-runner';
import { Variables } from './variables';
import { makeWorkspace, removeWorkspace } from './workspace';

export interface JobRequest {
  pipeline: ExpandedPipeline;
  options: RunOptions;
  listener: RunListener;
  stage: ExpandedStage;
  job: ExpandedJob;
  part: ExpandedJobPart;
  record: RecordKeeper;
  /** Number of the job in its run: its folder. */
  number: number;
  /** Variables of the pipeline and the stage, evaluated. */
  outerVariables: ExpandedVariable[];
  /** `dependencies` and `stageDependencies`. */
  contexts: ReadonlyMap<string, Value>;
}

/** A masker that knows the secrets of a run from its first line. */
export function runMasker(options: RunOptions): Masker {
  const masker = new Masker();
  masker.add(options.accessToken);
  for (const { value, isSecret } of Object.values(options.context.variables)) {
    if (isSecret) masker.add(value);
  }
  return masker;
}

/** The variables that every job begins with: predefined ones and those of the definition. */
export function firstVariables(
  pipeline: ExpandedPipeline,
  options: RunOptions,
  masker: Masker,
): Variables {
  const variables = new Variables(masker);
  for (const [name, value] of Object.entries(runVariables(pipeline, options))) {
    variables.set(name, value);
  }
  for (const [name, { value, isSecret }] of Object.entries(
    options.context.variables,
  )) {
    variables.set(name, value, { isSecret });
  }
  return variables;
}

/** Runs a job (or one hook of a deployment job) in a clean folder. It never throws. */
export async function runJob(request: JobRequest): Promise<Outcome> {
  const { options, record, job, number } = request;
  record.start({ workerName: AGENT_NAME });
  const outputs: Record<string, string> = {};
  const limit = new JobLimit(options, job);
  let result: TaskResult;
  try {
    result = await runParts(request, outputs, limit, number);
  } catch (error) {
    const { message } = error as Error;
    record.issue({ type: 'error', message: runMasker(options).mask(message) });
    result = 'failed';
  } finally {
    limit.done();
  }
  record.complete(result);
  return { result, outputs };
}

async function runParts(
  request: JobRequest,
  outputs: Record<string, string>,
  limit: JobLimit,
  number: number,
): Promise<TaskResult> {
  const { options, part, job } = request;
  const masker = runMasker(options);
  const book = new StepRecords(
    request.pipeline,
    request.record,
    request.listener,
    part.steps,
  );
  const initialize = book.agentStep('Initialize job', 0);
  const records = part.steps.map((step, i) => book.step(step, i + 1));
  const finalize = book.agentStep('Finalize Job', part.steps.length + 1);
  const variables = firstVariables(request.pipeline, options, masker);
  const log = (record: RecordKeeper, ...lines: string[]) =>
    request.listener.log(
      record.id,
      lines.map(line => masker.mask(line)),
    );

  initialize.start();
  const workspace = await makeWorkspace(
    join(options.workFolder, String(options.run.id), String(number)),
    options.tools,
  );
  let result: TaskResult = 'succeeded';
  const state: JobState = {
    pipeline: request.pipeline,
    options,
    listener: request.listener,
    masker,
    variables,
    workspace,
    jobId: request.record.id,
    checkouts: part.steps.filter(
      step => step.task === 'checkout@1' && step.enabled,
    ).length,
    path: [],
    groups: new Set(),
    outputs,
  };
  try {
    setJobVariables(
      variables,
      options,
      {
        stage: request.stage,
        job,
        jobId: request.record.id,
        environment: job.environment,
        hook: job.kind === 'deployment' ? part.name : undefined,
      },
      workspace,
    );
    setYamlVariables(variables, request.outerVariables, new Map(), options);
    setYamlVariables(variables, job.variables, request.contexts, options);
    log(
      initialize,
      `##[section]Starting: Initialize job`,
      `Agent name: '${AGENT_NAME}'`,
      `Agent machine name: '${variables.get('Agent.MachineName')}'`,
      `Working directory: '${workspace.build}'`,
      ...Object.entries(options.tools).map(
        ([name, path]) => `${name}: ${path ?? 'not on this machine'}`,
      ),
      `##[section]Finishing: Initialize job`,
    );
    initialize.complete('succeeded');
    for (const [i, step] of part.steps.entries()) {
      const before = limit.canceled ? 'canceled' : result;
      const ended = await runOneStep(state, step, records[i], before, limit);
      if (ended === 'failed' || ended === 'canceled') {
        if (result !== 'failed') result = ended;
      } else if (ended === 'succeededWithIssues' && result === 'succeeded') {
        result = ended;
      }
    }
  } catch (error) {
    const { message } = error as Error;
    log(initialize, `##[error]${message}`);
    initialize.issue({ type: 'error', message: masker.mask(message) });
    initialize.complete('failed');
    for (const { record } of records) record.complete('skipped');
    result = 'failed';
  }
  if (limit.canceled) {
    result = 'canceled';
    if (limit.timedOut) {
      request.record.issue({
        type: 'error',
        message: `The job running on agent ${AGENT_NAME} ran longer than the maximum time of ${job.timeoutInMinutes} minutes. For more information, see https://go.microsoft.com/fwlink/?linkid=2077134`,
      });
    }
  }
  finalize.start();
  log(finalize, '##[section]Starting: Finalize Job', 'Cleaning up the job');
  for (const pid of state.groups) killGroup(pid, 'SIGKILL');
  await removeWorkspace(workspace);
  log(finalize, '##[section]Finishing: Finalize Job');
  finalize.complete('succeeded');
  return result;
}

async function runOneStep(
  state: JobState,
  step: ExpandedStep,
  { record, name }: StepRecord,
  status: TaskResult,
  limit: JobLimit,
): Promise<TaskResult> {
  const { variables, masker, listener } = state;
  variables.set('Agent.JobStatus', resultName(status));
  let wanted = false;
  try {
    wanted =
      step.enabled &&
      !limit.over &&
      stepCondition(step.condition, status, variables.context());
  } catch (error) {
    const message = masker.mask(
      `The condition '${step.condition}': ${(error as Error).message}`,
    );
    record.start();
    listener.log(record.id, [`##[error]${message}`]);
    record.issue({ type: 'error', message });
    record.complete('failed');
    return 'failed';
  }
  if (!wanted) {
    record.complete('skipped');
    return 'skipped';
  }
  const title = masker.mask(variables.expand(stepTitle(state.pipeline, step)));
  record.start({ name: title });
  const names = { stepName: name, title };
  let result = await runStep(state, step, record, names, limit.signal());
  if (result === 'failed' && step.continueOnError) {
    result = 'succeededWithIssues';
  }
  record.complete(result);
  return result;
}
