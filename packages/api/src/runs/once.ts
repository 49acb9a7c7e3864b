import { Database, transaction } from '../database/database';
import type { QueuedRun } from '../context';

/**
 * Queues a run while nobody else does so with the same key: between looking for a run with it and queueing one, another
 * would not see this one.
 *
 * @returns undefined while somebody else is about it.
 */
export async function queueOnce(
  db: Database,
  key: string,
  queue: () => Promise<QueuedRun>,
): Promise<QueuedRun | undefined> {
  return transaction(db, async connection => {
    const { rows } = await connection.query<{ mine: boolean }>(
      `SELECT pg_try_advisory_xact_lock(hashtextextended('moorline-run:' || current_schema() || $1, 0)) AS mine`,
      [key],
    );
    return rows[0].mine ? queue() : undefined;
  });
}
