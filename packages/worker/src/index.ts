/**
 * What happens after a request was answered: runs are followed to their end.
 *
 * @packageDocumentation
 */
export { RunFollower } from './runFollower';
export type { FollowerLogger, RunFollowerOptions } from './runFollower';
export type { RunSource, SourceRun } from './source';
