import { EnvironmentState, canTransition } from '@moorline/environment-model';
import { isDeepStrictEqual } from 'node:util';
import type { Context } from '../context';
import {
  Queryable,
  storableText,
  toJsonb,
  transaction,
} from '../database/database';
import { conflict, staleWrite } from '../errors';
import { NewEvent, addEvents } from '../events';
import type { Difference, EnvironmentRecord } from '../records';
import { findEnvironment, unknownEnvironment } from './queries';
import { queueExpiry } from './queueExpiry';

/** Which version of an environment a caller has seen. */
export interface Seen {
  name: string;
  version: number;
}

/** What becomes of an environment; what is left out stays. */
export interface Changed {
  spec?: EnvironmentRecord['spec'];
  /** `null`: never. */
  expiresAt?: Date | null;
  state?: EnvironmentState;
  /** Of the state; without one a new state has none. */
  stateReason?: string;
  /** What tells of it; the difference is found here. */
  event: Pick<NewEvent, 'kind' | 'message' | 'runId' | 'at'>;
}

/**
 * Changes an environment that is as its caller has seen it.
 *
 * @param decide Says what becomes of it, or nothing when it is so already; refuses by throwing.
 * @param wanted What the caller wants, to show beside what is there when somebody else was faster.
 * @throws NOT_FOUND; CONFLICT for a version that is not the last, or once it is retired.
 */
export async function changeEnvironment(
  { db, actor }: Pick<Context, 'db' | 'actor'>,
  { name, version }: Seen,
  wanted: unknown,
  decide: (
    current: EnvironmentRecord,
    connection: Queryable,
  ) => Promise<Changed | undefined> | Changed | undefined,
): Promise<EnvironmentRecord> {
  return transaction(db, async connection => {
    const current = await lockEnvironment(connection, 'e.name = $1', name);
    if (!current) throw unknownEnvironment(name);
    if (current.state === 'retired') {
      throw conflict('name', `name: "${name}" is retired; create a new one`);
    }
    if (current.version !== version) {
      throw staleWrite({ current, yours: { version, change: wanted } });
    }
    const changed = await decide(current, connection);
    return changed
      ? writeChange(connection, current, changed, actor.ref)
      : current;
  });
}

/** The environment that a condition on `e` with one value selects, kept from all other writers until the commit. */
export async function lockEnvironment(
  connection: Queryable,
  condition: string,
  value: string,
): Promise<EnvironmentRecord | undefined> {
  const { rows } = await connection.query<{ id: string }>(
    `SELECT e.id FROM environments e WHERE ${condition} FOR UPDATE`,
    [value],
  );
  return rows[0] && findEnvironment(connection, 'e.id = $1', rows[0].id);
}

/**
 * Writes what becomes of an environment: the one place where the row of an environment changes, and where a step from one
 * state to another is checked against the table of those that are legal. The event that tells of it, with its difference,
 * is part of the same transaction.
 *
 * @param current As it is, locked.
 * @throws CONFLICT for a step that is not legal.
 */
export async function writeChange(
  connection: Queryable,
  current: EnvironmentRecord,
  { event, ...changed }: Changed,
  actor: string,
): Promise<EnvironmentRecord> {
  const next = nextOf(current, changed);
  if (!canTransition(current.state, next.state)) {
    throw conflict(
      'name',
      `name: "${current.name}" is ${current.state} and cannot become ${next.state}`,
    );
  }
  const difference = {
    ...differenceOf(current.spec, next.spec),
    ...differenceOf(statusOf(current), statusOf(next)),
  };
  const changes = Object.keys(difference).length > 0;
  if (changes) await writeRow(connection, current, next);
  if (changed.expiresAt) {
    await queueExpiry(connection, current.id, changed.expiresAt);
  }
  await addEvents(connection, [
    {
      ...event,
      environmentId: current.id,
      actor,
      difference: changes ? difference : undefined,
    },
  ]);
  const after = await findEnvironment(connection, 'e.id = $1', current.id);
  if (!after) throw new Error(`environment ${current.id} vanished`);
  return after;
}

function nextOf(
  current: EnvironmentRecord,
  changed: Omit<Changed, 'event'>,
): EnvironmentRecord {
  const { spec = current.spec, state = current.state } = changed;
  const { stateReason = changed.state ? '' : current.stateReason ?? '' } =
    changed;
  const next = {
    ...current,
    spec,
    state,
    stateReason: storableText(stateReason) || undefined,
    expiresAt:
      changed.expiresAt === undefined
        ? current.expiresAt
        : changed.expiresAt?.toISOString(),
  };
  // Its name is free for others from now on.
  return state === 'retired' && current.state !== 'retired'
    ? {
        ...next,
        name: `${current.name}~${current.id.slice(0, 8)}`,
        expiresAt: undefined,
      }
    : next;
}

async function writeRow(
  connection: Queryable,
  current: EnvironmentRecord,
  next: EnvironmentRecord,
): Promise<void> {
  const { id, name, spec, state, stateReason, expiresAt } = next;
  await connection.query(
    `UPDATE environments
     SET name = $2, spec = $3, state = $4, state_reason = $5, expires_at = $6,
         address_range = CASE WHEN $4 <> 'retired' THEN address_range END,
         version = version + 1, updated_at = now()
     WHERE id = $1`,
    [id, name, toJsonb(spec), state, stateReason, expiresAt],
  );
  if (state === 'retired') {
    await connection.query('DELETE FROM address_ranges WHERE range = $1', [
      current.spec.addressRange,
    ]);
  }
}

function statusOf({ name, state, stateReason, expiresAt }: EnvironmentRecord) {
  return { name, state, stateReason, expiresAt };
}

/** What differs between two objects, field by field. */
export function differenceOf(before: object, after: object): Difference {
  const [from, to] = [before, after] as Record<string, unknown>[];
  return Object.fromEntries(
    Object.keys({ ...from, ...to })
      .filter(field => !isDeepStrictEqual(from[field], to[field]))
      .map(field => [field, { from: from[field], to: to[field] }]),
  );
}
