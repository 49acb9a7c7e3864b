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
  if (!block) return { variables: [], scope };
  const resolved = resolve(block);
  const variables: ExpandedVariable[] = [];
  let inner = scope;
  const add = (name: string, value: string, readonly: boolean, mark: Mark) => {
    if (/^(system|agent)\./i.test(name)) {
      throw Refusal.at(mark, `Cannot override system variable '${name}'`);
    }
    checkVariableValue(value, mark);
    variables.push({ name, value, readonly });
    inner = inner.withVariable(name, value);
  };
  if (resolved.node.kind === 'scalar' && resolved.node.value === '') {
    return { variables, scope };
  }
  if (resolved.node.kind === 'mapping') {
    for (const { key, value } of entriesOf(resolved)) {
      add(toText(key.value), textOf(value), false, value.node.mark);
    }
    return { variables, scope: inner };
  }
  // Items are expanded one after the other, so that `${{ variables.x }}` sees those before.
  for (const item of itemsOf(withVariables(resolved, inner))) {
    await reading.problems.attempt(async () => {
      const entries = entriesOf(withVariables(item, inner));
      const first = toText(entries[0]?.key.value);
      const { mark } = item.node;
      if (first === 'template') {
        const opened = await openTemplate(reading, entries, mark, inner, [
          'variables',
        ]);
        const read = await readVariables(
          reading,
          opened.fields.lazy('variables'),
          opened.scope,
        );
        variables.push(...read.variables);
        for (const { name, value } of read.variables) {
          inner = inner.withVariable(name, value);
        }
      } else if (first === 'group') {
        throw Refusal.at(
          mark,
          `Variable group '${textOf(
            entries[0].value,
          )}' was not found or is not authorized for use: the sandbox has no variable groups. For authorization details, refer to https://aka.ms/yamlauthz.`,
        );
      } else {
        const fields = new Fields(mark, entries, ['name', 'value', 'readonly']);
        const name = fields.text('name');
        if (!name) throw Refusal.at(mark, 'A variable needs a name');
        add(
          name,
          fields.text('value') ?? '',
          fields.boolean('readonly', false),
          fields.at('value'),
        );
      }
    });
  }
  return { variables, scope: inner };
}
