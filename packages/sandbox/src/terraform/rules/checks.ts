import { isUnknown, Value, ValueObject } from '../values/value';
import { Problem } from './type-rules';

/** A check of one text; answers what is wrong with it, undefined where nothing is. */
export type TextCheck = (text: string, name: string) => string | undefined;

/** The provider's check of a name by a pattern, and its words when the name does not match. */
export function matches(pattern: RegExp, complaint: string): TextCheck {
  return (text, name) =>
    pattern.test(text)
      ? undefined
      : `${JSON.stringify(name)} ${complaint}: ${JSON.stringify(text)}`;
}

/** Checks texts of a configuration, by the path of the argument: `name`, or `default_node_pool.name`. */
export function checkTexts(
  config: ValueObject,
  checks: Record<string, TextCheck>,
): Problem[] {
  return Object.entries(checks).flatMap(([path, check]) =>
    textsAt(config, path.split('.'), []).flatMap(({ text, at }) => {
      const summary = check(text, at.join('.'));
      return summary === undefined ? [] : [{ summary, path: at }];
    }),
  );
}

function textsAt(
  value: Value | undefined,
  names: string[],
  at: (string | number)[],
): { text: string; at: (string | number)[] }[] {
  if (isUnknown(value) || value === null || value === undefined) {
    return [];
  }
  if (Array.isArray(value)) {
    return value.flatMap((element, index) =>
      textsAt(element, names, [...at, index]),
    );
  }
  if (names.length === 0) {
    return typeof value === 'string' ? [{ text: value, at }] : [];
  }
  return typeof value === 'object'
    ? textsAt((value as ValueObject)[names[0]], names.slice(1), [
        ...at,
        names[0],
      ])
    : [];
}
