import { RUN_STATES } from '@moorline/environment-model';
import { z } from 'zod';
import { requireOwn } from '../authorization';
import {
  keySchema,
  lastEventIdSchema,
  lookupSchema,
  numberSchema,
  orderSchema,
  pageFields,
  pageSchema,
  runIdSchema,
} from '../inputs';
import { runChanges } from '../live/runs';
import { streamOf } from '../live/stream';
import {
  RUN_PURPOSES,
  logPageSchema,
  pageOf,
  runRecordSchema,
} from '../records';
import { procedureFor, router, subscriptionFor } from '../trpc';
import { cancelRun } from './cancel';
import { readRunLog } from './log';
import { getRun, pageRuns } from './queries';
import { recordRun } from './record';
import { startRun } from './start';

const read = procedureFor('environment.read');
const follow = subscriptionFor('environment.read');
const run = procedureFor('environment.run');

export const runsRouter = router({
  /** Writes down that a run was queued; idempotent by key and by build. */
  record: run
    .input(
      z.object(
        {
          key: keySchema,
          environment: lookupSchema('environment'),
          azureDevOps: z.object(
            {
              buildId: numberSchema('azureDevOps.buildId', 1),
              pipelineId: numberSchema('azureDevOps.pipelineId', 1),
              url: pageSchema('azureDevOps.url'),
            },
            {
              error:
                'azureDevOps: give an object with buildId, pipelineId and url',
            },
          ),
          purpose: z
            .enum(RUN_PURPOSES, {
              error: `purpose: choose one of ${RUN_PURPOSES.join(', ')}`,
            })
            .optional(),
        },
        { error: 'give an object with key, environment and azureDevOps' },
      ),
    )
    .output(runRecordSchema)
    .mutation(async ({ ctx, input }) => {
      await requireOwn(ctx, { environment: input.environment });
      const { run: recorded, created } = await recordRun(ctx, input);
      if (created) ctx.onChange?.(recorded.environment);
      return recorded;
    }),

  /** Queues the pipeline again; one run follows a run, however often it is asked for. */
  start: run
    .input(
      z.object(
        { environment: lookupSchema('environment'), after: runIdSchema },
        {
          error:
            'give an object with environment and after, the id of its newest run',
        },
      ),
    )
    .output(runRecordSchema)
    .mutation(async ({ ctx, input }) => {
      await requireOwn(ctx, { environment: input.environment });
      const { run: started, created } = await startRun(ctx, input);
      if (created) ctx.onChange?.(started.environment);
      return started;
    }),

  /** Has the run stopped, in Azure DevOps, from where its end then comes; asked again it changes nothing. */
  cancel: run
    .input(
      z.object(
        { id: runIdSchema },
        { error: 'id: give the id of a run, as runs.list has it' },
      ),
    )
    .output(runRecordSchema)
    .mutation(async ({ ctx, input }) => {
      const { environment } = await getRun(ctx.db, input.id);
      await requireOwn(ctx, { environment });
      const canceled = await cancelRun(ctx, input.id);
      ctx.onChange?.(environment);
      return canceled;
    }),

  /** Of an environment, or of all. */
  list: read
    .input(
      z
        .object(
          {
            environment: lookupSchema('environment').optional(),
            state: z
              .enum(RUN_STATES, {
                error: `state: choose one of ${RUN_STATES.join(', ')}`,
              })
              .optional(),
            order: orderSchema,
            ...pageFields,
          },
          { error: 'give an object with environment, state, order or limit' },
        )
        .prefault({}),
    )
    .output(pageOf(runRecordSchema))
    .query(({ ctx, input }) => pageRuns(ctx.db, input)),

  get: read
    .input(
      z.object(
        { id: runIdSchema },
        { error: 'id: give the id of a run, as runs.list has it' },
      ),
    )
    .output(runRecordSchema)
    .query(({ ctx, input }) => getRun(ctx.db, input.id)),

  /** The run as it is, and after each change, to its end. */
  changes: follow
    .input(
      z.object(
        { id: runIdSchema, lastEventId: lastEventIdSchema },
        { error: 'id: give the id of a run, as runs.list has it' },
      ),
    )
    .output(streamOf(runRecordSchema))
    .subscription(({ ctx, input, signal }) => runChanges(ctx, input, signal)),

  /** Lines of a step's log from a line on. */
  log: read
    .input(
      z.object(
        {
          id: runIdSchema,
          logId: numberSchema('logId', 1),
          from: numberSchema('from', 0).default(0),
        },
        { error: 'give an object with id, logId and from' },
      ),
    )
    .output(logPageSchema)
    .query(({ ctx, input }) => readRunLog(ctx, input)),
});
