import { z } from 'zod';
import { JOB_KINDS } from './kinds';

/** `scheduled`: its time has not come. `parked`: it failed too often, and waits for a person. */
export const BACKGROUND_JOB_STATES = [
  'scheduled',
  'waiting',
  'running',
  'parked',
] as const;
export type BackgroundJobState = (typeof BACKGROUND_JOB_STATES)[number];

/** A job that is not done. Times are ISO 8601 in UTC. */
export const backgroundJobRecordSchema = z.object({
  id: z.string(),
  kind: z.enum(JOB_KINDS),
  state: z.enum(BACKGROUND_JOB_STATES),
  /** Name of the environment that it is about. */
  environment: z.string().optional(),
  queuedAt: z.string(),
  /** While it is scheduled or waits: when it is done, at the earliest. */
  runAt: z.string().optional(),
  /** How often it was begun. */
  attempts: z.number(),
  /** Why it failed the last time, for a person. */
  error: z.string().optional(),
});
export type BackgroundJobRecord = z.infer<typeof backgroundJobRecordSchema>;
