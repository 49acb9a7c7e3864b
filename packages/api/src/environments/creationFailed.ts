import { EnvironmentState } from '@moorline/environment-model';
import type { Context } from '../context';
import { storableText, transaction } from '../database/database';
import { addEvents } from '../events';

/** Word of a creation that stopped. */
export interface CreationFailure {
  /** The key with which the environment was requested. */
  key: string;
  /** Where it stopped and why, for a person. */
  reason: string;
}

/**
 * Writes down that a requested environment got stuck before its first run, so that its page and the list do not show it
 * as if it were coming. Recording its run brings it on again.
 *
 * @returns The name of the environment; undefined when there is none with the key, or when it has a run: then the run
 * tells.
 */
export async function creationFailed(
  { db, actor }: Pick<Context, 'db' | 'actor'>,
  { key, reason }: CreationFailure,
): Promise<string | undefined> {
  return transaction(db, async connection => {
    const { rows } = await connection.query<{
      id: string;
      name: string;
      state: EnvironmentState;
    }>(
      `SELECT id, name, state FROM environments e
       WHERE idempotency_key = $1 AND state IN ('requested', 'failed')
         AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.environment_id = e.id)
       FOR UPDATE`,
      [key],
    );
    const [row] = rows;
    if (!row) return undefined;
    await connection.query(
      `UPDATE environments
       SET state = 'failed', state_reason = $2, version = version + 1, updated_at = now()
       WHERE id = $1`,
      [row.id, storableText(reason)],
    );
    await addEvents(connection, [
      {
        environmentId: row.id,
        kind: 'environment.failed',
        message: `${row.name} was not created to the end. ${reason}`,
        actor: actor.ref,
      },
    ]);
    return row.name;
  });
}
