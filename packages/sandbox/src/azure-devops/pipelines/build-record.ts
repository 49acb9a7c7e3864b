import type { RunRepository, TimelineRecord } from '../../agent/contract';
import type { VariableRecord } from '../store/model';

export type BuildStatus =
  | 'notStarted'
  | 'inProgress'
  | 'cancelling'
  | 'completed';
export type BuildResult =
  | 'succeeded'
  | 'partiallySucceeded'
  | 'failed'
  | 'canceled';

/** A log of a run; its text is in a file of its own. */
export interface LogRecord {
  id: number;
  /** Timeline record that it belongs to. */
  recordId: string;
  lineCount: number;
  /** ISO time. */
  createdOn: string;
  /** ISO time. */
  lastChangedOn: string;
}

export interface ArtifactRecord {
  id: number;
  name: string;
  /** Absolute folder. */
  folder: string;
  size: number;
  recordId: string;
}

/** One run of a pipeline; `build/builds` and `pipelines/{id}/runs` are two views of it. */
export interface BuildRecord {
  id: number;
  buildNumber: string;
  definitionId: number;
  /** As it was when queued. */
  definitionName: string;
  definitionRevision: number;
  status: BuildStatus;
  result?: BuildResult;
  /** ISO times. */
  queueTime: string;
  startTime?: string;
  finishTime?: string;
  lastChangedDate: string;
  repositoryId: string;
  sourceBranch: string;
  sourceVersion: string;
  requestedFor: string;
  tags: string[];
  templateParameters: Record<string, string>;
  /** Values of secret ones are not kept. */
  variables: Record<string, VariableRecord>;
  repositories: RunRepository[];
  finalYaml: string;
  planId: string;
  timelineId: string;
  logs: LogRecord[];
  artifacts: ArtifactRecord[];
}

/** Dates become ISO strings on disk. */
export type StoredTimelineRecord = Omit<
  TimelineRecord,
  'startTime' | 'finishTime'
> & {
  startTime?: string;
  finishTime?: string;
  /** ISO time. */
  lastModified: string;
  /** Counts up at each change of the timeline. */
  changeId: number;
};
