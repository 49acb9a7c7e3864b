import { toText } from '../expressions/values';
import { Refusal } from '../problems';
import {
  Lazy,
  LazyEntry,
  entriesOf,
  expandDeep,
  itemsOf,
} from '../template/expand';
import {
  GivenParameter,
  bindParameters,
  readDeclarations,
} from '../template/parameters';
import { Scope } from '../template/scope';
import { Mark, Node } from '../yaml/node';
import { Fields, Reading, textOf } from './reading';

export interface OpenTemplate {
  fields: Fields;
  /** What the template's own expressions see. */
  scope: Scope;
  mark: Mark;
}

/**
 * Opens the template that `template:` names, with its parameters bound.
 * @param content - the keys that may stand in the file besides `parameters`
 */
export async function openTemplate(
  reading: Reading,
  entries: LazyEntry[],
  mark: Mark,
  scope: Scope,
  content: readonly string[],
): Promise<OpenTemplate> {
  const reference = new Fields(mark, entries, ['template', 'parameters']);
  const name = reference.text('template');
  if (!name) throw Refusal.at(mark, 'Expected the path of a template');
  // A path is relative to the file in which the reference is written.
  const { file, root } = await reading.template(name, mark);
  const given = givenParameters(reference.lazy('parameters'));
  if (root.kind !== 'mapping') {
    throw Refusal.at(
      root.mark,
      root.kind === 'sequence'
        ? 'A sequence was not expected'
        : `Unexpected value '${toText(root.value)}'`,
    );
  }
  const declared: Node | undefined = root.entries.find(
    entry => entry.key.value === 'parameters',
  )?.value;
  const parameters = bindParameters(
    readDeclarations(declared),
    given,
    reference.has('parameters') ? reference.at('parameters') : mark,
    reading.problems,
  );
  const inner = scope.forTemplate(parameters);
  const rest: Node = {
    ...root,
    entries: root.entries.filter(entry => entry.key.value !== 'parameters'),
  };
  const start: Mark = { file, line: root.mark.line, column: root.mark.column };
  const fields = new Fields(
    start,
    entriesOf({ node: rest, scope: inner }),
    content,
  );
  return { fields, scope: inner, mark: start };
}

function givenParameters(lazy: Lazy | undefined): GivenParameter[] {
  if (!lazy) return [];
  if (lazy.node.kind === 'scalar' && lazy.node.value === '') return [];
  return entriesOf(lazy).map(({ key, value }) => ({
    name: toText(key.value),
    value: expandDeep(value),
    mark: value.node.mark,
  }));
}

/**
 * Reads a list whose items may be templates of such lists: `steps`, `jobs` or `stages`.
 * @param read - reads an item that is no template
 */
export async function readList<T>(
  reading: Reading,
  list: Lazy,
  key: 'steps' | 'jobs' | 'stages',
  scope: Scope,
  read: (
    entries: LazyEntry[],
    mark: Mark,
    scope: Scope,
  ) => Promise<T | T[] | undefined>,
): Promise<T[]> {
  const results: T[] = [];
  const items = await reading.problems.attempt(() => itemsOf(list));
  for (const item of items ?? []) {
    await reading.problems.attempt(async () => {
      const entries = entriesOf(item);
      const { mark } = item.node;
      const itemScope = item.scope ?? scope;
      if (entries.length === 0) {
        throw Refusal.at(
          mark,
          'Expected at least one key-value pair in the mapping',
        );
      }
      if (toText(entries[0].key.value) === 'template') {
        const opened = await openTemplate(reading, entries, mark, itemScope, [
          key,
        ]);
        const inner = opened.fields.lazy(key);
        if (!inner) {
          throw Refusal.at(opened.mark, `Expected '${key}' in this template`);
        }
        results.push(
          ...(await readList(reading, inner, key, opened.scope, read)),
        );
        return;
      }
      const result = await read(entries, mark, itemScope);
      if (Array.isArray(result)) results.push(...result);
      else if (result !== undefined) results.push(result);
    });
  }
  return results;
}

/** A text or a list of texts, as in `dependsOn`. Undefined: it is not there. */
export function textList(fields: Fields, key: string): string[] | undefined {
  const lazy = fields.lazy(key);
  if (!lazy) return undefined;
  const node = expandDeep(lazy);
  if (node.kind === 'sequence') {
    return node.items.map(item => textOf({ node: item }));
  }
  const text = textOf({ node });
  return text === '' ? [] : [text];
}
