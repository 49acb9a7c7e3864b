import { TRPCError } from '@trpc/server';
import { z } from 'zod';
import { requireOwn } from '../authorization';
import type { Context } from '../context';
import { lookupSchema, pageFields } from '../inputs';
import { pageOf } from '../records';
import { procedureFor, router } from '../trpc';
import { getJob, pageJobs } from './queries';
import { BACKGROUND_JOB_STATES, backgroundJobRecordSchema } from './records';
import { discardJob, retryJob } from './settle';

const read = procedureFor('environment.read');
const update = procedureFor('environment.update');

const byId = z.object(
  { id: z.uuid({ error: 'id: give the id of a job, as jobs.list has it' }) },
  { error: 'id: give the id of a job, as jobs.list has it' },
);

/** What is done later, and is not done yet. */
export const jobsRouter = router({
  /** Those that are not done, of an environment or of all; newest first. */
  list: read
    .input(
      z
        .object(
          {
            environment: lookupSchema('environment').optional(),
            state: z
              .enum(BACKGROUND_JOB_STATES, {
                error: `state: choose one of ${BACKGROUND_JOB_STATES.join(
                  ', ',
                )}`,
              })
              .optional(),
            ...pageFields,
          },
          { error: 'give an object with environment, state or limit' },
        )
        .prefault({}),
    )
    .output(pageOf(backgroundJobRecordSchema))
    .query(({ ctx, input }) => pageJobs(ctx.db, input)),

  get: read
    .input(byId)
    .output(backgroundJobRecordSchema)
    .query(({ ctx, input }) => getJob(ctx.db, input.id)),

  /** Has a parked one done again. */
  retry: update
    .input(byId)
    .output(z.void())
    .mutation(async ({ ctx, input }) => {
      const environment = await ownEnvironment(ctx, input.id);
      await retryJob(ctx, input.id);
      if (environment) ctx.onChange?.(environment);
    }),

  /** Throws a parked one away. */
  discard: update
    .input(byId)
    .output(z.void())
    .mutation(async ({ ctx, input }) => {
      const environment = await ownEnvironment(ctx, input.id);
      await discardJob(ctx, input.id);
      if (environment) ctx.onChange?.(environment);
    }),
});

/**
 * The environment that a job is about, which must be the caller's own where only such may be touched. What is about none
 * is nobody's own.
 */
async function ownEnvironment(
  ctx: Context,
  id: string,
): Promise<string | undefined> {
  const { environment } = await getJob(ctx.db, id);
  if (environment) await requireOwn(ctx, { environment });
  else if (ctx.ownOnly) {
    throw new TRPCError({
      code: 'FORBIDDEN',
      message: 'This job is about no environment of yours. Ask an operator.',
    });
  }
  return environment;
}
