/** How a release came about. */
export type ReleaseKind = 'release' | 'promotion' | 'rollback';

/** How a release went. The last two are final. */
export const RELEASE_STATES = ['requested', 'succeeded', 'failed'] as const;
export type ReleaseState = (typeof RELEASE_STATES)[number];

/** A version of a service in an environment. Times are ISO 8601 in UTC. */
export interface ReleaseRecord {
  id: string;
  environment: string;
  service: string;
  /** Counts the releases of this service in this environment, from 1. */
  number: number;
  image: string;
  kind: ReleaseKind;
  state: ReleaseState;
  /** Of a promotion: the release that was promoted. Of a rollback: the release that was good. */
  source?: string;
  /** Of a rollback: the release that it takes back. */
  takesBack?: string;
  /** What was built, and when it was committed: with it the lead time is known. */
  commit?: { sha: string; committedAt: string };
  /** Why it failed. */
  failure?: string;
  createdAt: string;
  createdBy: string;
  finishedAt?: string;
}

/**
 * How well a team delivers: the four figures of DORA (https://dora.dev/guides/dora-metrics-four-keys/), over the releases
 * that ended within a time. Durations are in seconds; the medians are none where there was nothing to measure.
 */
export interface DeliveryFigures {
  from: string;
  to: string;
  /** Releases and promotions that succeeded; rollbacks are no deliveries. */
  deployments: number;
  deploymentsPerDay: number;
  /** From commit to success, the median. */
  leadTime?: number;
  /** Part of the deliveries that failed or were taken back, 0 to 1. */
  failureRate?: number;
  /** From failure to the next success of the same service in the same environment, the median. */
  timeToRestore?: number;
}
