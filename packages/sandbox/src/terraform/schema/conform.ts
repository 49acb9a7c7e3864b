import { isObject, isUnknown, Value, ValueObject } from '../values/value';
import { Block, CtyType } from './schema';

/**
 * Brings a value to the exact shape of its type: what a state file or the store has lost becomes null, what the type does
 * not know is dropped.
 */
export function conformType(type: CtyType, value: Value | undefined): Value {
  if (value === undefined || value === null) {
    return null;
  }
  if (isUnknown(value)) {
    return value;
  }
  if (Array.isArray(type)) {
    const [kind] = type;
    if (type[0] === 'object') {
      const object = isObject(value) ? value : {};
      return Object.fromEntries(
        Object.entries(type[1]).map(([name, child]) => [
          name,
          conformType(child, object[name]),
        ]),
      );
    }
    const element = type[1] as CtyType;
    if (kind === 'map') {
      return Object.fromEntries(
        Object.entries(isObject(value) ? value : {}).map(([name, child]) => [
          name,
          conformType(element, child),
        ]),
      );
    }
    return (Array.isArray(value) ? value : []).map(child =>
      conformType(element, child),
    );
  }
  switch (type) {
    case 'string':
      return String(value);
    case 'number':
      return Number(value);
    case 'bool':
      return value === true || value === 'true';
    default:
      return value;
  }
}

/** {@link conformType} for the attributes and blocks of a resource. */
export function conformBlock(block: Block, value: ValueObject): ValueObject {
  const result: ValueObject = {};
  for (const [name, attribute] of Object.entries(block.attributes)) {
    result[name] = conformType(attribute.type, value[name]);
  }
  for (const [name, nested] of Object.entries(block.blocks)) {
    const given = value[name];
    if (isUnknown(given)) {
      result[name] = given;
    } else if (nested.nesting === 'single') {
      result[name] = isObject(given) ? conformBlock(nested, given) : null;
    } else {
      result[name] = (Array.isArray(given) ? given : [])
        .filter(isObject)
        .map(child => conformBlock(nested, child));
    }
  }
  return result;
}
