import { ExpandedJob, ExpandedStage } from '../contract';
import { toText } from '../expressions/values';
import { Refusal, displayPath } from '../problems';
import { Lazy, LazyEntry, withVariables } from '../template/expand';
import { Scope } from '../template/scope';
import { Mark } from '../yaml/node';
import { checkCondition } from './conditions';
import { checkName, checkPool } from './job-keys';
import { readJob, readPart } from './jobs';
import { Fields, Reading } from './reading';
import { readList, textList } from './templates';
import { readVariables } from './variables';

/** A stage with what is needed to find its order: undefined means "after the one before". */
interface ReadStage extends Omit<ExpandedStage, 'dependsOn'> {
  dependsOn: string[] | undefined;
}

/** Reads `stages:` and puts them in order. */
export async function readStages(
  reading: Reading,
  list: Lazy,
  scope: Scope,
): Promise<ExpandedStage[]> {
  const stages = await readList(reading, list, 'stages', scope, (...args) =>
    readStage(reading, ...args),
  );
  return stages.map((stage, i) => ({
    ...stage,
    dependsOn: stage.dependsOn ?? (i > 0 ? [stages[i - 1].name] : []),
  }));
}

/** Reads `jobs:` of a stage. */
export async function readJobs(
  reading: Reading,
  list: Lazy,
  scope: Scope,
): Promise<ExpandedJob[]> {
  const jobs = await readList(reading, list, 'jobs', scope, (...args) =>
    readJob(reading, ...args),
  );
  const used = new Set(jobs.map(job => job.name.toLowerCase()));
  let counter = 0;
  return jobs.map((job, i) => {
    // A second job without a name gets a number, as the service gives it.
    const first = jobs.findIndex(
      other => other.name.toLowerCase() === job.name.toLowerCase(),
    );
    if (job.name !== 'Job' || first === i) return job;
    do counter += 1;
    while (used.has(`job${counter}`));
    return { ...job, name: `Job${counter}`, displayName: job.displayName };
  });
}

/** A job of bare steps, as in a pipeline or stage that writes `steps:` at its top. */
export async function stepsJob(
  reading: Reading,
  steps: Lazy,
  scope: Scope,
  mark: Mark,
): Promise<ExpandedJob> {
  const { file, line, column } = mark;
  return {
    name: 'Job',
    displayName: 'Job',
    kind: 'job',
    dependsOn: [],
    continueOnError: false,
    timeoutInMinutes: 60,
    cancelTimeoutInMinutes: 5,
    variables: [],
    parts: [await readPart(reading, 'run', steps, scope)],
    position: { file: displayPath(file), line, column },
  };
}

/** The stage around jobs that stand in no stage. */
export function defaultStage(jobs: ExpandedJob[], mark: Mark): ExpandedStage {
  const { file, line, column } = mark;
  return {
    name: '__default',
    displayName: '__default',
    dependsOn: [],
    variables: [],
    jobs,
    position: { file: displayPath(file), line, column },
  };
}

async function readStage(
  reading: Reading,
  entries: LazyEntry[],
  mark: Mark,
  scope: Scope,
): Promise<ReadStage> {
  const kind = toText(entries[0].key.value);
  if (kind !== 'stage') {
    throw Refusal.at(entries[0].key.mark, `Unexpected value '${kind}'`);
  }
  const fields = new Fields(
    mark,
    entries,
    [
      'stage',
      'displayName',
      'pool',
      'dependsOn',
      'condition',
      'variables',
      'jobs',
      'lockBehavior',
      'isSkippable',
      'templateContext',
    ],
    {
      trigger: 'stages start by themselves; approvals belong to environments',
      group: 'stages have no groups',
      checks: 'checks belong to environments',
    },
  );
  const name = checkName(
    'Stage',
    fields.text('stage') || '',
    fields.at('stage'),
  );
  checkPool(fields);
  fields.boolean('isSkippable', true);
  checkLock(fields);
  const variables = await readVariables(
    reading,
    fields.lazy('variables'),
    scope,
  );
  const jobs = fields.lazy('jobs');
  if (!jobs) throw Refusal.at(mark, `The stage '${name}' needs jobs`);
  const { file, line, column } = mark;
  return {
    name,
    displayName: fields.text('displayName') || name,
    dependsOn: textList(fields, 'dependsOn'),
    condition: checkCondition(
      fields.text('condition'),
      'stage',
      fields.at('condition'),
    ),
    variables: variables.variables,
    jobs: await readJobs(
      reading,
      withVariables(jobs, variables.scope),
      variables.scope,
    ),
    position: { file: displayPath(file), line, column },
  };
}

/** Runs that wait for a lock are the server's affair; without an exclusive lock there is none to wait for. */
export function checkLock(fields: Fields): void {
  const lock = fields.text('lockBehavior');
  if (lock !== undefined && lock !== 'sequential' && lock !== 'runLatest') {
    throw Refusal.at(fields.at('lockBehavior'), `Unexpected value '${lock}'`);
  }
}
