import type { EnvironmentState } from '@moorline/environment-model';
import { isDeepStrictEqual } from 'node:util';
import type { Context } from '../context';
import { Queryable, toJsonb, transaction } from '../database/database';
import { conflict, staleWrite } from '../errors';
import { addEvents } from '../events';
import type { Difference, EnvironmentRecord, EventKind } from '../records';
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
  kind: EventKind;
  message: string;
  difference?: Difference;
}

/**
 * Changes an environment that is as its caller has seen it: the row, its version and the event that tells of it, in one
 * transaction.
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
    await connection.query(
      'SELECT 1 FROM environments WHERE name = $1 FOR UPDATE',
      [name],
    );
    const current = await findEnvironment(connection, 'e.name = $1', name);
    if (!current) throw unknownEnvironment(name);
    if (current.state === 'retired') {
      throw conflict('name', `name: "${name}" is retired; create a new one`);
    }
    if (current.version !== version) {
      throw staleWrite({ current, yours: { version, change: wanted } });
    }
    const changed = await decide(current, connection);
    if (!changed) return current;
    await write(connection, current, changed);
    await addEvents(connection, [
      {
        environmentId: current.id,
        kind: changed.kind,
        message: changed.message,
        actor: actor.ref,
        difference: changed.difference,
      },
    ]);
    const after = await findEnvironment(connection, 'e.id = $1', current.id);
    if (!after) throw new Error(`environment ${current.id} vanished`);
    return after;
  });
}

async function write(
  connection: Queryable,
  current: EnvironmentRecord,
  { spec = current.spec, state = current.state, ...changed }: Changed,
): Promise<void> {
  const expiresAt =
    changed.expiresAt === undefined ? current.expiresAt : changed.expiresAt;
  await connection.query(
    `UPDATE environments
     SET spec = $2, expires_at = $3, state = $4, state_reason = CASE WHEN state = $4 THEN state_reason END,
         version = version + 1, updated_at = now()
     WHERE id = $1`,
    [current.id, toJsonb(spec), expiresAt, state],
  );
  if (changed.expiresAt) {
    await queueExpiry(connection, current.id, changed.expiresAt);
  }
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
