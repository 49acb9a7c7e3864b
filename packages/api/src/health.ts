import { TRPCError } from '@trpc/server';
import { Database, query } from './database/database';
import { HealthRecord, healthRecordSchema } from './records';
import { procedureFor, router } from './trpc';

async function check(db: Database): Promise<HealthRecord> {
  const since = performance.now();
  const [runs] = await query<HealthRecord['runs']>(
    db,
    `SELECT count(*)::int AS unfinished,
            (count(*) FILTER (WHERE next_poll_at < now() - interval '1 minute'))::int AS overdue
     FROM runs WHERE state IN ('queued', 'running')`,
  ).catch(cause => {
    throw new TRPCError({
      code: 'SERVICE_UNAVAILABLE',
      message: 'The database does not answer. Try again in a minute.',
      cause,
    });
  });
  return { database: { milliseconds: performance.now() - since }, runs };
}

export const healthRouter = router({
  /** Whether everything behind the API is at work. Load balancers ask /readyz instead. */
  check: procedureFor('environment.read')
    .output(healthRecordSchema)
    .query(({ ctx }) => check(ctx.db)),
});
