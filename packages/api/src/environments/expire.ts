import { isFinished } from '@moorline/environment-model';
import type { Context } from '../context';
import { transaction } from '../database/database';
import type { JobPayload } from '../jobs/kinds';
import { findEnvironment } from './queries';
import { queueExpiry } from './queueExpiry';
import { retireEnvironment } from './retire';

/** How long an environment whose time has come is left alone while a run is at work in it. */
const BUSY_MS = 5 * 60_000;

/**
 * Retires an environment whose time has come. One that stays, or stays longer by now, is left alone; where a run is at
 * work there is another job later.
 *
 * @returns The environment's name when it is being retired.
 */
export async function expireEnvironment(
  ctx: Pick<Context, 'db' | 'actor'>,
  { environmentId }: JobPayload<'expire-environment'>,
): Promise<string | undefined> {
  const environment = await ctx.db.use(connection =>
    findEnvironment(
      connection,
      // By the clock that the job was started by.
      `e.id = $1 AND e.expires_at <= now() AND e.state NOT IN ('retiring', 'retired')`,
      environmentId,
    ),
  );
  if (!environment) return undefined;
  const { name, version, lastRun } = environment;
  if (lastRun && !isFinished(lastRun.state)) {
    const later = new Date(Date.now() + BUSY_MS);
    await transaction(ctx.db, connection =>
      queueExpiry(connection, environmentId, later),
    );
    return undefined;
  }
  await retireEnvironment(ctx, { name, version });
  return name;
}
