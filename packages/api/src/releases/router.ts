import { TIERS, serviceSpecSchema } from '@moorline/environment-model';
import { z } from 'zod';
import { requireOwn } from '../authorization';
import {
  draftSchema,
  keySchema,
  lookupSchema,
  pageFields,
  timeSchema,
} from '../inputs';
import { pageOf } from '../records';
import { procedureFor, router } from '../trpc';
import { deliveryFigures } from './figures';
import { finishRelease } from './finish';
import { pageReleases } from './queries';
import { deliveryFiguresSchema, releaseRecordSchema } from './records';
import { createRelease, promoteRelease, rollBack } from './request';

const read = procedureFor('environment.read');
const write = procedureFor('release.write');

const MONTH_MS = 30 * 86_400_000;
const LONGEST_MS = 2 * 366 * 86_400_000;

const releaseId = z.uuid({
  error: 'id: give the id of a release, as releases.list has it',
});
const service = draftSchema('service').min(1, {
  error: 'service: name a service of the environment',
});

export const releasesRouter = router({
  /** Brings a version of a service into an environment; idempotent by key. */
  create: write
    .input(
      z.object(
        {
          key: keySchema,
          environment: lookupSchema('environment'),
          service,
          image: serviceSpecSchema.shape.image,
          commit: z
            .object(
              {
                sha: z.string().regex(/^[0-9a-f]{7,64}$/, {
                  error: 'commit.sha: give the hash of a commit',
                }),
                committedAt: timeSchema('commit.committedAt').transform(date =>
                  date.toISOString(),
                ),
              },
              { error: 'commit: give an object with sha and committedAt' },
            )
            .optional(),
        },
        { error: 'give an object with key, environment, service and image' },
      ),
    )
    .output(releaseRecordSchema)
    .mutation(async ({ ctx, input }) => {
      await requireOwn(ctx, { environment: input.environment });
      const release = await createRelease(ctx, input);
      ctx.onChange?.(release.environment);
      return release;
    }),

  /** Brings into another environment what succeeded in one; idempotent by key. */
  promote: write
    .input(
      z.object(
        { key: keySchema, id: releaseId, to: lookupSchema('to') },
        { error: 'give an object with key, id and to' },
      ),
    )
    .output(releaseRecordSchema)
    .mutation(async ({ ctx, input }) => {
      await requireOwn(ctx, { environment: input.to });
      const release = await promoteRelease(ctx, input);
      ctx.onChange?.(release.environment);
      return release;
    }),

  /** Brings back the version before; idempotent by key. */
  rollback: write
    .input(
      z.object(
        { key: keySchema, environment: lookupSchema('environment'), service },
        { error: 'give an object with key, environment and service' },
      ),
    )
    .output(releaseRecordSchema)
    .mutation(async ({ ctx, input }) => {
      await requireOwn(ctx, { environment: input.environment });
      const release = await rollBack(ctx, input);
      ctx.onChange?.(release.environment);
      return release;
    }),

  /** Says how it went. */
  finish: write
    .input(
      z.object(
        {
          id: releaseId,
          state: z.enum(['succeeded', 'failed'], {
            error: 'state: choose one of succeeded, failed',
          }),
          failure: z
            .string({ error: 'failure: say why it failed' })
            .max(2000, { error: 'failure: use at most 2000 characters' })
            .optional(),
        },
        { error: 'give an object with id and state' },
      ),
    )
    .output(releaseRecordSchema)
    .mutation(async ({ ctx, input }) => {
      await requireOwn(ctx, { release: input.id });
      const release = await finishRelease(ctx, input);
      ctx.onChange?.(release.environment);
      return release;
    }),

  /** Of an environment, of a service, or all; newest first. */
  list: read
    .input(
      z
        .object(
          {
            environment: lookupSchema('environment').optional(),
            service: service.optional(),
            ...pageFields,
          },
          { error: 'give an object with environment, service or limit' },
        )
        .prefault({}),
    )
    .output(pageOf(releaseRecordSchema))
    .query(({ ctx, input }) => pageReleases(ctx.db, input)),

  /** The four figures of DORA; of the last 30 days unless other times are given. */
  figures: read
    .input(
      z
        .object(
          {
            from: timeSchema('from').optional(),
            to: timeSchema('to').optional(),
            environment: lookupSchema('environment').optional(),
            service: service.optional(),
            tier: z
              .enum(TIERS, { error: `tier: choose one of ${TIERS.join(', ')}` })
              .optional(),
          },
          { error: 'give an object with from, to or filters' },
        )
        .prefault({})
        .transform(({ to = new Date(), ...rest }) => ({
          from: new Date(to.getTime() - MONTH_MS),
          ...rest,
          to,
        }))
        .refine(
          ({ from, to }) =>
            from.getTime() < to.getTime() &&
            to.getTime() - from.getTime() <= LONGEST_MS,
          {
            path: ['from'],
            error: 'from: choose a time up to two years before to',
          },
        ),
    )
    .output(deliveryFiguresSchema)
    .query(({ ctx, input }) => deliveryFigures(ctx.db, input)),
});
