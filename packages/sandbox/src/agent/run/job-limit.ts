import { ExpandedJob, RunOptions } from '../contract';

/**
 * When a job must stop: the run is canceled or the job's time is over. Steps that are there for that
 * case get a grace.
 */
export class JobLimit {
  timedOut = false;
  private readonly stop = new AbortController();
  private readonly grace = new AbortController();
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly onAbort = () => this.cancel();
  private readonly onAbandon = () => {
    this.cancel();
    this.grace.abort();
  };

  constructor(
    private readonly options: Pick<RunOptions, 'signal' | 'abandon'>,
    private readonly job: Pick<
      ExpandedJob,
      'timeoutInMinutes' | 'cancelTimeoutInMinutes'
    >,
  ) {
    const { signal, abandon } = options;
    if (job.timeoutInMinutes > 0) {
      this.timers.push(
        setTimeout(() => {
          this.timedOut = true;
          this.cancel();
        }, job.timeoutInMinutes * 60_000),
      );
    }
    if (signal.aborted) this.cancel();
    else signal.addEventListener('abort', this.onAbort, { once: true });
    if (abandon?.aborted) this.onAbandon();
    else abandon?.addEventListener('abort', this.onAbandon, { once: true });
  }

  get canceled(): boolean {
    return this.stop.signal.aborted;
  }

  /** True when not even a step for the case of a cancel may begin. */
  get over(): boolean {
    return this.grace.signal.aborted;
  }

  /** For the next step: one that begins after the cancel has the grace, others stop at once. */
  signal(): AbortSignal {
    return this.canceled ? this.grace.signal : this.stop.signal;
  }

  /** Lets go of timers and signals. */
  done(): void {
    this.timers.forEach(clearTimeout);
    this.options.signal.removeEventListener('abort', this.onAbort);
    this.options.abandon?.removeEventListener('abort', this.onAbandon);
  }

  private cancel(): void {
    if (this.canceled) return;
    this.stop.abort();
    this.timers.push(
      setTimeout(
        () => this.grace.abort(),
        this.job.cancelTimeoutInMinutes * 60_000,
      ),
    );
  }
}
