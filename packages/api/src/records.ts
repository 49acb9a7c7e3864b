import {
  ENVIRONMENT_STATES,
  PlacedEnvironmentSpec,
  RUN_STATES,
  STAGE_STATES,
} from '@moorline/environment-model';
import { z } from 'zod';

// What procedures answer. The schemas say what is in an answer, and what they do not name is left out of it. How texts
// look was checked when they were written: whoever has done something is told so, though rules have become stricter since.

/** ISO 8601 in UTC. */
const time = z.string();

/** How many resources Terraform plans to add, change and destroy. */
const planCountsSchema = z.object({
  add: z.number(),
  change: z.number(),
  destroy: z.number(),
});
export type PlanCounts = z.infer<typeof planCountsSchema>;

/** Where a run failed first. */
const runFailureSchema = z.object({
  /** Name of the stage. */
  stage: z.string(),
  /** Name of the step. */
  step: z.string(),
  message: z.string(),
  /** The step's log, for `runs.log`. */
  logId: z.number().optional(),
});
export type RunFailure = z.infer<typeof runFailureSchema>;

/** Why a run cannot be read from Azure DevOps. */
const followProblemSchema = z.object({ message: z.string(), since: time });
export type FollowProblem = z.infer<typeof followProblemSchema>;

/** A step of a job. */
const stepRecordSchema = z.object({
  name: z.string(),
  state: z.enum(STAGE_STATES),
  /** The step's log, for `runs.log`; there is none before the step has started. */
  logId: z.number().optional(),
  startedAt: time.optional(),
  finishedAt: time.optional(),
  errors: z.array(z.string()),
});
export type StepRecord = z.infer<typeof stepRecordSchema>;

/** A job of a stage. */
const jobRecordSchema = z.object({
  name: z.string(),
  state: z.enum(STAGE_STATES),
  startedAt: time.optional(),
  finishedAt: time.optional(),
  steps: z.array(stepRecordSchema),
});
export type JobRecord = z.infer<typeof jobRecordSchema>;

/** A stage of a run, in the order of the pipeline. */
const stageRecordSchema = z.object({
  name: z.string(),
  label: z.string(),
  state: z.enum(STAGE_STATES),
  startedAt: time.optional(),
  finishedAt: time.optional(),
  jobs: z.array(jobRecordSchema),
});
export type StageRecord = z.infer<typeof stageRecordSchema>;

/** What a run is for: to make the environment what it should be, to take it down, or to look for what other hands changed. */
export const RUN_PURPOSES = ['apply', 'retire', 'drift'] as const;
export type RunPurpose = (typeof RUN_PURPOSES)[number];

/** One run of an environment's pipeline. */
export const runRecordSchema = z.object({
  id: z.string(),
  /** Name of the environment. */
  environment: z.string(),
  /** Counts the runs of this environment, from 1. */
  number: z.number(),
  state: z.enum(RUN_STATES),
  /** Azure DevOps' number of the run. */
  buildId: z.number(),
  /** Azure DevOps' number of the pipeline. */
  pipelineId: z.number(),
  /** The run's page in Azure DevOps. */
  url: z.string(),
  queuedAt: time,
  startedAt: time.optional(),
  finishedAt: time.optional(),
  stages: z.array(stageRecordSchema),
  /** What Terraform said it would do; known once the plan stage is over. */
  plan: planCountsSchema.optional(),
  failure: runFailureSchema.optional(),
  /** The folder of the archive that has its logs, once they are there. */
  archive: z.string().optional(),
  /** What keeps the run from being followed, while it lasts: what is shown is then as old as `since`. */
  problem: followProblemSchema.optional(),
});
export type RunRecord = z.infer<typeof runRecordSchema>;

/** A resource that is not as it was applied. */
const driftedResourceSchema = z.object({
  /** In Terraform, such as `module.cluster.azurerm_kubernetes_cluster.this`. */
  address: z.string(),
  type: z.string(),
  action: z.enum(['changed', 'deleted']),
  /** Names of what differs, when it was changed. */
  attributes: z.array(z.string()),
});
export type DriftedResource = z.infer<typeof driftedResourceSchema>;

/** What other hands changed in Azure since an environment was last applied: names, never values. */
const driftRecordSchema = z.object({
  checkedAt: time,
  /** None: all is as it was applied. */
  resources: z.array(driftedResourceSchema),
});
export type DriftRecord = z.infer<typeof driftRecordSchema>;

/** An environment as the record knows it. */
export const environmentRecordSchema = z.object({
  id: z.string(),
  name: z.string(),
  state: z.enum(ENVIRONMENT_STATES),
  /** Why it is in this state, in a sentence for a person; set when it failed. */
  stateReason: z.string().optional(),
  /** As asked for, with the address range it was given; its own schema let in nothing else. */
  spec: z.custom<PlacedEnvironmentSpec>(),
  /** Grows by one with each change of the environment itself. */
  version: z.number(),
  createdAt: time,
  updatedAt: time,
  /** When it is to be retired; none: when somebody says so. */
  expiresAt: time.optional(),
  /** Entity reference of the person or name of the service that asked for it. */
  createdBy: z.string(),
  /** What differed from what was applied when that was last looked for; none before that. */
  drift: driftRecordSchema.optional(),
  /** The run that was queued last to change it; those that look for drift are not among them. */
  lastRun: runRecordSchema.optional(),
});
export type EnvironmentRecord = z.infer<typeof environmentRecordSchema>;

/** What can happen to an environment. */
export const EVENT_KINDS = [
  'environment.requested',
  'environment.ready',
  'environment.failed',
  'environment.updated',
  'environment.expiry',
  'environment.drift',
  'environment.retiring',
  'environment.retired',
  'release.requested',
  'release.succeeded',
  'release.failed',
  'run.queued',
  'run.started',
  'run.canceling',
  'run.finished',
  'stage.started',
  'stage.finished',
  'job.retried',
  'job.discarded',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** Fields that changed, by their names. */
const differenceSchema = z.record(
  z.string(),
  z.object({ from: z.unknown().optional(), to: z.unknown().optional() }),
);
export type Difference = z.infer<typeof differenceSchema>;

/** One thing that happened. Never changed once written. */
export const eventRecordSchema = z.object({
  /** Grows with time. */
  id: z.number(),
  at: time,
  kind: z.enum(EVENT_KINDS),
  /** A sentence for a person. */
  message: z.string(),
  /** Who asked for it, or the worker that saw it happen; none in what was written before that was kept. */
  actor: z.string().optional(),
  runId: z.string().optional(),
  /** What became of each field that changed. */
  difference: differenceSchema.optional(),
});
export type EventRecord = z.infer<typeof eventRecordSchema>;

/** One thing that happened to one of many environments. */
export const changeRecordSchema = eventRecordSchema.extend({
  /** Name of the environment. */
  environment: z.string(),
});
export type ChangeRecord = z.infer<typeof changeRecordSchema>;

/** Part of a list. */
export interface Page<T> {
  items: T[];
  /** Where to go on: give it as `cursor`. None: this was the end. */
  next?: string;
}

/** Part of a list of such items. */
export const pageOf = <T>(item: z.ZodType<T>): z.ZodType<Page<T>> =>
  z.object({ items: z.array(item), next: z.string().optional() });

/** A range that an owner keeps for an environment. */
export const reservationSchema = z.object({
  addressRange: z.string(),
  /** Whose environment may have it. */
  owner: z.string(),
  purpose: z.string(),
  reservedBy: z.string(),
  reservedAt: time,
  /** The environment that has it by now. */
  environment: z.string().optional(),
});
export type Reservation = z.infer<typeof reservationSchema>;

/** The address space and who has what of it. */
export const addressMapSchema = z.object({
  /** All there is. */
  space: z.string(),
  /** Length of the prefix of each range. */
  prefix: z.number(),
  /** Kept for other purposes. */
  reserved: z.array(z.object({ range: z.string(), use: z.string() })),
  /** In the order of the ranges. */
  taken: z.array(
    z.object({
      name: z.string(),
      addressRange: z.string(),
      state: z.enum(ENVIRONMENT_STATES),
    }),
  ),
  /** Kept by their owners for environments to come, or used by these. */
  reservations: z.array(reservationSchema),
  /** How many ranges are free. */
  free: z.number(),
  /** The range that would be chosen now; none when the space is full. */
  next: z.string().optional(),
});
export type AddressMap = z.infer<typeof addressMapSchema>;

/** Part of a step's log. */
export const logPageSchema = z.object({
  lines: z.array(z.string()),
  /** Where to go on: give it as `from`. */
  next: z.number(),
  /** Whether the step is over and nothing will follow. */
  done: z.boolean(),
});
export type LogPage = z.infer<typeof logPageSchema>;

/** Whether a value can be had, and when not, why and what to do. */
const availabilitySchema = z.object({
  available: z.boolean(),
  reason: z.string().optional(),
});
export type Availability = z.infer<typeof availabilitySchema>;

/** What the form wants to know while someone types. */
export const checkResultSchema = z.object({
  /** Set when a name was asked about. */
  name: availabilitySchema.optional(),
  /** Set when a range was asked about. */
  addressRange: availabilitySchema.optional(),
  /** The range that would be chosen now; none when the space is full. */
  suggestedRange: z.string().optional(),
  /** The ranges in use, in their order, by the name of their environment or by what they are kept for. */
  taken: z.array(z.object({ name: z.string(), addressRange: z.string() })),
});
export type CheckResult = z.infer<typeof checkResultSchema>;

/** Whether everything behind the API is at work. */
export const healthRecordSchema = z.object({
  database: z.object({
    /** How long it took to answer, in milliseconds. */
    milliseconds: z.number(),
  }),
  runs: z.object({
    unfinished: z.number(),
    /** Not looked at for a minute after they were due: no worker follows them. */
    overdue: z.number(),
  }),
});
export type HealthRecord = z.infer<typeof healthRecordSchema>;
