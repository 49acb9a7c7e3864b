import { Refusal } from '../problems';
import { entriesOf, expandDeep, resolve } from '../template/expand';
import { Mark } from '../yaml/node';
import { Fields } from './reading';

/** The name of the environment that a deployment job names. */
export function readEnvironment(fields: Fields): string {
  const lazy = fields.lazy('environment');
  if (!lazy)
    throw Refusal.at(fields.mark, 'A deployment job needs an environment');
  const { node } = resolve(lazy);
  const inner =
    node.kind === 'mapping'
      ? new Fields(node.mark, entriesOf(lazy), ['name'], {
          resourceName: 'environments of the sandbox have no resources',
          resourceId: 'environments of the sandbox have no resources',
          resourceType: 'environments of the sandbox have no resources',
          tags: 'environments of the sandbox have no resources',
        })
      : fields;
  const key = inner === fields ? 'environment' : 'name';
  const name = inner.text(key) ?? '';
  if (name === '' || name.includes('$(')) {
    throw Refusal.at(
      inner.at(key),
      `The environment '${name}' must be named before the run begins`,
    );
  }
  if (name.includes('.')) {
    throw Refusal.at(
      inner.at(key),
      `Environments of the sandbox have no resources: '${name}' names one`,
    );
  }
  return name;
}

/** Any Linux pool will do: the machine itself is the agent. */
export function checkPool(fields: Fields): void {
  const lazy = fields.lazy('pool');
  if (!lazy) return;
  if (resolve(lazy).node.kind === 'scalar') return;
  const pool = new Fields(
    lazy.node.mark,
    entriesOf(lazy),
    ['name', 'vmImage'],
    {
      demands: 'there is one agent, without capabilities to choose by',
    },
  );
  pool.text('name');
  const image = pool.text('vmImage');
  if (image && !/^ubuntu|\$\(/i.test(image)) {
    throw Refusal.at(
      pool.at('vmImage'),
      `vmImage '${image}' is not supported by the sandbox: its agent is Linux, use ubuntu-latest`,
    );
  }
}

/** Keys whose meaning is kept by what the agent does anyway. */
export function checkWorkspace(fields: Fields): void {
  const lazy = fields.lazy('workspace');
  if (lazy) {
    // Every job starts in an empty folder, so each kind of cleaning is done already.
    const workspace = new Fields(lazy.node.mark, entriesOf(lazy), ['clean']);
    const clean = workspace.text('clean');
    if (!['outputs', 'resources', 'all', undefined].includes(clean)) {
      throw Refusal.at(workspace.at('clean'), `Unexpected value '${clean}'`);
    }
  }
  for (const key of ['uses', 'templateContext']) {
    const extra = fields.lazy(key);
    if (extra) expandDeep(extra);
  }
}

/** @throws Refusal for what cannot be an identifier */
export function checkName(
  what: 'Job' | 'Stage',
  name: string,
  mark: Mark,
): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return name;
  throw Refusal.at(
    mark,
    `${what} ${name} has an invalid name. Valid names may only contain alphanumeric characters and '_' and may not start with a number.`,
  );
}
