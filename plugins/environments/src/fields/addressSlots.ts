import {
  ADDRESS_RANGE_PREFIX,
  ADDRESS_SPACE,
  RESERVED_RANGES,
  cidrPart,
  cidrSize,
  cidrsOverlap,
  formatCidr,
  parseCidr,
} from '@moorline/environment-model';

/** One /20 of the address space, and what is in it. */
export interface Slot {
  range: string;
  /** The environment that has it, or what it is kept for. */
  takenBy?: string;
  reserved: boolean;
  chosen: boolean;
}

const SLOTS_PER_ROW = 16;

/**
 * The part of the address space worth drawing: from its beginning to a row after
 * the last range that is taken or chosen. Sixteen /20s, one /16, make a row.
 *
 * @param rows - at least so many rows
 */
export function addressSlots(
  taken: { name: string; addressRange: string }[],
  chosen: string | undefined,
  rows = 4,
): Slot[] {
  const space = parseCidr(ADDRESS_SPACE)!;
  const width = cidrSize(ADDRESS_RANGE_PREFIX);
  const used = taken.flatMap(({ name, addressRange }) => {
    const cidr = parseCidr(addressRange);
    return cidr ? [{ name, cidr }] : [];
  });
  const kept = RESERVED_RANGES.map(({ range, use }) => ({
    use,
    cidr: parseCidr(range)!,
  }));
  const wanted = chosen === undefined ? undefined : parseCidr(chosen);
  const mark = wanted && cidrsOverlap(space, wanted) ? wanted : undefined;

  const rowOf = (first: number) =>
    Math.floor((first - space.first) / width / SLOTS_PER_ROW);
  const last = Math.max(
    rows - 1,
    ...used.map(({ cidr }) => rowOf(cidr.first) + 1),
    mark ? rowOf(mark.first) + 1 : 0,
  );
  const count = (Math.min(last, 255) + 1) * SLOTS_PER_ROW;
  return Array.from({ length: count }, (_, index) => {
    const cidr = cidrPart(space, ADDRESS_RANGE_PREFIX, index)!;
    const owner = used.find(entry => cidrsOverlap(entry.cidr, cidr));
    const reserved = kept.find(entry => cidrsOverlap(entry.cidr, cidr));
    return {
      range: formatCidr(cidr),
      takenBy: owner?.name ?? reserved?.use,
      reserved: reserved !== undefined,
      chosen: mark !== undefined && cidrsOverlap(mark, cidr),
    };
  });
}
