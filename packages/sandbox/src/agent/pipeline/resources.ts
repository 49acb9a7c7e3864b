import { RunRepository } from '../contract';
import { toText } from '../expressions/values';
import { Refusal } from '../problems';
import { Lazy, entriesOf, itemsOf, resolve } from '../template/expand';
import { Fields, Reading } from './reading';

/** Reads `resources:`: git repositories of the same project. */
export async function readResources(
  reading: Reading,
  block: Lazy | undefined,
): Promise<void> {
  if (!block) return;
  const none = 'the sandbox has none';
  const fields = new Fields(
    block.node.mark,
    entriesOf(block),
    ['repositories'],
    {
      builds: none,
      containers: none,
      packages: none,
      pipelines: none,
      webhooks: none,
    },
  );
  const list = fields.lazy('repositories');
  for (const item of list ? itemsOf(list) : []) {
    await reading.problems.attempt(async () => {
      reading.repositories.push(await readRepository(reading, item));
    });
  }
}

async function readRepository(
  reading: Reading,
  item: Lazy,
): Promise<RunRepository> {
  const fields = new Fields(
    item.node.mark,
    entriesOf(item),
    ['repository', 'type', 'name', 'ref', 'trigger'],
    {
      endpoint: 'repositories are in the same project and need no connection',
      checkoutOptions: 'say it in the checkout step',
    },
  );
  const alias = fields.text('repository') ?? '';
  if (!/^[-_A-Za-z0-9.]+$/.test(alias) || alias.toLowerCase() === 'self') {
    throw Refusal.at(
      fields.at('repository'),
      `'${alias}' cannot be the name of a repository resource`,
    );
  }
  const type = fields.text('type') ?? 'git';
  if (type.toLowerCase() !== 'git') {
    throw Refusal.at(
      fields.at('type'),
      `Repositories of type '${type}' are not supported by the sandbox: use git`,
    );
  }
  const trigger = fields.lazy('trigger');
  if (trigger && !isNone(trigger)) {
    throw Refusal.at(
      fields.at('trigger'),
      'Triggers of repository resources are not supported by the sandbox: write trigger: none',
    );
  }
  const full = fields.text('name') ?? '';
  const [project, name] = full.includes('/')
    ? full.split('/')
    : [reading.context.project.name, full];
  if (project.toLowerCase() !== reading.context.project.name.toLowerCase()) {
    throw Refusal.at(
      fields.at('name'),
      `The project ${project} does not exist or is not authorized for use. Repositories of the project ${reading.context.project.name} can be used.`,
    );
  }
  const given = fields.text('ref') || 'refs/heads/main';
  const ref = given.startsWith('refs/') ? given : `refs/heads/${given}`;
  return {
    alias,
    name,
    ref,
    commit: await reading.commitOf(name, ref, fields.at('ref')),
  };
}

/** `none`, as `trigger` and `pr` have it. */
export function isNone(lazy: Lazy): boolean {
  const { node } = resolve(lazy);
  return node.kind === 'scalar' && toText(node.value).toLowerCase() === 'none';
}
