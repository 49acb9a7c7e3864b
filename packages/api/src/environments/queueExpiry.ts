import type { Queryable } from '../database/database';
import { queueJob } from '../jobs/queue';

/** Sees to it that an environment is retired at a time, unless it is to stay longer by then. */
export function queueExpiry(
  connection: Queryable,
  environmentId: string,
  at: Date,
): Promise<void> {
  return queueJob(
    connection,
    'expire-environment',
    { environmentId },
    { key: `${environmentId} ${at.toISOString()}`, runAt: at },
  );
}
