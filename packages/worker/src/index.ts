/**
 * What happens after a request was answered: runs are followed to their end, and jobs are done.
 *
 * @packageDocumentation
 */
export { archivedLogs, openArchive } from './archive';
export type { Archive } from './archive';
export type { WorkerLogger } from './logger';
export type { RunSource, SourceRun } from './runs/source';
export { SCHEDULES } from './jobs/schedules';
export type { Schedules } from './jobs/schedules';
export { resourceManagerToken } from './azureIdentity';
export { createCostManagement } from './usage/costManagement';
export type { CostSource } from './usage/costManagement';
export { startWorker } from './worker';
export type { Worker, WorkerOptions } from './worker';
