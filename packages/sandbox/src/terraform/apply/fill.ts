import { Attribute, Block, CtyType, NestedBlock } from '../schema/schema';
import { conformBlock, conformType } from '../schema/conform';
import { TypeRules } from '../rules/type-rules';
import { uuidOf } from '../rules/deterministic';
import { World } from '../rules/world';
import {
  findUnknown,
  isObject,
  isUnknown,
  Value,
  ValueObject,
} from '../values/value';
import { zeroOf } from '../values/zero';

/**
 * Gives a value to all that was unknown when the change was planned, and leaves alone what was known.
 *
 * @param planned - the planned values; `id` is known.
 */
export function fillUnknown(
  block: Block,
  planned: ValueObject,
  rules: TypeRules,
  world: World,
): ValueObject {
  const values: ValueObject = { ...planned };

  const find = (path: string): Value | undefined => {
    const computed = rules.computed?.[path];
    return typeof computed === 'function' ? computed(values, world) : computed;
  };

  const fillAttribute = (
    name: string,
    attribute: Attribute,
    value: Value | undefined,
    path: string,
  ): Value => {
    if (!isUnknown(value)) {
      // A list or map can be known in part.
      return findUnknown(value) === undefined
        ? value ?? null
        : fillType(attribute.type, value ?? null);
    }
    const found = find(path);
    return found === undefined
      ? guess(name, attribute.type, path, values, world)
      : conformType(attribute.type, found);
  };

  function fillBlock(
    schema: Block,
    value: ValueObject,
    prefix: string,
    target: ValueObject,
  ): ValueObject {
    for (const [name, attribute] of Object.entries(schema.attributes)) {
      target[name] = fillAttribute(name, attribute, value[name], prefix + name);
    }
    for (const [name, nested] of Object.entries(schema.blocks)) {
      target[name] = fillNested(nested, value[name], prefix + name);
    }
    return target;
  }

  function fillNested(
    nested: NestedBlock,
    value: Value | undefined,
    path: string,
  ): Value {
    if (isUnknown(value)) {
      const found = find(path);
      return (Array.isArray(found) ? found : [])
        .filter(isObject)
        .map(element => withDefaults(nested, element));
    }
    if (nested.nesting === 'single') {
      return value ?? null;
    }
    return (Array.isArray(value) ? value : [])
      .filter(isObject)
      .map(element => fillBlock(nested, element, `${path}.`, {}));
  }

  return fillBlock(block, planned, '', values);
}

/** A block that Azure gives, with the schema's defaults for what it does not say. */
function withDefaults(block: Block, value: ValueObject): ValueObject {
  const result = conformBlock(block, value);
  for (const [name, attribute] of Object.entries(block.attributes)) {
    result[name] ??= attribute.default ?? null;
  }
  return result;
}

function fillType(type: CtyType, value: Value): Value {
  if (isUnknown(value)) {
    return conformType(type, zeroOf(type));
  }
  if (Array.isArray(value)) {
    const element = Array.isArray(type) ? (type[1] as CtyType) : 'dynamic';
    return value.map(child => fillType(element, child));
  }
  if (isObject(value) && Array.isArray(type)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, child]) => [
        name,
        fillType(
          type[0] === 'object' ? type[1][name] : (type[1] as CtyType),
          child,
        ),
      ]),
    );
  }
  return value;
}

/** What Azure gives where no rule says it: ids where the name asks for one, else nothing. */
function guess(
  name: string,
  type: CtyType,
  path: string,
  values: ValueObject,
  world: World,
): Value {
  if (type === 'string') {
    if (name === 'tenant_id') {
      return world.tenantId;
    }
    if (/(^|_)(principal|client|object)_id$/.test(name)) {
      return uuidOf(`${values.id} ${path}`);
    }
  }
  return zeroOf(type);
}
