import type { Queryable } from '../database/database';
import { bossOn } from './boss';
import { JobKind, JobPayload, parsePayload } from './kinds';

/**
 * Queues a job in the transaction that causes it: it is done when that is committed, and never if it is not.
 *
 * @param connection The transaction.
 * @param options `key`: while a job with this key waits, no other is queued. `runAt`: not before this time.
 */
export async function queueJob<K extends JobKind>(
  connection: Queryable,
  kind: K,
  payload: JobPayload<K>,
  { key, runAt }: { key: string; runAt?: Date },
): Promise<void> {
  const boss = await bossOn(connection);
  await boss.send(kind, parsePayload(kind, payload), {
    singletonKey: key,
    ...(runAt && { startAfter: runAt }),
  });
}
