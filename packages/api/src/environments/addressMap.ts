import {
  ADDRESS_RANGE_PREFIX,
  ADDRESS_SPACE,
  EnvironmentState,
  RESERVED_RANGES,
  firstFreeAddressRange,
} from '@moorline/environment-model';
import { Database, query } from '../database/database';
import type { AddressMap } from '../records';

/** Shows the address space: what is taken and by whom, what is kept, and what is free. */
export async function addressMap(db: Database): Promise<AddressMap> {
  const taken = await query<{
    name: string;
    addressRange: string;
    state: EnvironmentState;
  }>(
    db,
    `SELECT name, text(address_range) AS "addressRange", state
     FROM environments WHERE address_range IS NOT NULL ORDER BY address_range`,
  );
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
    taken,
    free: sizeOf(ADDRESS_SPACE) - kept - taken.length,
    next: firstFreeAddressRange(taken.map(({ addressRange }) => addressRange)),
  };
}
