import { ExpandedVariable } from '../contract';
import { toText } from '../expressions/values';
import { Refusal } from '../problems';
import {
  Lazy,
  entriesOf,
  itemsOf,
  resolve,
  withVariables,
} from '../template/expand';
import { Scope } from '../template/scope';
import { Mark } from '../yaml/node';
import { checkVariableValue } from './conditions';
import { Fields, Reading, textOf } from './reading';
import { openTemplate } from './templates';

export interface ReadVariables {
  variables: ExpandedVariable[];
  /** The scope in which these variables are seen. */
  scope: Scope;
}

/** Reads `variables:` in list or map form; each is seen by the expressions after it. */
export async function readVariables(
  reading: Reading,
  block: Lazy | undefined,
  scope: Scope,
): Promise<ReadVariables> {
  const read: ReadVariables = { variables: [], scope };
  if (!block) return read;
  const resolved = resolve(block);
  const { node } = resolved;
  if (node.kind === 'scalar' && node.value === '') return read;
  if (node.kind === 'mapping') {
    for (const { key, value } of entriesOf(resolved)) {
      const name = toText(key.value);
      add(
        read,
        { name, value: textOf(value), readonly: false },
        value.node.mark,
      );
    }
    return read;
  }
  for (const item of itemsOf(resolved)) {
    await reading.problems.attempt(() => readItem(reading, item, read));
  }
  return read;
}

async function readItem(
  reading: Reading,
  item: Lazy,
  read: ReadVariables,
): Promise<void> {
  // Items are expanded one after the other, so that `${{ variables.x }}` sees those before.
  const entries = entriesOf(withVariables(item, read.scope));
  const first = toText(entries[0]?.key.value);
  const { mark } = item.node;
  if (first === 'template') {
    const opened = await openTemplate(reading, entries, mark, read.scope, [
      'variables',
    ]);
    const inner = await readVariables(
      reading,
      opened.fields.lazy('variables'),
      opened.scope,
    );
    for (const variable of inner.variables) add(read, variable, mark);
    return;
  }
  if (first === 'group') {
    throw Refusal.at(
      mark,
      `Variable group '${textOf(
        entries[0].value,
      )}' was not found or is not authorized for use: the sandbox has no variable groups. For authorization details, refer to https://aka.ms/yamlauthz.`,
    );
  }
  const fields = new Fields(mark, entries, ['name', 'value', 'readonly']);
  const name = fields.text('name');
  if (!name) throw Refusal.at(mark, 'A variable needs a name');
  const value = fields.text('value') ?? '';
  const readonly = fields.boolean('readonly', false);
  add(read, { name, value, readonly }, fields.at('value'));
}

function add(
  read: ReadVariables,
  variable: ExpandedVariable,
  mark: Mark,
): void {
  const { name, value } = variable;
  if (/^(system|agent)\./i.test(name) && !/^system\.debug$/i.test(name)) {
    throw Refusal.at(mark, `Cannot override system variable '${name}'`);
  }
  checkVariableValue(value, mark);
  read.variables.push(variable);
  read.scope = read.scope.withVariable(name, value);
}
