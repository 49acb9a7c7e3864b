import { Block, CtyType } from '../schema/schema';
import { isObject, Value, ValueObject } from '../values/value';
import { zeroOf } from '../values/zero';

/**
 * A plan that changes a resource in place shows nothing as null within a block that is there already: the provider's
 * library writes the whole state anew before it compares, and writes 0, false or empty for what a block leaves out. (A
 * plan without changes keeps the state as it is, and a new block its nulls.)
 */
export function rewriteNested(
  block: Block,
  prior: ValueObject,
  planned: ValueObject,
): ValueObject {
  const result: ValueObject = { ...planned };
  for (const [name, attribute] of Object.entries(block.attributes)) {
    result[name] = rewriteObjects(attribute.type, planned[name]);
  }
  for (const [name, nested] of Object.entries(block.blocks)) {
    const before = prior[name];
    const after = planned[name];
    if (Array.isArray(before) && Array.isArray(after)) {
      result[name] = after.map((element, index) =>
        isObject(element) && index < before.length
          ? rewriteBlock(nested, element)
          : element,
      );
    }
  }
  return result;
}

function rewriteBlock(block: Block, value: ValueObject): ValueObject {
  const result: ValueObject = { ...value };
  for (const [name, attribute] of Object.entries(block.attributes)) {
    result[name] =
      value[name] === null && !attribute.write_only
        ? zeroOf(attribute.type)
        : rewriteObjects(attribute.type, value[name]);
  }
  for (const [name, nested] of Object.entries(block.blocks)) {
    const blocks = value[name];
    if (Array.isArray(blocks)) {
      result[name] = blocks.map(element =>
        isObject(element) ? rewriteBlock(nested, element) : element,
      );
    }
  }
  return result;
}

/** Objects in a list are blocks to the library, though Terraform sees an attribute. */
function rewriteObjects(type: CtyType, value: Value): Value {
  if (!Array.isArray(type) || !Array.isArray(value)) {
    return value;
  }
  const element = type[1] as CtyType;
  if (!Array.isArray(element) || element[0] !== 'object') {
    return value;
  }
  return value.map(object =>
    isObject(object)
      ? Object.fromEntries(
          Object.entries(element[1]).map(([name, child]) => [
            name,
            object[name] === null
              ? zeroOf(child)
              : rewriteObjects(child, object[name]),
          ]),
        )
      : object,
  );
}
