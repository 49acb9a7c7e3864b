import { z } from 'zod';

/** How a release came about. */
const RELEASE_KINDS = ['release', 'promotion', 'rollback'] as const;
export type ReleaseKind = (typeof RELEASE_KINDS)[number];

/** How a release went. The last two are final. */
export const RELEASE_STATES = ['requested', 'succeeded', 'failed'] as const;
export type ReleaseState = (typeof RELEASE_STATES)[number];

/** A version of a service in an environment. Times are ISO 8601 in UTC. */
export const releaseRecordSchema = z.object({
  id: z.string(),
  environment: z.string(),
  service: z.string(),
  /** Counts the releases of this service in this environment, from 1. */
  number: z.number(),
  image: z.string(),
  kind: z.enum(RELEASE_KINDS),
  state: z.enum(RELEASE_STATES),
  /** Of a promotion: the release that was promoted. Of a rollback: the release that was good. */
  source: z.string().optional(),
  /** Of a rollback: the release that it takes back. */
  takesBack: z.string().optional(),
  /** What was built, and when it was committed: with it the lead time is known. */
  commit: z.object({ sha: z.string(), committedAt: z.string() }).optional(),
  /** Why it failed. */
  failure: z.string().optional(),
  createdAt: z.string(),
  createdBy: z.string(),
  finishedAt: z.string().optional(),
});
export type ReleaseRecord = z.infer<typeof releaseRecordSchema>;

/**
 * How well a team delivers: the four figures of DORA (https://dora.dev/guides/dora-metrics-four-keys/), over the releases
 * that ended within a time. Durations are in seconds; the medians are none where there was nothing to measure.
 */
export const deliveryFiguresSchema = z.object({
  from: z.string(),
  to: z.string(),
  /** Releases and promotions that succeeded; rollbacks are no deliveries. */
  deployments: z.number(),
  deploymentsPerDay: z.number(),
  /** From commit to success, the median. */
  leadTime: z.number().optional(),
  /** Part of the deliveries that failed or were taken back, 0 to 1. */
  failureRate: z.number().optional(),
  /** From failure to the next success of the same service in the same environment, the median. */
  timeToRestore: z.number().optional(),
});
export type DeliveryFigures = z.infer<typeof deliveryFiguresSchema>;
