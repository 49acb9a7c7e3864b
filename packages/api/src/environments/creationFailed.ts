import type { Context } from '../context';
import { transaction } from '../database/database';
import { lockEnvironment, writeChange } from './change';

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
    const current = await lockEnvironment(
      connection,
      `e.idempotency_key = $1 AND e.state IN ('requested', 'failed')`,
      key,
    );
    if (!current || current.lastRun) return undefined;
    await writeChange(
      connection,
      current,
      {
        state: 'failed',
        stateReason: reason,
        event: {
          kind: 'environment.failed',
          message: `${current.name} was not created to the end. ${reason}`,
        },
      },
      actor.ref,
    );
    return current.name;
  });
}
