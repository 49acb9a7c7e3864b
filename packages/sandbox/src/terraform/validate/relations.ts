import { ArgumentRules } from '../schema/schema';
import { Problem } from '../rules/type-rules';
import { isUnknown, Value, ValueObject } from '../values/value';
import { lookup } from './lookup';

type Check = (
  name: string,
  others: string[],
  given: (path: string) => Value | undefined,
) => string | undefined;

const quoted = (paths: string[]) => `\`${paths.join(',')}\``;

const all = (name: string, others: string[]) =>
  [...new Set([...others, name])].sort();

const exactlyOne: Check = (name, others, given) => {
  const paths = all(name, others);
  const specified = paths.filter(
    path => given(path) !== undefined && !isUnknown(given(path)),
  );
  const someUnknown = paths.some(path => isUnknown(given(path)));
  if (specified.length === 0 && !someUnknown) {
    return `"${name}": one of ${quoted(paths)} must be specified`;
  }
  return specified.length > 1
    ? `"${name}": only one of ${quoted(paths)} can be specified, but ${quoted(
        specified,
      )} were specified.`
    : undefined;
};

const atLeastOne: Check = (name, others, given) => {
  const paths = all(name, others);
  return paths.some(path => given(path) !== undefined)
    ? undefined
    : `"${name}": one of ${quoted(paths)} must be specified`;
};

const requiredWith: Check = (name, others, given) => {
  const paths = all(name, others);
  return paths.every(path => given(path) !== undefined)
    ? undefined
    : `"${name}": all of ${quoted(paths)} must be specified`;
};

const conflicting: Check = (name, others, given) => {
  const other = others.find(
    path => given(path) !== undefined && !isUnknown(given(path)),
  );
  return other === undefined ? undefined : `"${name}": conflicts with ${other}`;
};

/**
 * Checks what an argument's rules say of other arguments, in the order and the words of the provider's library.
 *
 * @param name - the argument's path, with dots and indexes.
 * @param value - what is given for it; undefined where it is left out.
 * @param config - the configuration of the whole resource.
 */
export function checkRelations(
  name: string,
  rules: ArgumentRules,
  value: Value | undefined,
  config: ValueObject,
): Pick<Problem, 'summary' | 'detail'>[] {
  const given = (path: string) => lookup(config, path);
  const problem = (summary: string, detail: string | undefined) =>
    detail === undefined ? [] : [{ summary, detail }];
  const check = (rule: Check, others: string[] | undefined) =>
    others ? rule(name, others, given) : undefined;

  const choice = [
    ...problem(
      'Invalid combination of arguments',
      check(exactlyOne, rules.exactly_one_of),
    ),
    ...problem(
      'Missing required argument',
      check(atLeastOne, rules.at_least_one_of),
    ),
  ];
  if (choice.length > 0 || value === undefined) {
    return choice.slice(0, 1);
  }
  const missing = problem(
    'Missing required argument',
    check(requiredWith, rules.required_with),
  );
  if (missing.length > 0 || isUnknown(value)) {
    return missing;
  }
  return problem(
    'Conflicting configuration arguments',
    check(conflicting, rules.conflicts_with),
  );
}
