/**
 * The record of environments and their runs: a tRPC router over PostgreSQL.
 *
 * For servers. Browsers import `@moorline/api/client`, and from here types only.
 *
 * @packageDocumentation
 */
export { AUTHORIZATION, ROLES } from './authorization';
export type { Reach, Role } from './authorization';
export type {
  Actor,
  Context,
  Directory,
  Permission,
  QueueRun,
  QueuedRun,
  RunArchive,
  RunLogs,
  StopRun,
} from './context';
export {
  createDatabase,
  preparing,
  query,
  transaction,
} from './database/database';
export type { Database, Queryable } from './database/database';
export { listenOn } from './database/listen';
export type { Listening } from './database/listen';
export { ChangedMigrationError, migrate } from './database/migrate';
export {
  detectDrift,
  queueDriftChecks,
  recordDrift,
} from './environments/drift';
export { expireEnvironment } from './environments/expire';
export { takeDown } from './environments/takeDown';
export { errorReference, isInternal } from './errors';
export type { InputIssue, StaleWrite } from './errors';
export { WORKER } from './events';
export { Live } from './live/live';
export type { LiveOptions } from './live/live';
export { createBoss, jobsSchema } from './jobs/boss';
export { JOB_KINDS, parsePayload } from './jobs/kinds';
export type { JobKind, JobPayload } from './jobs/kinds';
export { queueMissingJobs } from './jobs/missing';
export { countJobs } from './jobs/queries';
export { queueJob } from './jobs/queue';
export type { BackgroundJobRecord, BackgroundJobState } from './jobs/records';
export type {
  AddressMap,
  Availability,
  ChangeRecord,
  CheckResult,
  Difference,
  DriftRecord,
  DriftedResource,
  EnvironmentRecord,
  EventKind,
  EventRecord,
  FollowProblem,
  HealthRecord,
  JobRecord,
  LogPage,
  Page,
  PlanCounts,
  Reservation,
  RunFailure,
  RunPurpose,
  RunRecord,
  StageRecord,
  StepRecord,
} from './records';
export type {
  DeliveryFigures,
  ReleaseKind,
  ReleaseRecord,
  ReleaseState,
} from './releases/records';
export { appRouter, createCaller } from './router';
export type { AppRouter } from './router';
export { recordArchive } from './runs/archived';
export { recordUsage } from './usage/record';
export type { BilledCost, UsageRecord } from './usage/records';
export { bringForward, leaseRuns, releaseRun } from './runs/lease';
export type { RunLease } from './runs/lease';
export { recordRunProgress } from './runs/progress';
export type { RunProgress } from './runs/progress';
export { getRun } from './runs/queries';
