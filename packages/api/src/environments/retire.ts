import { isFinished } from '@moorline/environment-model';
import type { Context } from '../context';
import type { Queryable } from '../database/database';
import { conflict } from '../errors';
import { addEvents } from '../events';
import type { EnvironmentRecord, RunRecord } from '../records';
import { Seen, changeEnvironment } from './change';
import { findEnvironment } from './queries';
import { queueTakeDown } from './takeDown';

/**
 * Retires an environment. Where runs have made something it is retiring until a run, which a job queues, has taken that
 * down; where nothing was made it is retired at once.
 *
 * @throws CONFLICT for a version that is not the last, or while a run is not over.
 */
export async function retireEnvironment(
  ctx: Pick<Context, 'db' | 'actor'>,
  seen: Seen,
): Promise<EnvironmentRecord> {
  return changeEnvironment(
    ctx,
    seen,
    { state: 'retiring' },
    async (current, connection) => {
      if (current.state === 'retiring') {
        // Asked again after a run could not take it down: there is another.
        await queueTakeDown(connection, current);
        return undefined;
      }
      const run = current.lastRun;
      if (run && !isFinished(run.state)) {
        throw conflict(
          'name',
          `name: run #${run.number} of "${current.name}" is not over; wait for its end or cancel it, then retire it`,
        );
      }
      if (!run) {
        await giveBack(connection, current);
        return {
          state: 'retired',
          expiresAt: null,
          kind: 'environment.retired',
          message: `${current.name} retired; nothing had been made`,
        };
      }
      await queueTakeDown(connection, current);
      return {
        state: 'retiring',
        kind: 'environment.retiring',
        message: `${current.name} is to be taken down`,
      };
    },
  );
}

/** The end of a run that takes an environment down. When it failed, what keeps it from going is its reason. */
export async function concludeRetirement(
  connection: Queryable,
  environmentId: string,
  run: RunRecord,
): Promise<void> {
  const before = await findEnvironment(connection, 'e.id = $1', environmentId);
  if (before?.state !== 'retiring') return;
  if (run.state !== 'succeeded') {
    await connection.query(
      `UPDATE environments SET state_reason = $2, version = version + 1, updated_at = now() WHERE id = $1`,
      [
        environmentId,
        `Run #${run.number} could not take it down. See the run, then retire it again.`,
      ],
    );
    return;
  }
  await giveBack(connection, before);
  await connection.query(
    'UPDATE environments SET version = version + 1, updated_at = now() WHERE id = $1',
    [environmentId],
  );
  await addEvents(connection, [
    {
      environmentId,
      runId: run.id,
      kind: 'environment.retired',
      message: `${run.environment} is gone`,
      at: run.finishedAt,
    },
  ]);
}

/** Its name and its addresses are free for others: it is called `orders-dev~1a2b3c4d` from now on. */
async function giveBack(
  connection: Queryable,
  { id, spec }: EnvironmentRecord,
): Promise<void> {
  await connection.query(
    `UPDATE environments
     SET state = 'retired', state_reason = NULL, address_range = NULL, expires_at = NULL,
         name = name || '~' || left(id::text, 8)
     WHERE id = $1`,
    [id],
  );
  await connection.query('DELETE FROM address_ranges WHERE range = $1', [
    spec.addressRange,
  ]);
}
