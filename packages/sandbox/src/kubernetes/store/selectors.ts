import { badRequest } from '../api/errors';
import { valueAt } from '../objects/json';
import { KubeObject, LabelSelector } from '../objects/meta';

export type Matcher = (object: KubeObject) => boolean;
type Labels = Record<string, string>;

const SET_FORM = /^(\S+)\s+(in|notin)\s+\(([^)]*)\)$/;
const EQUAL_FORM = /^([^!=\s]+)\s*(==|=|!=)\s*(\S*)$/;
const KEY_FORM = /^(!?)\s*([A-Za-z0-9][\w./-]*)$/;

function requirement(text: string): (labels: Labels) => boolean {
  const set = SET_FORM.exec(text);
  if (set) {
    const [, key, operator, list] = set;
    const values = list.split(',').map(value => value.trim());
    return operator === 'in'
      ? labels => key in labels && values.includes(labels[key])
      : labels => !(key in labels) || !values.includes(labels[key]);
  }
  const equal = EQUAL_FORM.exec(text);
  if (equal) {
    const [, key, operator, value] = equal;
    return labels => (labels[key] === value) === (operator !== '!=');
  }
  const bare = KEY_FORM.exec(text);
  if (bare) {
    const [, not, key] = bare;
    return labels => key in labels === !not;
  }
  throw badRequest(
    `unable to parse requirement: invalid label selector ${JSON.stringify(
      text,
    )}`,
  );
}

/** A `labelSelector` parameter as a predicate; undefined for an empty one. @throws ApiError 400 */
export function labelMatcher(selector: string | null): Matcher | undefined {
  if (!selector) return undefined;
  const terms = (selector.match(/[^,(]+(\([^)]*\))?/g) ?? []).map(term =>
    requirement(term.trim()),
  );
  return object => terms.every(term => term(object.metadata.labels ?? {}));
}

/** A `fieldSelector` parameter as a predicate; undefined for an empty one. @throws ApiError 400 */
export function fieldMatcher(selector: string | null): Matcher | undefined {
  if (!selector) return undefined;
  const terms = selector.split(',').map(text => {
    const match = /^([^!=]+)(!=|==?)(.*)$/.exec(text);
    if (!match) {
      throw badRequest(
        `invalid selector: '${text}'; can't understand '${text}'`,
      );
    }
    const [, path, operator, value] = match;
    return (object: KubeObject) =>
      (String(valueAt(object, path) ?? '') === value) === (operator !== '!=');
  });
  return object => terms.every(term => term(object));
}

/** A LabelSelector (or a Service's plain map) as a predicate on labels; no selector at all matches nothing. */
export function selects(
  selector: LabelSelector | undefined,
): (labels: Labels | undefined) => boolean {
  if (!selector) return () => false;
  const equal = Object.entries(selector.matchLabels ?? {});
  const expressions = selector.matchExpressions ?? [];
  return (labels = {}) =>
    equal.every(([key, value]) => labels[key] === value) &&
    expressions.every(({ key, operator, values = [] }) => {
      if (operator === 'In')
        return key in labels && values.includes(labels[key]);
      if (operator === 'NotIn') return !values.includes(labels[key]);
      return key in labels === (operator === 'Exists');
    });
}

/** A LabelSelector in the words of a `labelSelector` parameter. */
export function selectorText(selector: LabelSelector | undefined): string {
  const parts = Object.entries(selector?.matchLabels ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${value}`);
  for (const { key, operator, values = [] } of selector?.matchExpressions ??
    []) {
    if (operator === 'Exists') parts.push(key);
    else if (operator === 'DoesNotExist') parts.push(`!${key}`);
    else parts.push(`${key} ${operator.toLowerCase()} (${values.join(',')})`);
  }
  return parts.join(',');
}
