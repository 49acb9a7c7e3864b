import { z } from 'zod';

/** What is done later, and what each job must know to do it: ids, never copies of what may have changed by then. */
const JOB_PAYLOADS = {
  /** Retires an environment when its time has come. */
  'expire-environment': z.object({ environmentId: z.uuid() }),
  /** Queues the pipeline that takes an environment down; `afterRunId` is the run that was its last. */
  'retire-environment': z.object({
    environmentId: z.uuid(),
    afterRunId: z.uuid(),
  }),
  /** Keeps what Azure DevOps has of a run that is over. */
  'archive-run': z.object({ environmentId: z.uuid(), runId: z.uuid() }),
  /** Has each environment that is ready compared with what was applied. */
  'look-for-drift': z.object({}),
  /** Queues the pipeline that compares; `at` names the look that this belongs to. */
  'detect-drift': z.object({ environmentId: z.uuid(), at: z.iso.datetime() }),
  /** Reads what such a run has found. */
  'record-drift': z.object({ environmentId: z.uuid(), runId: z.uuid() }),
  /** Records what environments used and cost. */
  'collect-usage': z.object({}),
} as const;

/** The name of a job. */
export type JobKind = keyof typeof JOB_PAYLOADS;

export const JOB_KINDS = Object.keys(JOB_PAYLOADS) as JobKind[];

/** What a job is told. */
export type JobPayload<K extends JobKind> = z.infer<(typeof JOB_PAYLOADS)[K]>;

/** What a job is told, checked. */
export function parsePayload<K extends JobKind>(
  kind: K,
  data: unknown,
): JobPayload<K> {
  return JOB_PAYLOADS[kind].parse(data) as JobPayload<K>;
}
