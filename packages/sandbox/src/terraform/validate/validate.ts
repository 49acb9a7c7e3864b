import { Attribute, Block } from '../schema/schema';
import { Problem, TypeRules } from '../rules/type-rules';
import { isObject, isUnknown, Value, ValueObject } from '../values/value';
import { checkRelations } from './relations';
import { checkText } from './texts';
import { checkValue } from './values';

type Path = (string | number)[];

/** Everything that the provider refuses in a resource's configuration before it plans. */
export function validate(
  block: Block,
  rules: TypeRules,
  config: ValueObject,
): Problem[] {
  const given = withoutEmptyBlocks(block, config);
  return [
    ...validateBlock(block, given, [], [], given),
    ...(rules.validate?.(config) ?? []),
  ];
}

/** A block that is not there comes as an empty list; to the rules it is not given, as a list that is empty is. */
function withoutEmptyBlocks(block: Block, value: ValueObject): ValueObject {
  const result: ValueObject = { ...value };
  for (const [name, nested] of Object.entries(block.blocks)) {
    const given = value[name];
    if (Array.isArray(given)) {
      result[name] =
        given.length === 0
          ? null
          : given.map(element =>
              isObject(element) ? withoutEmptyBlocks(nested, element) : element,
            );
    }
  }
  return result;
}

/**
 * @param names - the path in words, with an index for each block.
 * @param path - the path that Terraform can point at: it ends at a set, whose elements have no index.
 */
function validateBlock(
  block: Block,
  value: ValueObject,
  names: Path,
  path: Path,
  config: ValueObject,
): Problem[] {
  const problems: Problem[] = [];
  for (const [name, attribute] of Object.entries(block.attributes)) {
    const at = [...path, name];
    const given = value[name] ?? undefined;
    const key = [...names, name].join('.');
    const relations = checkRelations(key, attribute, given, config);
    problems.push(...relations.map(problem => ({ ...problem, path: at })));
    if (given !== undefined && relations.length === 0) {
      problems.push(...validateAttribute(key, attribute, given, at));
    }
  }
  for (const [name, nested] of Object.entries(block.blocks)) {
    if (nested.nesting === 'single') {
      continue;
    }
    const given = value[name];
    const blocks = Array.isArray(given) ? given.filter(isObject) : [];
    const present = blocks.length > 0 || isUnknown(given) ? given : undefined;
    const key = [...names, name].join('.');
    problems.push(
      ...checkRelations(key, nested, present, config).map(problem => ({
        ...problem,
        path: [...path, name],
      })),
    );
    blocks.forEach((element, index) =>
      problems.push(
        ...validateBlock(
          nested,
          element,
          [...names, name, index],
          nested.nesting === 'set' ? [...path, name] : [...path, name, index],
          config,
        ),
      ),
    );
  }
  return problems;
}

function validateAttribute(
  name: string,
  attribute: Attribute,
  value: Value,
  path: Path,
): Problem[] {
  if (Array.isArray(value)) {
    const { elements } = attribute;
    const isList =
      Array.isArray(attribute.type) && attribute.type[0] === 'list';
    return value.flatMap((element, index) => {
      const summary =
        elements && checkValue(`${name}.${index}`, elements, element);
      return summary
        ? [{ summary, path: isList ? [...path, index] : path }]
        : [];
    });
  }
  const summary =
    checkValidated(name, attribute, path, value) ??
    checkValue(name, attribute, value);
  return summary === undefined ? [] : [{ summary, path }];
}

function checkValidated(
  key: string,
  attribute: Attribute,
  path: Path,
  value: Value,
): string | undefined {
  return attribute.validated && typeof value === 'string'
    ? checkText(key, String(path.at(-1)), value)
    : undefined;
}
