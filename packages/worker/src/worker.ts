import { Actor, Database, WORKER, queueMissingJobs } from '@moorline/api';
import type { AzureDevOps } from '@moorline/azure-devops';
import { TRPCError } from '@trpc/server';
import type { Archive } from './archive/archive';
import type { Services } from './jobs/job';
import { JOBS } from './jobs/jobs';
import { startJobs } from './jobs/runner';
import { SCHEDULES, Schedules } from './jobs/schedules';
import type { WorkerLogger } from './logger';
import { RunFollower } from './runs/runFollower';
import type { RunSource } from './runs/source';
import type { CostSource } from './usage/costManagement';

/** What a worker works with. */
export interface WorkerOptions {
  db: Database;
  logger: WorkerLogger;
  /** Without it no runs are followed or queued. */
  azureDevOps?: {
    client: RunSource & Pick<AzureDevOps, 'getArtifactFile' | 'runPipeline'>;
    /** The branch that environments live on. */
    branch: string;
  };
  /** Without it, logs are there for as long as Azure DevOps has them. */
  archive?: Archive;
  /** Without it, costs are estimated. */
  costs?: CostSource;
  /** When, as cron has it, in UTC, what is done again and again is done; an empty text: never. */
  schedules?: Partial<Schedules>;
  /** Told the name of an environment after something about it has changed. */
  onChange?: (environment: string) => void;
  /** Pause between two looks at a run, in milliseconds; 1 s. */
  followEveryMs?: number;
}

/** A worker at work. */
export interface Worker {
  /** Ends it, when what is under way is done. */
  stop(): Promise<void>;
}

const ACTOR: Actor = { ref: WORKER, groups: [] };

/** Begins to follow runs and to run jobs. Any number of workers share both. */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { db, logger, azureDevOps, archive, followEveryMs = 1_000 } = options;
  const { onChange = () => {} } = options;
  const follower =
    azureDevOps &&
    new RunFollower({
      db,
      source: azureDevOps.client,
      logger,
      onChange,
      intervalMs: followEveryMs,
    });
  const services = {
    db,
    actor: ACTOR,
    onChange,
    queueRun: queueOf(azureDevOps),
    runs: azureDevOps?.client,
    archive,
    costs: options.costs,
  };
  await queueMissingJobs(db);
  const jobs = await startJobs({
    db,
    jobs: JOBS,
    schedules: { ...SCHEDULES, ...options.schedules },
    services,
    logger,
  });
  follower?.start();
  return {
    async stop() {
      await Promise.all([follower?.stop(), jobs.stop()]);
    },
  };
}

function queueOf(
  azureDevOps: WorkerOptions['azureDevOps'],
): Services['queueRun'] {
  return async request => {
    if (!azureDevOps) {
      throw new TRPCError({
        code: 'PRECONDITION_FAILED',
        message: 'Azure DevOps is not configured: set moorline.azureDevOps.',
      });
    }
    const { client, branch } = azureDevOps;
    const { buildId, url } = await client.runPipeline({ ...request, branch });
    return { buildId, url };
  };
}
