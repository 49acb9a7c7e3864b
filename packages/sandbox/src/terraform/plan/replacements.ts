import { Block, isSetType, NestedBlock } from '../schema/schema';
import { isEmpty, same } from '../values/equal';
import { isObject, isUnknown, Value, ValueObject } from '../values/value';

/** Where in a resource something is: names of attributes and blocks, indexes of blocks in lists. */
export type Path = (string | number)[];

const differs = (
  a: Value | undefined,
  b: Value | undefined,
  asSet: boolean,
): boolean => !same(a, b, asSet) && !(isEmpty(a) && isEmpty(b));

/** The arguments whose change cannot be made in place: those for which the resource is replaced. */
export function findReplacements(
  block: Block,
  prior: ValueObject,
  planned: ValueObject,
  path: Path = [],
): Path[] {
  const found: Path[] = [];
  for (const [name, attribute] of Object.entries(block.attributes)) {
    if (
      attribute.force_new &&
      differs(prior[name], planned[name], isSetType(attribute.type))
    ) {
      found.push([...path, name]);
    }
  }
  for (const [name, nested] of Object.entries(block.blocks)) {
    found.push(
      ...inBlocks(nested, prior[name], planned[name], [...path, name]),
    );
  }
  return found;
}

function inBlocks(
  nested: NestedBlock,
  prior: Value | undefined,
  planned: Value | undefined,
  path: Path,
): Path[] {
  if (nested.nesting === 'single' || isUnknown(planned)) {
    return [];
  }
  const before = Array.isArray(prior) ? prior.filter(isObject) : [];
  const after = Array.isArray(planned) ? planned.filter(isObject) : [];
  if (nested.nesting === 'set') {
    // A changed element of a set is another element: any argument in it that cannot change replaces.
    return !same(before, after, true) && forces(nested) ? [path] : [];
  }
  if (before.length !== after.length) {
    const extra = [...before, ...after].slice(
      Math.min(before.length, after.length),
    );
    return nested.force_new || extra.some(element => gives(nested, element))
      ? [path]
      : [];
  }
  return after.flatMap((element, index) =>
    findReplacements(nested, before[index], element, [...path, index]),
  );
}

/** Whether a block has arguments that cannot change. */
function forces(block: Block & { force_new?: boolean }): boolean {
  return (
    block.force_new === true ||
    Object.values(block.attributes).some(attribute => attribute.force_new) ||
    Object.values(block.blocks).some(forces)
  );
}

/** Whether a block gives something to an argument that cannot change. */
function gives(block: Block, element: ValueObject): boolean {
  return Object.entries(block.attributes).some(
    ([name, attribute]) => attribute.force_new && !isEmpty(element[name]),
  );
}
