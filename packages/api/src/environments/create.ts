import type {
  EnvironmentSpec,
  PlacedEnvironmentSpec,
} from '@moorline/environment-model';
import { randomUUID } from 'node:crypto';
import { chooseRange, lockAddressSpace } from '../addressing/ranges';
import type { Context } from '../context';
import {
  Database,
  Queryable,
  toJsonb,
  transaction,
} from '../database/database';
import { conflict, invalidField } from '../errors';
import { addEvents } from '../events';
import type { EnvironmentRecord } from '../records';
import { findEnvironment, nameAvailability } from './queries';

/** A request for an environment. */
export interface CreateRequest {
  /** Names the request: repeated with the same key it makes nothing new. */
  key: string;
  spec: EnvironmentSpec;
}

/**
 * Reserves a name and an address range. The same key with the same specification answers with the same record however
 * often it is sent.
 *
 * @throws CONFLICT when the key, the name or the range belongs to another environment.
 * @throws BAD_REQUEST when the owner does not exist.
 */
export async function createEnvironment(
  { db, actor, directory }: Pick<Context, 'db' | 'actor' | 'directory'>,
  request: CreateRequest,
): Promise<{ environment: EnvironmentRecord; created: boolean }> {
  const before = await db.use(connection => findByKey(connection, request));
  if (before) return { environment: before, created: false };

  const { owner } = request.spec;
  if (!(await directory.ownerExists(owner))) {
    throw invalidField(
      'spec.owner',
      `owner: "${owner}" is not in the catalog; choose a group or user that is`,
    );
  }
  return reserve(db, request, actor.ref);
}

async function reserve(
  db: Database,
  request: CreateRequest,
  actor: string,
): Promise<{ environment: EnvironmentRecord; created: boolean }> {
  const { key, spec } = request;
  return transaction(db, async connection => {
    await lockAddressSpace(connection);
    const before = await findByKey(connection, request);
    if (before) return { environment: before, created: false };

    const name = await nameAvailability(connection, spec.name);
    if (!name.available) throw conflict('spec.name', name.reason ?? '');
    const { addressRange: wanted, owner } = spec;
    const addressRange = await chooseRange(
      connection,
      wanted,
      'spec.addressRange',
      owner,
    );
    const placed: PlacedEnvironmentSpec = { ...spec, addressRange };
    // There already when its owner has reserved it.
    await connection.query(
      'INSERT INTO address_ranges (range) VALUES ($1) ON CONFLICT (range) DO NOTHING',
      [addressRange],
    );
    const id = randomUUID();
    await connection.query(
      `INSERT INTO environments (id, name, state, requested_spec, spec, address_range, idempotency_key, created_by)
       VALUES ($1, $2, 'requested', $3, $4, $5, $6, $7)`,
      [
        id,
        spec.name,
        toJsonb(spec),
        toJsonb(placed),
        placed.addressRange,
        key,
        actor,
      ],
    );
    await addEvents(connection, [
      {
        environmentId: id,
        kind: 'environment.requested',
        message: `Environment ${spec.name} requested with ${placed.addressRange}`,
        actor,
        difference: { state: { to: 'requested' } },
      },
    ]);
    const environment = await findEnvironment(connection, 'e.id = $1', id);
    if (!environment) throw new Error(`environment ${id} vanished`);
    return { environment, created: true };
  });
}

/** The environment that this very request made before. @throws CONFLICT when the key came with another specification. */
async function findByKey(
  connection: Queryable,
  { key, spec }: CreateRequest,
): Promise<EnvironmentRecord | undefined> {
  const { rows } = await connection.query<{ id: string; same: boolean }>(
    `SELECT id, (requested_spec = $2::jsonb OR spec = $2::jsonb) AS same
     FROM environments WHERE idempotency_key = $1`,
    [key, toJsonb(spec)],
  );
  const [row] = rows;
  if (!row) return undefined;
  const environment = await findEnvironment(connection, 'e.id = $1', row.id);
  if (!row.same) {
    throw conflict(
      'key',
      `key: was already used to create "${environment?.name}" with another specification; send the same specification again, or a new key`,
    );
  }
  return environment;
}
