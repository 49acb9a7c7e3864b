import { ExpandedStep } from '../contract';
import { toText } from '../expressions/values';
import { Refusal } from '../problems';
import { LazyEntry, entriesOf } from '../template/expand';
import { Mark } from '../yaml/node';
import { displayPath } from '../problems';
import { checkCondition } from './conditions';
import { Fields, Reading, textOf } from './reading';
import { readTask, taskStep } from './task-step';

const COMMON = [
  'condition',
  'continueOnError',
  'displayName',
  'enabled',
  'env',
  'name',
  'timeoutInMinutes',
  'retryCountOnTaskFailure',
];
const REFUSED = {
  target: 'steps run on the agent itself, never in a container',
};
const NO_COUNTERPART: Record<string, string> = {
  powershell: 'there is no PowerShell; use bash',
  pwsh: 'there is no PowerShell; use bash',
  downloadBuild: 'use download: current',
  getPackage: 'there are no package resources',
  reviewApp: 'there are no review apps',
  upload: 'use publish',
};
const UNSUPPORTED_CHECKOUT = {
  lfs: 'git-lfs is not run',
  submodules: 'submodules are not fetched',
  fetchFilter: 'whole commits are fetched',
  sparseCheckoutDirectories: 'whole commits are checked out',
  sparseCheckoutPatterns: 'whole commits are checked out',
  workspaceRepo: 'a single checkout goes to s, several to s/<name>',
};

/** Reads one step; shorthand forms become the task that they stand for. */
export async function readStep(
  reading: Reading,
  entries: LazyEntry[],
  mark: Mark,
): Promise<ExpandedStep> {
  const [first] = entries;
  const kind = toText(first.key.value);
  if (NO_COUNTERPART[kind]) {
    throw Refusal.at(
      first.key.mark,
      `'${kind}' is not supported by the sandbox: ${NO_COUNTERPART[kind]}`,
    );
  }
  const fields = (own: string[], refused: Record<string, string> = {}) =>
    new Fields(mark, entries, [kind, ...own, ...COMMON], {
      ...REFUSED,
      ...refused,
    });
  const build = (
    task: string,
    read: Fields,
    inputs: Record<string, string | undefined>,
  ) => step(read, task, given(inputs));
  switch (kind) {
    case 'bash':
    case 'script': {
      const read = fields(['failOnStderr', 'workingDirectory']);
      return build(kind === 'bash' ? 'bash@3' : 'cmdline@2', read, {
        ...(kind === 'bash' ? { targetType: 'inline' } : {}),
        script: read.text(kind),
        failOnStderr: read.text('failOnStderr'),
        workingDirectory: read.text('workingDirectory'),
      });
    }
    case 'checkout': {
      const read = fields(
        ['clean', 'fetchDepth', 'fetchTags', 'persistCredentials', 'path'],
        unsetAllowed(entries, UNSUPPORTED_CHECKOUT),
      );
      return build('checkout@1', read, {
        repository: checkoutTarget(reading, read),
        clean: read.text('clean'),
        fetchDepth: read.text('fetchDepth'),
        fetchTags: read.text('fetchTags'),
        persistCredentials: read.text('persistCredentials'),
        path: read.text('path'),
      });
    }
    case 'publish': {
      const read = fields(['artifact']);
      return build('publishpipelineartifact@1', read, {
        targetPath: read.text('publish'),
        artifact: read.text('artifact'),
      });
    }
    case 'download': {
      const read = fields(['artifact', 'patterns']);
      const source = read.text('download')?.toLowerCase();
      if (source !== 'current' && source !== 'none') {
        throw Refusal.at(
          read.at('download'),
          `'download: ${read.text(
            'download',
          )}' is not supported by the sandbox: use current or none`,
        );
      }
      const artifact = read.text('artifact');
      const built = build('downloadpipelineartifact@2', read, {
        buildType: 'current',
        artifactName: artifact,
        itemPattern: read.text('patterns'),
        // The shorthand puts an artifact in a folder of its name; the task does not.
        targetPath: `$(Pipeline.Workspace)${artifact ? `/${artifact}` : ''}`,
      });
      return source === 'none' ? { ...built, enabled: false } : built;
    }
    case 'task': {
      const read = fields(['inputs']);
      const { task, inputs } = readTask(reading, read);
      return step(read, task, inputs);
    }
    default:
      throw Refusal.at(first.key.mark, `Unexpected value '${kind}'`);
  }
}

function step(
  fields: Fields,
  task: string,
  inputs: Record<string, string>,
): ExpandedStep {
  const name = fields.text('name');
  if (name && !/^[-_A-Za-z0-9]+$/.test(name)) {
    throw Refusal.at(
      fields.at('name'),
      `Step name '${name}' is not valid. Valid names may only contain alphanumeric characters, '-' and '_'`,
    );
  }
  const env: Record<string, string> = {};
  const block = fields.lazy('env');
  if (block) {
    for (const { key, value } of entriesOf(block)) {
      env[toText(key.value)] = textOf(value);
    }
  }
  const { file, line, column } = fields.mark;
  return taskStep({
    name: name || undefined,
    displayName: fields.text('displayName') || undefined,
    task,
    inputs,
    env,
    condition: checkCondition(
      fields.text('condition'),
      'step',
      fields.at('condition'),
    ),
    continueOnError: fields.boolean('continueOnError', false),
    enabled: fields.boolean('enabled', true),
    timeoutInMinutes: fields.count('timeoutInMinutes', 0),
    retryCountOnTaskFailure: fields.count('retryCountOnTaskFailure', 0),
    position: { file: displayPath(file), line, column },
  });
}

function given(
  inputs: Record<string, string | undefined>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(inputs).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  );
}

/** `lfs: false` says what the sandbox does anyway, and is no reason to refuse. */
function unsetAllowed(
  entries: LazyEntry[],
  refused: Record<string, string>,
): Record<string, string> {
  for (const [key, reason] of Object.entries(refused)) {
    const entry = entries.find(candidate => candidate.key.value === key);
    if (entry && !/^(false)?$/i.test(textOf(entry.value))) {
      throw Refusal.at(
        entry.key.mark,
        `'${key}' is not supported by the sandbox: ${reason}`,
      );
    }
    if (entry) entries.splice(entries.indexOf(entry), 1);
  }
  return {};
}

function checkoutTarget(reading: Reading, fields: Fields): string {
  const target = fields.text('checkout') ?? '';
  if (target.toLowerCase() === 'none') return 'none';
  const repository = reading.repositories.find(
    known => known.alias.toLowerCase() === target.toLowerCase(),
  );
  if (!repository) {
    throw Refusal.at(
      fields.at('checkout'),
      `No repository found by name ${target}. Use self, none or the name of a repository in resources`,
    );
  }
  return repository.alias;
}
