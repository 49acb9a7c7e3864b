import {
  ENVIRONMENT_STATES,
  TIERS,
  environmentSpecSchema,
} from '@moorline/environment-model';
import { z } from 'zod';
import { requireOwn } from '../authorization';
import { draftSchema, keySchema, lookupSchema, reasonSchema } from '../inputs';
import { procedureFor, router } from '../trpc';
import { createEnvironment } from './create';
import { creationFailed } from './creationFailed';
import {
  checkEnvironment,
  environmentHistory,
  getEnvironment,
  listEnvironments,
} from './queries';

const read = procedureFor('environment.read');
const create = procedureFor('environment.create');

const byName = z.object(
  { name: lookupSchema('name') },
  { error: 'name: name an environment, for example orders-dev' },
);

export const environmentsRouter = router({
  /** Reserves a name and an address range; idempotent by key. */
  create: create
    .input(
      z.object(
        { key: keySchema, spec: environmentSpecSchema },
        { error: 'give an object with key and spec' },
      ),
    )
    .mutation(async ({ ctx, input }) => {
      await requireOwn(ctx, { owner: input.spec.owner });
      const { environment, created } = await createEnvironment(ctx, input);
      if (created) ctx.onChange?.(environment.name);
      return environment;
    }),

  /** Tells that what was requested with a key got stuck before its first run. */
  creationFailed: create
    .input(
      z.object(
        { key: keySchema, reason: reasonSchema },
        { error: 'give an object with key and reason' },
      ),
    )
    .mutation(async ({ ctx, input }) => {
      await requireOwn(ctx, { requestKey: input.key });
      const name = await creationFailed(ctx, input);
      if (name) ctx.onChange?.(name);
    }),

  get: read
    .input(byName)
    .query(({ ctx, input }) => getEnvironment(ctx.db, input.name)),

  /** Newest first, each with its last run. */
  list: read
    .input(
      z
        .object(
          {
            tier: z
              .enum(TIERS, {
                error: `tier: choose one of ${TIERS.join(', ')}`,
              })
              .optional(),
            state: z
              .enum(ENVIRONMENT_STATES, {
                error: `state: choose one of ${ENVIRONMENT_STATES.join(', ')}`,
              })
              .optional(),
            owner: draftSchema('owner').optional(),
            search: draftSchema('search').optional(),
          },
          { error: 'give an object with tier, state, owner or search' },
        )
        .optional(),
    )
    .query(({ ctx, input }) => listEnvironments(ctx.db, input)),

  /** For the form, while someone types. */
  check: read
    .input(
      z.object(
        {
          name: draftSchema('name').optional(),
          addressRange: draftSchema('addressRange').optional(),
        },
        { error: 'give an object with name or addressRange' },
      ),
    )
    .query(({ ctx, input }) => checkEnvironment(ctx.db, input)),

  /** What happened, newest first. */
  history: read
    .input(byName)
    .query(({ ctx, input }) => environmentHistory(ctx.db, input.name)),
});
