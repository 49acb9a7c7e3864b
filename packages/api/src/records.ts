import type {
  EnvironmentState,
  PlacedEnvironmentSpec,
  RunState,
  StageState,
} from '@moorline/environment-model';

/** An environment as the record knows it. Times are ISO 8601 in UTC. */
export interface EnvironmentRecord {
  id: string;
  name: string;
  state: EnvironmentState;
  /** Why it is in this state, in a sentence for a person; set when it failed. */
  stateReason?: string;
  /** As asked for, with the address range it was given. */
  spec: PlacedEnvironmentSpec;
  /** Grows by one with each change of the environment itself. */
  version: number;
  createdAt: string;
  updatedAt: string;
  /** When it is to be retired; none: when somebody says so. */
  expiresAt?: string;
  /** Entity reference of the person or name of the service that asked for it. */
  createdBy: string;
  /** What differed from what was applied when that was last looked for; none before that. */
  drift?: DriftRecord;
  /** The run that was queued last to change it; those that look for drift are not among them. */
  lastRun?: RunRecord;
}

/** What other hands changed in Azure since an environment was last applied: names, never values. */
export interface DriftRecord {
  checkedAt: string;
  /** None: all is as it was applied. */
  resources: DriftedResource[];
}

/** A resource that is not as it was applied. */
export interface DriftedResource {
  /** In Terraform, such as `module.cluster.azurerm_kubernetes_cluster.this`. */
  address: string;
  type: string;
  action: 'changed' | 'deleted';
  /** Names of what differs, when it was changed. */
  attributes: string[];
}

/** One run of an environment's pipeline. */
export interface RunRecord {
  id: string;
  /** Name of the environment. */
  environment: string;
  /** Counts the runs of this environment, from 1. */
  number: number;
  state: RunState;
  /** Azure DevOps' number of the run. */
  buildId: number;
  /** Azure DevOps' number of the pipeline. */
  pipelineId: number;
  /** The run's page in Azure DevOps. */
  url: string;
  queuedAt: string;
  startedAt?: string;
  finishedAt?: string;
  stages: StageRecord[];
  /** What Terraform said it would do; known once the plan stage is over. */
  plan?: PlanCounts;
  failure?: RunFailure;
  /** The folder of the archive that has its logs, once they are there. */
  archive?: string;
  /** What keeps the run from being followed, while it lasts: what is shown is then as old as `since`. */
  problem?: FollowProblem;
}

/** What a run is for: to make the environment what it should be, to take it down, or to look for what other hands changed. */
export const RUN_PURPOSES = ['apply', 'retire', 'drift'] as const;
export type RunPurpose = (typeof RUN_PURPOSES)[number];

/** How many resources Terraform plans to add, change and destroy. */
export interface PlanCounts {
  add: number;
  change: number;
  destroy: number;
}

/** Where a run failed first. */
export interface RunFailure {
  /** Name of the stage. */
  stage: string;
  /** Name of the step. */
  step: string;
  message: string;
  /** The step's log, for `runs.log`. */
  logId?: number;
}

/** Why a run cannot be read from Azure DevOps. */
export interface FollowProblem {
  message: string;
  since: string;
}

/** A stage of a run, in the order of the pipeline. */
export interface StageRecord {
  name: string;
  label: string;
  state: StageState;
  startedAt?: string;
  finishedAt?: string;
  jobs: JobRecord[];
}

/** A job of a stage. */
export interface JobRecord {
  name: string;
  state: StageState;
  startedAt?: string;
  finishedAt?: string;
  steps: StepRecord[];
}

/** A step of a job. */
export interface StepRecord {
  name: string;
  state: StageState;
  /** The step's log, for `runs.log`; there is none before the step has started. */
  logId?: number;
  startedAt?: string;
  finishedAt?: string;
  errors: string[];
}

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

/** One thing that happened. Never changed once written. */
export interface EventRecord {
  /** Grows with time. */
  id: number;
  at: string;
  kind: EventKind;
  /** A sentence for a person. */
  message: string;
  /** Who asked for it, or the worker that saw it happen; none in what was written before that was kept. */
  actor?: string;
  runId?: string;
  /** What became of each field that changed. */
  difference?: Difference;
}

/** One thing that happened to one of many environments. */
export interface ChangeRecord extends EventRecord {
  /** Name of the environment. */
  environment: string;
}

/** Fields that changed, by their names. */
export type Difference = Record<string, { from?: unknown; to?: unknown }>;

/** Part of a list. */
export interface Page<T> {
  items: T[];
  /** Where to go on: give it as `cursor`. None: this was the end. */
  next?: string;
}

/** The address space and who has what of it. */
export interface AddressMap {
  /** All there is. */
  space: string;
  /** Length of the prefix of each range. */
  prefix: number;
  /** Kept for other purposes. */
  reserved: { range: string; use: string }[];
  /** In the order of the ranges. */
  taken: { name: string; addressRange: string; state: EnvironmentState }[];
  /** Kept by their owners for environments to come, or used by these. */
  reservations: Reservation[];
  /** How many ranges are free. */
  free: number;
  /** The range that would be chosen now; none when the space is full. */
  next?: string;
}

/** A range that an owner keeps for an environment. */
export interface Reservation {
  addressRange: string;
  /** Whose environment may have it. */
  owner: string;
  purpose: string;
  reservedBy: string;
  reservedAt: string;
  /** The environment that has it by now. */
  environment?: string;
}

/** Part of a step's log. */
export interface LogPage {
  lines: string[];
  /** Where to go on: give it as `from`. */
  next: number;
  /** Whether the step is over and nothing will follow. */
  done: boolean;
}

/** Whether a value can be had, and when not, why and what to do. */
export interface Availability {
  available: boolean;
  reason?: string;
}

/** What the form wants to know while someone types. */
export interface CheckResult {
  /** Set when a name was asked about. */
  name?: Availability;
  /** Set when a range was asked about. */
  addressRange?: Availability;
  /** The range that would be chosen now; none when the space is full. */
  suggestedRange?: string;
  /** The ranges in use, in their order, by the name of their environment or by what they are kept for. */
  taken: { name: string; addressRange: string }[];
}

/** Whether everything behind the API is at work. */
export interface HealthRecord {
  database: {
    /** How long it took to answer, in milliseconds. */
    milliseconds: number;
  };
  runs: {
    unfinished: number;
    /** Not looked at for a minute after they were due: no worker follows them. */
    overdue: number;
  };
}
