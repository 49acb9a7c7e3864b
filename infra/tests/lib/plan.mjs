// Reads plans: what stands in one of each resource, and where in the code the resource is written.
import fs from 'node:fs';
import path from 'node:path';
import { root } from './tools.mjs';

const isEmpty = value =>
  value === null ||
  value === undefined ||
  (typeof value === 'object' && Object.keys(value).length === 0);

const isObject = value => typeof value === 'object' && value !== null;

/** What is known only after apply stands beside what is known: `?` marks it. */
function withUnknown(value, unknown) {
  if (unknown === true) return '?';
  if (!isObject(unknown)) return value;
  if (Array.isArray(unknown)) {
    return unknown.map((item, index) => withUnknown(value?.[index], item));
  }
  const keys = new Set([...Object.keys(value ?? {}), ...Object.keys(unknown)]);
  return Object.fromEntries(
    [...keys].map(key => [key, withUnknown(value?.[key], unknown[key])]),
  );
}

/** The value without what is null or empty, and with keys in order. */
function tidy(value) {
  if (Array.isArray(value)) return value.map(tidy);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, item]) => [key, tidy(item)])
      .filter(([, item]) => !isEmpty(item))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** The stack that a plan's root calls. */
const stackOf = plan =>
  Object.keys(plan.configuration.root_module.module_calls)[0];

/** The resources that a plan makes, in order of their addresses: `{ address, type, after, unknown, sensitive }`. */
export const resourcesOf = plan =>
  plan.resource_changes
    .filter(({ mode }) => mode === 'managed')
    .map(({ address, module_address: module = '', type, name, change }) => ({
      address: address.replace(`module.${stackOf(plan)}.`, ''),
      module,
      type,
      name,
      actions: change.actions,
      after: change.after,
      unknown: change.after_unknown,
      sensitive: change.after_sensitive,
    }))
    .sort((a, b) => (a.address < b.address ? -1 : 1));

/** A plan as text, one line a resource, for people to review as a diff; `?` is what only Azure knows. */
export const textOf = plan =>
  resourcesOf(plan)
    .map(({ address, actions, after, unknown }) =>
      JSON.stringify({
        address,
        actions: actions.join(),
        ...tidy(withUnknown(after, unknown)),
      }),
    )
    .join('\n')
    .concat('\n');

/** The Terraform of a resource, with the comments above it. */
export function sourceOf(plan, { module, type, name }) {
  let { root_module: config } = plan.configuration;
  // The root is a folder of the test's; the stack is what it calls.
  let folder = path.join(root, 'infra/stacks', stackOf(plan));
  config = config.module_calls[stackOf(plan)].module;
  const [, ...calls] = module
    .replace(/\[[^\]]*\]/g, '')
    .split('.')
    .filter(word => word !== 'module');
  for (const call of calls) {
    const { source, module: called } = config.module_calls[call];
    folder = path.join(folder, source);
    config = called;
  }
  const text = fs
    .readdirSync(folder)
    .filter(file => file.endsWith('.tf'))
    .map(file => fs.readFileSync(path.join(folder, file), 'utf8'))
    .join('\n');
  return (
    new RegExp(
      `(?:^#.*\\n)*^resource "${type}" "${name}" \\{[\\s\\S]*?^\\}`,
      'm',
    ).exec(text)?.[0] ?? ''
  );
}
