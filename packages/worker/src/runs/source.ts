import type { RunState } from '@moorline/environment-model';
import type { StageRecord } from '@moorline/api';

/** A run as its pipeline service sees it. Times are ISO 8601. */
export interface SourceRun {
  state: RunState;
  startedAt?: string;
  finishedAt?: string;
  /** Why it could not begin, such as errors in its YAML. */
  problems: string[];
}

/**
 * What following a run needs of Azure DevOps; `createAzureDevOps` of `@moorline/azure-devops` gives it. Errors may carry
 * `status` (of the answer) and `retryAfterMs` (the pause that was asked for); their messages are shown to people.
 */
export interface RunSource {
  getRun(buildId: number): Promise<SourceRun>;
  /** The stages in their order; none before the run has been planned. */
  getTimeline(buildId: number): Promise<StageRecord[]>;
  /** A step's log from a line on, counted from 0. */
  getLog(
    buildId: number,
    logId: number,
    from?: number,
  ): Promise<{ lines: string[]; next: number }>;
}
