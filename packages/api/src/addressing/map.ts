import {
  ADDRESS_RANGE_PREFIX,
  ADDRESS_SPACE,
  RESERVED_RANGES,
  firstFreeAddressRange,
} from '@moorline/environment-model';
import type { Database } from '../database/database';
import type { AddressMap } from '../records';
import { takenRanges } from './ranges';

/** Shows the address space: what is taken and by whom, what is kept, and what is free. */
export async function addressMap(db: Database): Promise<AddressMap> {
  const ranges = await db.use(takenRanges);
  const sizeOf = (range: string) =>
    2 ** Math.max(0, ADDRESS_RANGE_PREFIX - Number(range.split('/')[1]));
  const kept = RESERVED_RANGES.reduce(
    (sum, { range }) => sum + sizeOf(range),
    0,
  );
  return {
    space: ADDRESS_SPACE,
    prefix: ADDRESS_RANGE_PREFIX,
    reserved: [...RESERVED_RANGES],
    taken: ranges.flatMap(({ addressRange, environment }) =>
      environment ? [{ addressRange, ...environment }] : [],
    ),
    reservations: ranges.flatMap(({ reservation }) => reservation ?? []),
    free: sizeOf(ADDRESS_SPACE) - kept - ranges.length,
    next: firstFreeAddressRange(ranges.map(range => range.addressRange)),
  };
}
