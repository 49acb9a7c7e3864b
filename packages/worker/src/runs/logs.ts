import type { StageRecord } from '@moorline/api';

/** The logs of stages, in their order. */
export function logIdsOf(stages: StageRecord[]): number[] {
  return stages
    .flatMap(stage => stage.jobs)
    .flatMap(job => job.steps)
    .flatMap(({ logId }) => (logId === undefined ? [] : [logId]));
}
