/** A range of IPv4 addresses, as numbers; `last` is its last address. */
export interface Range {
  first: number;
  last: number;
  prefix: number;
}

/** The range that a text such as `10.1.0.0/20` means; undefined where it means none, or the address is not its first. */
export function parseCidr(text: unknown): Range | undefined {
  if (typeof text !== 'string') {
    return undefined;
  }
  const [address, bits, more] = text.split('/');
  const first = parseAddress(address);
  if (first === undefined || more !== undefined || !/^\d{1,2}$/.test(bits)) {
    return undefined;
  }
  const prefix = Number(bits);
  const size = 2 ** (32 - prefix);
  return prefix <= 32 && first % size === 0
    ? { first, last: first + size - 1, prefix }
    : undefined;
}

/** The number of an IPv4 address. */
export function parseAddress(text: string | undefined): number | undefined {
  const parts = text?.split('.') ?? [];
  if (parts.length !== 4 || !parts.every(part => /^\d{1,3}$/.test(part))) {
    return undefined;
  }
  const numbers = parts.map(Number);
  return numbers.every(part => part <= 255)
    ? numbers.reduce((sum, part) => sum * 256 + part, 0)
    : undefined;
}

/** Whether the ranges have an address in common. */
export const overlaps = (a: Range, b: Range) =>
  a.first <= b.last && b.first <= a.last;

/** Whether all of the inner range is in the outer. */
export const contains = (outer: Range, inner: Range) =>
  outer.first <= inner.first && inner.last <= outer.last;

/** The ranges in a list, those that cannot be read left out. */
export const parseCidrs = (texts: unknown): Range[] =>
  (Array.isArray(texts) ? texts : [])
    .map(parseCidr)
    .filter((range): range is Range => range !== undefined);
