/**
 * IPv4 ranges in CIDR notation, as plain numbers. Small on purpose: the model needs to parse, compare and cut ranges,
 * in the browser as well as in the backend, and nothing more.
 */

/** An IPv4 range: its first address as an unsigned 32-bit number, and the length of its prefix in bits. */
export interface Cidr {
  first: number;
  prefix: number;
}

const PATTERN = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/;

/** How many addresses a prefix of this length holds. */
export function cidrSize(prefix: number): number {
  return 2 ** (32 - prefix);
}

/**
 * Reads `a.b.c.d/n`. Undefined when the text is not a range or when bits behind the prefix are set (`10.1.2.3/20`),
 * because such a text names an address, and guessing the range it meant would hide a slip.
 */
export function parseCidr(text: string): Cidr | undefined {
  const match = PATTERN.exec(text);
  if (!match) return undefined;
  const octets = match.slice(1, 5).map(Number);
  const prefix = Number(match[5]);
  if (octets.some(octet => octet > 255) || prefix > 32) return undefined;
  // Leading zeros mean octal to some tools and decimal to others.
  if (match.slice(1).some(part => part.length > 1 && part.startsWith('0'))) {
    return undefined;
  }
  const first = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  return first % cidrSize(prefix) === 0 ? { first, prefix } : undefined;
}

/** The text form: `10.1.16.0/20`. */
export function formatCidr({ first, prefix }: Cidr): string {
  const octets = [24, 16, 8, 0].map(
    shift => Math.floor(first / 2 ** shift) % 256,
  );
  return `${octets.join('.')}/${prefix}`;
}

/** Whether two ranges share at least one address. */
export function cidrsOverlap(a: Cidr, b: Cidr): boolean {
  return (
    a.first < b.first + cidrSize(b.prefix) &&
    b.first < a.first + cidrSize(a.prefix)
  );
}

/** Whether every address of `inner` lies in `outer`. */
export function cidrContains(outer: Cidr, inner: Cidr): boolean {
  return outer.prefix <= inner.prefix && cidrsOverlap(outer, inner);
}

/**
 * The `index`th part of a range when it is cut into parts of the given prefix (Terraform's `cidrsubnet`, with the prefix
 * instead of the added bits). Undefined when the range has no such part.
 */
export function cidrPart(
  range: Cidr,
  prefix: number,
  index: number,
): Cidr | undefined {
  const parts = 2 ** (prefix - range.prefix);
  if (prefix < range.prefix || index < 0 || index >= parts) return undefined;
  return { first: range.first + index * cidrSize(prefix), prefix };
}

/** Whether two ranges, the lower one first, are the halves of one. */
const areHalves = (low: Cidr, high: Cidr) =>
  low.prefix === high.prefix &&
  low.first + cidrSize(low.prefix) === high.first &&
  low.first % cidrSize(low.prefix - 1) === 0;

/**
 * The same addresses in as few ranges as can be, in order: halves of one range become it, what lies in another goes. Texts
 * that are no ranges are left out.
 */
export function mergeRanges(texts: readonly string[]): string[] {
  const merged: Cidr[] = [];
  const ranges = texts
    .flatMap(text => parseCidr(text) ?? [])
    .sort((a, b) => a.first - b.first || a.prefix - b.prefix);
  for (let range of ranges) {
    let last = merged.at(-1);
    if (last && cidrContains(last, range)) continue;
    while (last && areHalves(last, range)) {
      range = { first: last.first, prefix: last.prefix - 1 };
      merged.pop();
      last = merged.at(-1);
    }
    merged.push(range);
  }
  return merged.map(formatCidr);
}
