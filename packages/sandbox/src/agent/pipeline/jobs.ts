import {
  ExpandedJob,
  ExpandedJobPart,
  ExpandedStep,
  JobPartName,
} from '../contract';
import { toText } from '../expressions/values';
import { Refusal, displayPath } from '../problems';
import { Lazy, LazyEntry, entriesOf, withVariables } from '../template/expand';
import { Scope } from '../template/scope';
import { Mark } from '../yaml/node';
import { checkCondition } from './conditions';
import {
  checkName,
  checkPool,
  checkWorkspace,
  readEnvironment,
} from './job-keys';
import { Fields, Reading } from './reading';
import { readStep } from './steps';
import { readList, textList } from './templates';
import { readVariables } from './variables';

const COMMON = [
  'displayName',
  'dependsOn',
  'condition',
  'continueOnError',
  'timeoutInMinutes',
  'cancelTimeoutInMinutes',
  'variables',
  'pool',
  'workspace',
  'uses',
  'strategy',
  'templateContext',
];
const REFUSED = {
  container: 'jobs run on the agent itself',
  services: 'jobs run on the agent itself, without containers beside it',
};
const HOOKS: Record<string, JobPartName> = {
  preDeploy: 'preDeploy',
  deploy: 'deploy',
  routeTraffic: 'routeTraffic',
  postRouteTraffic: 'postRouteTraffic',
};

/** Reads a job or a deployment job. */
export async function readJob(
  reading: Reading,
  entries: LazyEntry[],
  mark: Mark,
  scope: Scope,
): Promise<ExpandedJob> {
  const kind = toText(entries[0].key.value);
  if (kind !== 'job' && kind !== 'deployment') {
    throw Refusal.at(entries[0].key.mark, `Unexpected value '${kind}'`);
  }
  const own = kind === 'job' ? ['steps'] : ['environment'];
  const fields = new Fields(mark, entries, [kind, ...own, ...COMMON], REFUSED);
  const name = checkName('Job', fields.text(kind) || 'Job', fields.at(kind));
  if (kind === 'deployment' && name.toLowerCase() === 'deploy') {
    throw Refusal.at(
      fields.at(kind),
      "'deploy' is a keyword and cannot be the name of a deployment job. Choose another name",
    );
  }
  checkPool(fields);
  checkWorkspace(fields);
  const variables = await readVariables(
    reading,
    fields.lazy('variables'),
    scope,
  );
  const inside = (lazy: Lazy) => withVariables(lazy, variables.scope);
  const { file, line, column } = mark;
  const job: ExpandedJob = {
    name,
    displayName: fields.text('displayName') || name,
    kind,
    dependsOn: textList(fields, 'dependsOn') ?? [],
    condition: checkCondition(
      fields.text('condition'),
      'job',
      fields.at('condition'),
    ),
    continueOnError: fields.boolean('continueOnError', false),
    timeoutInMinutes: fields.count('timeoutInMinutes', 60),
    cancelTimeoutInMinutes: fields.count('cancelTimeoutInMinutes', 5),
    variables: variables.variables,
    parts: [],
    position: { file: displayPath(file), line, column },
  };
  const strategy = fields.lazy('strategy');
  if (kind === 'deployment') {
    job.environment = readEnvironment(fields);
    reading.environments.add(job.environment);
    if (!strategy) {
      throw Refusal.at(mark, 'A deployment job needs a strategy');
    }
    job.parts = await readRunOnce(reading, inside(strategy), variables.scope);
    return job;
  }
  if (strategy) {
    const [first] = entriesOf(strategy);
    throw Refusal.at(
      first?.key.mark ?? strategy.node.mark,
      `'strategy: ${toText(
        first?.key.value,
      )}' is not supported by the sandbox: write the jobs out, for example with \${{ each }}`,
    );
  }
  const steps = fields.lazy('steps');
  if (!steps) throw Refusal.at(mark, `The job '${name}' needs steps`);
  const part = await readPart(reading, 'run', inside(steps), variables.scope);
  job.parts = [part];
  return job;
}

/** Reads the steps of a job or of a hook. */
export async function readPart(
  reading: Reading,
  name: JobPartName,
  steps: Lazy,
  scope: Scope,
): Promise<ExpandedJobPart> {
  const read = await readList(reading, steps, 'steps', scope, (entries, mark) =>
    readStep(reading, entries, mark),
  );
  const seen = new Set<string>();
  for (const step of read) {
    const key = step.name?.toLowerCase();
    if (key !== undefined && seen.has(key)) {
      reading.problems.addRefusal(
        new Refusal(
          `${step.position.file} (Line: ${step.position.line}, Col: ${step.position.column}): The step name ${step.name} appears more than once. Step names must be unique within a job.`,
        ),
      );
    }
    if (key !== undefined) seen.add(key);
  }
  return { name, steps: implicitSteps(name, read) };
}

/** A job checks out its repository, and a deployment downloads artifacts, unless told otherwise. */
function implicitSteps(
  part: JobPartName,
  steps: ExpandedStep[],
): ExpandedStep[] {
  const implicit = (
    task: string,
    inputs: Record<string, string>,
    displayName?: string,
  ): ExpandedStep => ({
    task,
    inputs,
    displayName,
    env: {},
    continueOnError: false,
    enabled: true,
    timeoutInMinutes: 0,
    retryCountOnTaskFailure: 0,
    implicit: true,
    position: steps[0]?.position ?? { file: '', line: 1, column: 1 },
  });
  if (part === 'run' && !steps.some(step => step.task === 'checkout@1')) {
    return [implicit('checkout@1', { repository: 'self' }), ...steps];
  }
  const downloads = steps.some(
    step => step.task === 'downloadpipelineartifact@2',
  );
  if (part === 'deploy' && !downloads) {
    const inputs = {
      buildType: 'current',
      targetPath: '$(Pipeline.Workspace)',
    };
    return [
      implicit('downloadpipelineartifact@2', inputs, 'Download artifacts'),
      ...steps,
    ];
  }
  return steps;
}

async function readRunOnce(
  reading: Reading,
  strategy: Lazy,
  scope: Scope,
): Promise<ExpandedJobPart[]> {
  const [only, ...others] = entriesOf(strategy);
  const kind = toText(only?.key.value);
  if (kind !== 'runOnce' || others.length > 0) {
    throw Refusal.at(
      only?.key.mark ?? strategy.node.mark,
      `'strategy: ${kind}' is not supported by the sandbox: use runOnce`,
    );
  }
  const fields = new Fields(only.key.mark, entriesOf(only.value), [
    ...Object.keys(HOOKS),
    'on',
  ]);
  const parts: ExpandedJobPart[] = [];
  for (const [hook, name] of Object.entries(HOOKS)) {
    const lazy = fields.lazy(hook);
    if (lazy) parts.push(await readHook(reading, name, lazy, scope));
  }
  const on = fields.lazy('on');
  if (on) {
    const ends = new Fields(on.node.mark, entriesOf(on), [
      'success',
      'failure',
    ]);
    for (const [key, name] of [
      ['success', 'onSuccess'],
      ['failure', 'onFailure'],
    ] as const) {
      const lazy = ends.lazy(key);
      if (lazy) parts.push(await readHook(reading, name, lazy, scope));
    }
  }
  if (!parts.some(part => part.name === 'deploy')) {
    throw Refusal.at(only.key.mark, "'runOnce' needs a 'deploy' hook");
  }
  return parts;
}

async function readHook(
  reading: Reading,
  name: JobPartName,
  lazy: Lazy,
  scope: Scope,
): Promise<ExpandedJobPart> {
  const fields = new Fields(lazy.node.mark, entriesOf(lazy), ['steps', 'pool']);
  checkPool(fields);
  const steps = fields.lazy('steps');
  if (!steps) return { name, steps: [] };
  return readPart(reading, name, steps, scope);
}
