/**
 * What happens after a request was answered: runs are followed to their end, and jobs are done.
 *
 * @packageDocumentation
 */
export type { WorkerLogger } from './logger';
export type { RunSource, SourceRun } from './runs/source';
export { startWorker } from './worker';
export type { Worker, WorkerOptions } from './worker';
