import {
  Database,
  JobKind,
  createBoss,
  jobsSchema,
  parsePayload,
} from '@moorline/api';
import { traceTask } from '@moorline/api/process';
import type { WorkerLogger } from '../logger';
import { describeFailure } from './failure';
import type { Job, Services } from './job';
import type { Jobs } from './jobs';
import type { Schedules } from './schedules';

/** How jobs are looked for. Times are in seconds. */
export interface JobRunnerOptions {
  db: Database;
  /** What is done; a kind that is not among them waits for another worker. */
  jobs: Partial<Jobs>;
  services: Services;
  logger: WorkerLogger;
  /** What is done again and again; an empty schedule: never. */
  schedules?: Partial<Schedules>;
  /** How often to look for jobs; 2. */
  everySeconds?: number;
  /** How often to look for jobs whose worker has died; 10. */
  superviseSeconds?: number;
}

/** Runs jobs until it is stopped. */
export interface JobRunner {
  /** Takes no more jobs, and waits for those under way; what takes longer is left to another worker. */
  stop(): Promise<void>;
}

const GRACE_MS = 20_000;

/** Begins to run jobs. Any number of workers share them: each job is given to one of them at a time. */
export async function startJobs(options: JobRunnerOptions): Promise<JobRunner> {
  const { db, jobs, services, logger, schedules = {} } = options;
  const { everySeconds = 2, superviseSeconds = 10 } = options;
  const boss = createBoss(await db.use(jobsSchema), work => db.use(work), {
    supervise: true,
    schedule: true,
    superviseIntervalSeconds: superviseSeconds,
    monitorIntervalSeconds: superviseSeconds,
  });
  boss.on('error', error =>
    logger.warn(`Jobs are not looked for as they should be: ${error.message}`),
  );
  await boss.start();

  async function run<K extends JobKind>(
    kind: K,
    job: Job<K>,
    data: unknown,
  ): Promise<void> {
    try {
      await traceTask(`job ${kind}`, async () =>
        job.run(parsePayload(kind, data), services),
      );
    } catch (error) {
      const { message, detail } = describeFailure(error);
      logger.warn(`A job failed (${kind}): ${detail ?? message}`);
      throw new Error(message);
    }
  }
  for (const [name, job] of Object.entries(jobs)) {
    const kind = name as JobKind;
    await boss.work(
      kind,
      {
        pollingIntervalSeconds: everySeconds,
        localConcurrency: job.concurrency ?? 2,
      },
      ([{ data }]) => run(kind, job as Job<JobKind>, data),
    );
  }
  for (const [name, cron] of Object.entries(schedules)) {
    if (cron) await boss.schedule(name, cron, {});
    else await boss.unschedule(name);
  }
  return { stop: () => boss.stop({ timeout: GRACE_MS }) };
}
