import {
  EnvironmentState,
  addressRangeProblem,
  firstFreeAddressRange,
} from '@moorline/environment-model';
import type { Queryable } from '../database/database';
import { conflict } from '../errors';
import type { Availability, Reservation } from '../records';
import { iso } from '../rows';

/** A range that is taken: by an environment, by a reservation, or by an environment that uses its reservation. */
export interface TakenRange {
  addressRange: string;
  environment?: { name: string; state: EnvironmentState };
  reservation?: Reservation;
}

interface RangeRow {
  range: string;
  owner: string | null;
  purpose: string;
  reserved_by: string;
  reserved_at: Date;
  name: string | null;
  state: EnvironmentState;
}

const SELECT_RANGES = `
  SELECT text(a.range) AS range, a.owner, a.purpose, a.reserved_by, a.reserved_at, e.name, e.state
  FROM address_ranges a LEFT JOIN environments e ON e.address_range = a.range`;

/** One at a time takes ranges: whoever comes next sees what this one took. The table's constraint stands behind it. */
export async function lockAddressSpace(connection: Queryable): Promise<void> {
  await connection.query(
    `SELECT pg_advisory_xact_lock(hashtextextended('moorline-address-space:' || current_schema(), 0))`,
  );
}

/** The ranges that are taken, in their order. */
export async function takenRanges(
  connection: Queryable,
): Promise<TakenRange[]> {
  const { rows } = await connection.query<RangeRow>(
    `${SELECT_RANGES} ORDER BY a.range`,
  );
  return rows.map(toTakenRange);
}

/** The reservation with a key. */
export async function findReservation(
  connection: Queryable,
  key: string,
): Promise<Reservation | undefined> {
  const { rows } = await connection.query<RangeRow>(
    `${SELECT_RANGES} WHERE a.idempotency_key = $1`,
    [key],
  );
  return rows[0] && toTakenRange(rows[0]).reservation;
}

/** Who has what overlaps a range. */
export async function findTaken(
  connection: Queryable,
  addressRange: string,
): Promise<TakenRange | undefined> {
  const { rows } = await connection.query<RangeRow>(
    `${SELECT_RANGES} WHERE a.range && $1::cidr LIMIT 1`,
    [addressRange],
  );
  return rows[0] && toTakenRange(rows[0]);
}

/**
 * Whether somebody may have this range.
 *
 * @param owner Who wants it for an environment; what they have reserved they may have.
 */
export async function rangeAvailability(
  connection: Queryable,
  addressRange: string,
  owner?: string,
): Promise<Availability> {
  const problem = addressRangeProblem(addressRange);
  if (problem) return { available: false, reason: problem };
  const taken = await findTaken(connection, addressRange);
  if (!taken) return { available: true };
  const { environment, reservation } = taken;
  if (
    !environment &&
    taken.addressRange === addressRange &&
    reservation?.owner === owner
  ) {
    return { available: true };
  }
  const whose = environment
    ? `of "${environment.name}"`
    : `that ${reservation?.owner} keeps for ${reservation?.purpose}`;
  return {
    available: false,
    reason: `addressRange: ${addressRange} overlaps ${taken.addressRange} ${whose}; choose another range, or leave it out to have one chosen`,
  };
}

/**
 * The range that was wanted, or one that is free. To be called with the address space locked.
 *
 * @param field Where it was wanted, for the error.
 * @throws CONFLICT
 */
export async function chooseRange(
  connection: Queryable,
  wanted: string | undefined,
  field: string,
  owner?: string,
): Promise<string> {
  if (wanted !== undefined) {
    const range = await rangeAvailability(connection, wanted, owner);
    if (!range.available) throw conflict(field, range.reason ?? '');
    return wanted;
  }
  const taken = await takenRanges(connection);
  const free = firstFreeAddressRange(
    taken.map(({ addressRange }) => addressRange),
  );
  if (!free) {
    throw conflict(
      field,
      'addressRange: every range is in use; retire an environment that is no longer needed, then try again',
    );
  }
  return free;
}

function toTakenRange({ range, name, state, ...row }: RangeRow): TakenRange {
  const { owner, purpose } = row;
  return {
    addressRange: range,
    environment: name === null ? undefined : { name, state },
    reservation:
      owner === null
        ? undefined
        : {
            addressRange: range,
            owner,
            purpose,
            reservedBy: row.reserved_by,
            reservedAt: iso(row.reserved_at),
            environment: name ?? undefined,
          },
  };
}
