import type { JobKind } from './kinds';

/** `scheduled`: its time has not come. `parked`: it failed too often, and waits for a person. */
export const BACKGROUND_JOB_STATES = [
  'scheduled',
  'waiting',
  'running',
  'parked',
] as const;
export type BackgroundJobState = (typeof BACKGROUND_JOB_STATES)[number];

/** A job that is not done. Times are ISO 8601 in UTC. */
export interface BackgroundJobRecord {
  id: string;
  kind: JobKind;
  state: BackgroundJobState;
  /** Name of the environment that it is about. */
  environment?: string;
  queuedAt: string;
  /** While it is scheduled or waits: when it is done, at the earliest. */
  runAt?: string;
  /** How often it was begun. */
  attempts: number;
  /** Why it failed the last time, for a person. */
  error?: string;
}
