import type { Context } from '../context';
import { transaction } from '../database/database';
import { conflict, invalidField, notFound } from '../errors';
import type { Reservation } from '../records';
import {
  chooseRange,
  findReservation,
  findTaken,
  lockAddressSpace,
} from './ranges';

/** A wish for a range, for an environment to come. */
export interface ReserveRequest {
  /** Names the request: repeated with the same key it takes nothing new. */
  key: string;
  /** Whose environment may have it. */
  owner: string;
  purpose: string;
  /** Left out: one is chosen. */
  addressRange?: string;
}

/**
 * Keeps a range for an owner, until an environment of theirs takes it (`spec.addressRange`) or they give it back.
 *
 * @throws CONFLICT when the range is taken, or the key belongs to another reservation; BAD_REQUEST for an unknown owner.
 */
export async function allocateRange(
  { db, actor, directory }: Pick<Context, 'db' | 'actor' | 'directory'>,
  { key, owner, purpose, addressRange }: ReserveRequest,
): Promise<Reservation> {
  if (!(await directory.ownerExists(owner))) {
    throw invalidField(
      'owner',
      `owner: "${owner}" is not in the catalog; choose a group or user that is`,
    );
  }
  return transaction(db, async connection => {
    await lockAddressSpace(connection);
    const before = await findReservation(connection, key);
    if (before) {
      const same =
        before.owner === owner &&
        before.purpose === purpose &&
        (addressRange ?? before.addressRange) === before.addressRange;
      if (same) return before;
      throw conflict(
        'key',
        `key: was already used to reserve ${before.addressRange} for ${before.owner}; send the same request again, or a new key`,
      );
    }
    const range = await chooseRange(connection, addressRange, 'addressRange');
    await connection.query(
      `INSERT INTO address_ranges (range, idempotency_key, owner, purpose, reserved_by, reserved_at)
       VALUES ($1, $2, $3, $4, $5, now())`,
      [range, key, owner, purpose, actor.ref],
    );
    const made = await findReservation(connection, key);
    if (!made) throw new Error(`reservation of ${range} vanished`);
    return made;
  });
}

/**
 * Gives a reserved range back.
 *
 * @throws NOT_FOUND when it is not reserved; CONFLICT when an environment has it.
 */
export async function freeRange(
  { db }: Pick<Context, 'db'>,
  addressRange: string,
): Promise<Reservation> {
  return transaction(db, async connection => {
    await lockAddressSpace(connection);
    const taken = await findTaken(connection, addressRange);
    if (taken?.addressRange !== addressRange) {
      throw notFound(
        `addressRange: ${addressRange} is not reserved. Choose one of the reservations of addressing.map.`,
      );
    }
    const { environment, reservation } = taken;
    if (environment || !reservation) {
      throw conflict(
        'addressRange',
        `addressRange: "${environment?.name}" has ${addressRange}; it is free once the environment is retired`,
      );
    }
    await connection.query('DELETE FROM address_ranges WHERE range = $1', [
      addressRange,
    ]);
    return reservation;
  });
}
