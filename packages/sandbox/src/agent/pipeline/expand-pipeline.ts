import {
  ExpandContext,
  ExpandedPipeline,
  ExpandedStage,
  ExpandPipeline,
  PipelineRoot,
  RunRepository,
} from '../contract';
import { Refusal } from '../problems';
import { Lazy, entriesOf, withVariables } from '../template/expand';
import {
  bindParameters,
  givenFromRequest,
  readDeclarations,
} from '../template/parameters';
import { Scope } from '../template/scope';
import { Mark, Node, Scalar, SourceFile, nodeFromJson } from '../yaml/node';
import { readYaml } from '../yaml/read-yaml';
import { finalYaml } from './final-yaml';
import { checkGraph } from './graph';
import { checkPool } from './job-keys';
import { Fields, Reading } from './reading';
import { isNone, readResources } from './resources';
import {
  checkLock,
  defaultStage,
  readJobs,
  readStages,
  stepsJob,
} from './stages';
import { openTemplate } from './templates';
import { readVariables } from './variables';
import { compileTimeVariables } from './predefined';

const CONTENT = ['stages', 'jobs', 'steps', 'extends'];
const ROOT = [
  ...CONTENT,
  'name',
  'appendCommitMessageToRunName',
  'trigger',
  'pr',
  'resources',
  'variables',
  'pool',
  'lockBehavior',
];

/**
 * Reads a pipeline with its templates, binds parameters and expands everything that is known before
 * the run.
 * @throws PipelineValidationError with one message for each thing that is wrong
 */
export const expandPipeline: ExpandPipeline = async (
  files,
  root,
  parameters,
  context,
) => {
  const reading = new Reading(files, context);
  let pipeline: ExpandedPipeline | undefined;
  try {
    pipeline = await readPipeline(reading, root, parameters);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    reading.problems.addRefusal(error);
  }
  reading.problems.throwIfAny();
  return pipeline as ExpandedPipeline;
};

async function readPipeline(
  reading: Reading,
  root: PipelineRoot,
  requested: Record<string, unknown>,
): Promise<ExpandedPipeline> {
  const { problems, context } = reading;
  const self = await openSelf(reading, root);
  reading.repositories.push(self);
  const path = `/${root.path.replace(/^\/+/, '')}`;
  const { file, node } = await openRoot(reading, self, path, root.override);
  const start: Mark = { file, line: node.mark.line, column: node.mark.column };
  if (node.kind !== 'mapping') {
    throw Refusal.at(
      start,
      node.kind === 'scalar' && node.value === ''
        ? 'The pipeline is empty'
        : 'A mapping was expected',
    );
  }
  const declarations = readDeclarations(
    node.entries.find(entry => entry.key.value === 'parameters')?.value,
  );
  const bound = bindParameters(
    declarations,
    givenFromRequest(file, requested, declarations, nodeFromJson),
    start,
    problems,
  );
  problems.throwIfAny();
  const scope = Scope.of(bound, compileTimeScope(context, self));
  const rest: Node = {
    ...node,
    entries: node.entries.filter(entry => entry.key.value !== 'parameters'),
  };
  const fields = new Fields(start, entriesOf({ node: rest, scope }), ROOT, {
    schedules: 'runs are started by the portal or by REST',
  });
  checkTriggers(fields);
  checkPool(fields);
  checkLock(fields);
  await readResources(reading, fields.lazy('resources'));
  problems.throwIfAny();
  const variables = await readVariables(
    reading,
    fields.lazy('variables'),
    scope,
  );
  const content = await readContent(reading, fields, variables.scope, start);
  problems.throwIfAny();
  checkGraph(content.stages, problems);
  problems.throwIfAny();
  const pipeline: Omit<ExpandedPipeline, 'yaml'> = {
    name: fields.text('name') || undefined,
    stages: content.stages,
    variables: [...variables.variables, ...content.variables],
    repositories: reading.repositories,
    serviceConnections: [...reading.serviceConnections],
    environments: [...reading.environments],
  };
  return { ...pipeline, yaml: finalYaml(pipeline) };
}

async function openSelf(
  reading: Reading,
  root: PipelineRoot,
): Promise<RunRepository> {
  const file: SourceFile = {
    alias: 'self',
    repository: root.repository,
    commit: root.commit ?? '',
    path: `/${root.path.replace(/^\/+/, '')}`,
  };
  const mark: Mark = { file, line: 1, column: 1 };
  return {
    alias: 'self',
    name: root.repository,
    ref: root.ref,
    commit:
      root.commit ?? (await reading.commitOf(root.repository, root.ref, mark)),
  };
}

async function openRoot(
  reading: Reading,
  self: RunRepository,
  path: string,
  override: string | undefined,
): Promise<{ file: SourceFile; node: Node }> {
  // An empty override means the committed file, as at the service.
  if (!override) {
    const opened = await reading.file(self, path);
    return { file: opened.file, node: opened.root };
  }
  const file: SourceFile = {
    alias: 'self',
    repository: self.name,
    commit: self.commit,
    path,
  };
  return { file, node: readYaml(file, override) };
}

function compileTimeScope(
  context: ExpandContext,
  self: RunRepository,
): Record<string, Scalar> {
  const values: Record<string, Scalar> = compileTimeVariables(context, self);
  for (const [name, variable] of Object.entries(context.variables)) {
    // A secret is known to the steps that ask for it, never to a template.
    if (!variable.isSecret) values[name] = variable.value;
  }
  return values;
}

/** The server starts runs when it is asked to: a file that wants others says so in vain. */
function checkTriggers(fields: Fields): void {
  for (const key of ['trigger', 'pr']) {
    const lazy = fields.lazy(key);
    if (lazy && !isNone(lazy)) {
      throw Refusal.at(
        fields.at(key),
        `'${key}' other than none is not supported by the sandbox: runs are started by the portal or by REST`,
      );
    }
  }
  fields.boolean('appendCommitMessageToRunName', true);
}

type Content = Pick<ExpandedPipeline, 'stages' | 'variables'>;

/** Reads stages, jobs, steps or what is extended. */
async function readContent(
  reading: Reading,
  fields: Fields,
  scope: Scope,
  mark: Mark,
): Promise<Content> {
  const [kind, second] = CONTENT.filter(key => fields.has(key));
  if (second) {
    throw Refusal.at(fields.at(second), `Unexpected value '${second}'`);
  }
  if (!kind) {
    throw Refusal.at(mark, "Expected 'stages', 'jobs', 'steps' or 'extends'");
  }
  const list = withVariables(fields.lazy(kind) as Lazy, scope);
  const wrap = (stages: ExpandedStage[]): Content => ({
    stages,
    variables: [],
  });
  switch (kind) {
    case 'stages':
      return wrap(await readStages(reading, list, scope));
    case 'jobs':
      return wrap([defaultStage(await readJobs(reading, list, scope), mark)]);
    case 'steps': {
      const job = await stepsJob(reading, list, scope, mark);
      return wrap([defaultStage([job], mark)]);
    }
    default: {
      const opened = await openTemplate(
        reading,
        entriesOf(list),
        list.node.mark,
        scope,
        [...CONTENT, 'variables'],
      );
      const own = await readVariables(
        reading,
        opened.fields.lazy('variables'),
        opened.scope,
      );
      const inner = await readContent(
        reading,
        opened.fields,
        own.scope,
        opened.mark,
      );
      return {
        stages: inner.stages,
        variables: [...own.variables, ...inner.variables],
      };
    }
  }
}
