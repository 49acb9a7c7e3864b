import { isFinished } from '@moorline/environment-model';
import type { Context } from '../context';
import { conflict } from '../errors';
import type { EnvironmentRecord } from '../records';
import { Seen, changeEnvironment } from './change';
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
        return {
          state: 'retired',
          event: {
            kind: 'environment.retired',
            message: `${current.name} retired; nothing had been made`,
          },
        };
      }
      await queueTakeDown(connection, current);
      return {
        state: 'retiring',
        event: {
          kind: 'environment.retiring',
          message: `${current.name} is to be taken down`,
        },
      };
    },
  );
}
