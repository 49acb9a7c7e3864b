import { ArgumentRules } from '../schema/schema';
import { Value } from '../values/value';

const goStrings = (values: (string | number)[]) =>
  `[${values
    .map(value => (typeof value === 'string' ? JSON.stringify(value) : value))
    .join(' ')}]`;

/** Checks one value by its argument's rules; answers the provider's complaint. */
export function checkValue(
  name: string,
  rules: ArgumentRules,
  value: Value,
): string | undefined {
  if (typeof value === 'string') {
    if (rules.not_empty && value === '') {
      return `expected "${name}" to not be an empty string, got ${value}`;
    }
    if (rules.one_of && !rules.one_of.includes(value)) {
      return `expected ${name} to be one of ${goStrings(
        rules.one_of,
      )}, got ${value}`;
    }
  }
  if (typeof value === 'number') {
    if (rules.one_of && !rules.one_of.map(Number).includes(value)) {
      return `expected ${name} to be one of ${goStrings(
        rules.one_of.map(Number),
      )}, got ${value}`;
    }
    const [least, most] = rules.range ?? [];
    const isLow = Boolean(least) && value < Number(least);
    const isHigh = Boolean(most) && value > Number(most);
    if (isLow || isHigh) {
      return rangeComplaint(name, least, most, value);
    }
  }
  return undefined;
}

function rangeComplaint(
  name: string,
  least: string | undefined,
  most: string | undefined,
  value: number,
): string {
  if (least && most) {
    return `expected ${name} to be in the range (${least} - ${most}), got ${value}`;
  }
  return least
    ? `expected ${name} to be at least (${least}), got ${value}`
    : `expected ${name} to be at most (${most}), got ${value}`;
}
