import type {
  Actor,
  Database,
  JobKind,
  JobPayload,
  QueueRun,
} from '@moorline/api';
import type { AzureDevOps } from '@moorline/azure-devops';
import type { Archive } from '../archive/archive';
import type { RunSource } from '../runs/source';
import type { CostSource } from '../usage/costManagement';

/** What jobs work with. */
export interface Services {
  db: Database;
  /** On whose account it is what a job does. */
  actor: Actor;
  /** Queues a pipeline; throws where Azure DevOps is not configured. */
  queueRun: QueueRun;
  /** Reads what Azure DevOps has of runs; none where it is not configured. */
  runs?: RunSource & Pick<AzureDevOps, 'getArtifactFile'>;
  /** Keeps what Azure DevOps forgets; none where it is not configured. */
  archive?: Archive;
  /** Knows what environments really cost; none where it is not configured. */
  costs?: CostSource;
  /** Told the name of an environment after something about it has changed. */
  onChange(environment: string): void;
}

/** What is done for a kind of job. */
export interface Job<K extends JobKind> {
  /**
   * Does it. It may be done twice, the second time after half of the first, so what is done already is found and left. What
   * it throws is shown to people, and it is tried again.
   */
  run(payload: JobPayload<K>, services: Services): Promise<void>;
  /** How many of it a worker does at once; 2. */
  concurrency?: number;
}
