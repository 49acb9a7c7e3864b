import {
  Database,
  RunLease,
  leaseRuns,
  recordRunProgress,
  releaseRun,
} from '@moorline/api';
import { traceTask } from '@moorline/api/process';
import { isFinished } from '@moorline/environment-model';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkerLogger } from '../logger';
import { readProgress } from './progress';
import type { RunSource } from './source';

/** What a follower works with. Times are in milliseconds. */
export interface RunFollowerOptions {
  db: Database;
  source: RunSource;
  logger: WorkerLogger;
  /** Told the name of an environment after something about its runs has changed. */
  onChange?: (environment: string) => void;
  /** Pause between two looks at a run; 1 s. */
  intervalMs?: number;
  /** The longest pause after failures; 30 s. */
  maxPauseMs?: number;
  /** How long one look may take before it is given up; 30 s. */
  timeoutMs?: number;
  /** After how long a run that Azure DevOps does not know counts as lost; 60 s. */
  lostAfterMs?: number;
  /** How many runs are looked at in the same moment; 20. */
  concurrency?: number;
}

/** How often to ask which runs are due. */
const TICK_MS = 1_000;

/**
 * Follows unfinished runs in Azure DevOps and writes what happens into the record. Any number of replicas may do so at
 * once: a lease in the database gives each run to one of them. A run that cannot be read is tried again, less and less
 * often, and says so on its page meanwhile; it never holds up another.
 */
export class RunFollower {
  readonly #options: Required<RunFollowerOptions>;
  readonly #stop = new AbortController();
  readonly #looks = new Set<Promise<void>>();
  readonly #plansRead = new Set<string>();
  #loop: Promise<void> | undefined;

  constructor(options: RunFollowerOptions) {
    this.#options = {
      onChange: () => {},
      intervalMs: 1_000,
      maxPauseMs: 30_000,
      timeoutMs: 30_000,
      lostAfterMs: 60_000,
      concurrency: 20,
      ...options,
    };
  }

  /** Begins to follow. */
  start(): void {
    this.#loop ??= this.#run();
  }

  /** Ends following, and waits for what is under way. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
    await Promise.all(this.#looks);
  }

  async #run(): Promise<void> {
    const { intervalMs, maxPauseMs, logger } = this.#options;
    // What is brought forward is read soon, however rarely it would be otherwise.
    const everyMs = Math.min(intervalMs, TICK_MS);
    let pause = everyMs;
    while (!this.#stop.signal.aborted) {
      try {
        await this.#takeDueRuns();
        pause = everyMs;
      } catch (error) {
        pause = Math.min(pause * 2, maxPauseMs);
        logger.warn(
          `Runs are not followed, the database cannot be read; trying again in ${pause} ms: ${messageOf(
            error,
          )}`,
        );
      }
      await sleep(pause, undefined, { signal: this.#stop.signal }).catch(
        () => {},
      );
    }
  }

  async #takeDueRuns(): Promise<void> {
    const { db, concurrency, timeoutMs } = this.#options;
    const limit = concurrency - this.#looks.size;
    if (limit <= 0) return;
    // The lease outlives the look, so that nobody else takes the run while it is being read.
    const leases = await leaseRuns(db, { limit, leaseMs: timeoutMs + 10_000 });
    for (const lease of leases) {
      const look = this.#look(lease).finally(() => this.#looks.delete(look));
      this.#looks.add(look);
    }
  }

  async #look(lease: RunLease): Promise<void> {
    const { onChange, logger } = this.#options;
    const { run } = lease;
    try {
      const before = run.problem;
      const changed = await traceTask('look at a run', () =>
        this.#follow(lease),
      );
      if (changed || before) onChange(run.environment);
    } catch (error) {
      await this.#failed(lease, error).catch(late =>
        // The lease runs out by itself, and whoever takes it next tries again.
        logger.warn(`${nameOf(lease)} cannot be written: ${messageOf(late)}`),
      );
    }
  }

  /** @returns Whether there was anything new. */
  async #follow(lease: RunLease): Promise<boolean> {
    const { db, intervalMs, source } = this.#options;
    const { run, holder } = lease;
    const progress = await this.#inTime(run.buildId, () =>
      readProgress(source, run, this.#plansRead),
    );
    const changed = await recordRunProgress(db, run.id, progress, holder);
    await releaseRun(db, lease, intervalMs);
    if (isFinished(progress.state)) this.#plansRead.delete(run.id);
    return changed;
  }

  async #failed(lease: RunLease, error: unknown): Promise<void> {
    const { db, intervalMs, maxPauseMs, lostAfterMs, onChange, logger } =
      this.#options;
    const { run } = lease;
    const since = run.problem?.since ?? new Date().toISOString();
    const elapsed = Date.now() - Date.parse(since);
    const { status, retryAfterMs = 0 } = error as {
      status?: number;
      retryAfterMs?: number;
    };
    if (status === 404 && elapsed >= lostAfterMs) {
      await recordRunProgress(db, run.id, lostRun(lease, error), lease.holder);
      await releaseRun(db, lease, intervalMs);
      onChange(run.environment);
      return;
    }
    // As long again as it has failed already: the pauses double.
    const pause = Math.max(
      Math.min(Math.max(elapsed, intervalMs), maxPauseMs),
      retryAfterMs,
    );
    const problem = { message: messageOf(error), since };
    await releaseRun(db, lease, pause, problem);
    if (run.problem?.message !== problem.message) {
      logger.warn(`${nameOf(lease)} cannot be read: ${problem.message}`);
      onChange(run.environment);
    }
  }

  async #inTime<T>(buildId: number, work: () => Promise<T>): Promise<T> {
    const { timeoutMs } = this.#options;
    const timer = new AbortController();
    const late = sleep(timeoutMs, undefined, { signal: timer.signal }).then(
      () => {
        throw new Error(
          `Azure DevOps did not tell about run ${buildId} within ${
            timeoutMs / 1000
          } s. It is asked again.`,
        );
      },
    );
    try {
      return await Promise.race([work(), late]);
    } finally {
      timer.abort();
      late.catch(() => {});
    }
  }
}

/** A run that was deleted in Azure DevOps can never end by itself. */
function lostRun({ run }: RunLease, error: unknown) {
  return {
    state: 'failed' as const,
    stages: run.stages,
    failure: {
      stage: 'pipeline',
      step: 'Find the run',
      message: `Azure DevOps no longer has this run; run the pipeline again. ${messageOf(
        error,
      )}`,
    },
  };
}

function nameOf({ run }: RunLease): string {
  return `Run #${run.number} of ${run.environment}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
