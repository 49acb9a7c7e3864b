import {
  ENVIRONMENT_STATES,
  TIERS,
  environmentSpecSchema,
} from '@moorline/environment-model';
import { z } from 'zod';
import { requireOwn } from '../authorization';
import {
  draftSchema,
  eventCursorSchema,
  keySchema,
  lastEventIdSchema,
  limitSchema,
  lookupSchema,
  orderSchema,
  pageFields,
  reasonSchema,
  runIdSchema,
  timeSchema,
  versionSchema,
} from '../inputs';
import { answer, written } from '../json';
import { environmentChanges } from '../live/environments';
import { streamOf } from '../live/stream';
import {
  EVENT_KINDS,
  changeRecordSchema,
  checkResultSchema,
  environmentRecordSchema,
  eventRecordSchema,
  pageOf,
} from '../records';
import { procedureFor, router, subscriptionFor } from '../trpc';
import { usageSchema } from '../usage/input';
import { environmentUsage } from '../usage/queries';
import { usageRecordSchema } from '../usage/records';
import { createEnvironment } from './create';
import { creationFailed } from './creationFailed';
import { setExpiry } from './expiry';
import { ENVIRONMENT_ORDERS, pageEnvironments } from './page';
import {
  checkEnvironment,
  environmentHistory,
  getEnvironment,
  listEnvironments,
} from './queries';
import { retireEnvironment } from './retire';
import { specChangeSchema, updateEnvironment } from './update';

const read = procedureFor('environment.read');
const follow = subscriptionFor('environment.read');
const create = procedureFor('environment.create');
const update = procedureFor('environment.update');
const retire = procedureFor('environment.retire');

const byName = z.object(
  { name: lookupSchema('name') },
  { error: 'name: name an environment, for example orders-dev' },
);

const seen = { name: lookupSchema('name'), version: versionSchema };

const filterFields = {
  tier: z
    .enum(TIERS, { error: `tier: choose one of ${TIERS.join(', ')}` })
    .optional(),
  state: z
    .enum(ENVIRONMENT_STATES, {
      error: `state: choose one of ${ENVIRONMENT_STATES.join(', ')}`,
    })
    .optional(),
  owner: draftSchema('owner').optional(),
  search: draftSchema('search').optional(),
};

export const environmentsRouter = router({
  /** Reserves a name and an address range; idempotent by key. */
  create: create
    .input(
      z.object(
        { key: keySchema, spec: environmentSpecSchema },
        { error: 'give an object with key and spec' },
      ),
    )
    .output(environmentRecordSchema)
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
    .output(z.void())
    .mutation(async ({ ctx, input }) => {
      await requireOwn(ctx, { requestKey: input.key });
      const name = await creationFailed(ctx, input);
      if (name) ctx.onChange?.(name);
    }),

  get: read
    .input(byName)
    .output(written(environmentRecordSchema))
    .query(async ({ ctx, input }) =>
      answer(ctx, await getEnvironment(ctx.db, input.name)),
    ),

  /** Newest first, each with its last run. */
  list: read
    .input(
      z
        .object(filterFields, {
          error: 'give an object with tier, state, owner or search',
        })
        .optional(),
    )
    .output(written(z.array(environmentRecordSchema)))
    .query(async ({ ctx, input }) =>
      answer(ctx, await listEnvironments(ctx.db, input)),
    ),

  /** The same in parts and in other orders, for lists of any length. */
  page: read
    .input(
      z
        .object(
          {
            ...filterFields,
            ...pageFields,
            order: z
              .enum(ENVIRONMENT_ORDERS, {
                error: `order: choose one of ${ENVIRONMENT_ORDERS.join(', ')}`,
              })
              .default('newest'),
          },
          { error: 'give an object with limit, cursor, order or filters' },
        )
        .prefault({}),
    )
    .output(written(pageOf(environmentRecordSchema)))
    .query(async ({ ctx, input }) =>
      answer(ctx, await pageEnvironments(ctx.db, input)),
    ),

  /** Changes what it should be, from a version that the caller has seen. */
  update: update
    .input(
      z.object(
        { ...seen, change: specChangeSchema },
        { error: 'give an object with name, version and change' },
      ),
    )
    .output(environmentRecordSchema)
    .mutation(async ({ ctx, input }) => {
      const { name, version, change } = input;
      await requireOwn(ctx, { environment: name });
      const after = await updateEnvironment(ctx, { name, version }, change);
      if (after.version !== version) ctx.onChange?.(name);
      return after;
    }),

  /** Says when it is to be retired; without a time: never. */
  setExpiry: update
    .input(
      z.object(
        {
          ...seen,
          expiresAt: timeSchema('expiresAt').optional(),
        },
        { error: 'give an object with name, version and expiresAt' },
      ),
    )
    .output(environmentRecordSchema)
    .mutation(async ({ ctx, input }) => {
      const { name, version, expiresAt } = input;
      await requireOwn(ctx, { environment: name });
      const after = await setExpiry(ctx, { name, version }, expiresAt);
      if (after.version !== version) ctx.onChange?.(name);
      return after;
    }),

  /** Ends it; its name and addresses are free once it is gone. */
  retire: retire
    .input(z.object(seen, { error: 'give an object with name and version' }))
    .output(environmentRecordSchema)
    .mutation(async ({ ctx, input }) => {
      await requireOwn(ctx, { environment: input.name });
      const after = await retireEnvironment(ctx, input);
      if (after.version !== input.version) ctx.onChange?.(input.name);
      return after;
    }),

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
    .output(checkResultSchema)
    .query(({ ctx, input }) => checkEnvironment(ctx.db, input)),

  /** What happened, each with who did it and what it changed. */
  history: read
    .input(
      z.object(
        {
          name: lookupSchema('name'),
          kinds: z
            .array(
              z.enum(EVENT_KINDS, {
                error: `kinds: choose among ${EVENT_KINDS.join(', ')}`,
              }),
              { error: 'kinds: give a list of kinds' },
            )
            .max(EVENT_KINDS.length, { error: 'kinds: name each once' })
            .optional(),
          runId: runIdSchema.optional(),
          order: orderSchema,
          limit: limitSchema,
          cursor: eventCursorSchema,
        },
        { error: 'name: name an environment, for example orders-dev' },
      ),
    )
    .output(pageOf(eventRecordSchema))
    .query(({ ctx, input }) => environmentHistory(ctx.db, input)),

  /** What it used and cost, day by day. */
  usage: read
    .input(usageSchema)
    .output(z.array(usageRecordSchema))
    .query(({ ctx, input }) => environmentUsage(ctx.db, input)),

  /** What happens from now on, or from where the caller was. */
  changes: follow
    .input(
      z
        .object(
          {
            name: lookupSchema('name').optional(),
            owner: filterFields.owner,
            tier: filterFields.tier,
            lastEventId: lastEventIdSchema,
          },
          { error: 'give an object with name, owner or tier' },
        )
        .prefault({}),
    )
    .output(streamOf(z.array(changeRecordSchema)))
    .subscription(({ ctx, input, signal }) =>
      environmentChanges(ctx, input, signal),
    ),
});
