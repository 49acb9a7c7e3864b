import { Attribute, Block, CtyType, NestedBlock } from '../schema/schema';
import { same } from '../values/equal';
import {
  isObject,
  isUnknown,
  UNKNOWN,
  Value,
  ValueObject,
} from '../values/value';
import { zeroOf } from '../values/zero';
import { isUnchanged, isUnchangedWhenLeftOut, normalise } from './normalise';

/**
 * What a resource will look like, as far as it is known before apply.
 *
 * What the configuration gives is taken; what it leaves out gets its default, or, where Azure decides, stays as it is (and
 * is unknown when there is nothing yet).
 *
 * @param prior - the resource, or the block, as it is; undefined where it is to be created.
 * @param config - what the configuration gives for it.
 */
export function planValues(
  block: Block,
  prior: ValueObject | undefined,
  config: ValueObject,
  inSet = false,
): ValueObject {
  const planned: ValueObject = {};
  for (const [name, attribute] of Object.entries(block.attributes)) {
    planned[name] = planAttribute(name, attribute, prior, config, inSet);
  }
  for (const [name, nested] of Object.entries(block.blocks)) {
    planned[name] = planBlocks(name, nested, prior, config);
  }
  return planned;
}

function planAttribute(
  name: string,
  attribute: Attribute,
  prior: ValueObject | undefined,
  config: ValueObject,
  inSet: boolean,
): Value {
  if (attribute.write_only) {
    return null;
  }
  const given = config[name] ?? null;
  if (given !== null) {
    const next = fillObjects(
      attribute.type,
      normalise(name, attribute, given),
      false,
    );
    return prior && isUnchanged(attribute, prior[name], next)
      ? prior[name] ?? null
      : next;
  }
  if (attribute.computed) {
    return prior ? prior[name] ?? null : UNKNOWN;
  }
  if (attribute.default !== undefined) {
    return attribute.default;
  }
  if (inSet) {
    return zeroOf(attribute.type);
  }
  return prior && isUnchangedWhenLeftOut(prior[name]) ? prior[name] : null;
}

function planBlocks(
  name: string,
  nested: NestedBlock,
  prior: ValueObject | undefined,
  config: ValueObject,
): Value {
  const given = config[name];
  if (isUnknown(given)) {
    return given;
  }
  if (nested.nesting === 'single') {
    return isObject(given) ? given : null;
  }
  const blocks = Array.isArray(given) ? given.filter(isObject) : [];
  if (blocks.length === 0 && nested.computed_block) {
    return prior ? prior[name] ?? [] : UNKNOWN;
  }
  const known = prior?.[name];
  const before = Array.isArray(known) ? known.filter(isObject) : [];
  return blocks.map((block, index) =>
    nested.nesting === 'set'
      ? planValues(nested, findSame(before, block), block, true)
      : planValues(nested, before[index], block),
  );
}

/** The element of a set that is the given one: all that the configuration says of it is true of the element. */
function findSame(
  elements: ValueObject[],
  given: ValueObject,
): ValueObject | undefined {
  const said = Object.entries(given).filter(
    ([, value]) =>
      value !== null && !(Array.isArray(value) && value.length === 0),
  );
  return elements.find(element =>
    said.every(([name, value]) => same(element[name], value, true)),
  );
}

/** Objects in sets of objects are blocks in the provider's eyes: what they leave out reads as empty, not as null. */
function fillObjects(type: CtyType, value: Value, inSet: boolean): Value {
  if (!Array.isArray(type) || value === null || isUnknown(value)) {
    return value;
  }
  if (type[0] === 'object') {
    if (!isObject(value)) {
      return value;
    }
    return Object.fromEntries(
      Object.entries(type[1]).map(([name, child]) => {
        const given = value[name] ?? null;
        return [
          name,
          given === null && inSet
            ? zeroOf(child)
            : fillObjects(child, given, inSet),
        ];
      }),
    );
  }
  const element = type[1] as CtyType;
  return Array.isArray(value)
    ? value.map(child =>
        fillObjects(element, child, inSet || type[0] === 'set'),
      )
    : value;
}
