import { tooManyRequests } from '../errors';

interface Bucket {
  calls: number;
  at: number;
}

const MOST_CALLERS = 10_000;

/**
 * How often each caller may call. A caller may save up calls, as many as `burst`, and gets `perSecond` new ones each
 * second. Counted by this process alone: with several replicas a caller has as many times as much.
 */
export class RateLimit {
  readonly #buckets = new Map<string, Bucket>();

  constructor(
    private readonly limit: { perSecond: number; burst: number },
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Counts calls of a caller. @throws TOO_MANY_REQUESTS, saying when to try again. */
  take(caller: string, calls: number): void {
    const { perSecond, burst } = this.limit;
    const at = this.now();
    const bucket = this.#buckets.get(caller) ?? { calls: burst, at };
    const saved = Math.min(
      burst,
      bucket.calls + ((at - bucket.at) / 1000) * perSecond,
    );
    const wanted = Math.min(calls, burst);
    bucket.at = at;
    bucket.calls = saved >= wanted ? saved - wanted : saved;
    this.#keep(caller, bucket);
    if (saved < wanted) {
      const seconds = Math.max(1, Math.ceil((wanted - saved) / perSecond));
      throw tooManyRequests(
        `Too many calls: ${perSecond} a second are allowed. Try again in ${seconds} s.`,
        seconds,
      );
    }
  }

  /** The callers seen last are remembered; whoever is forgotten begins with a full bucket. */
  #keep(caller: string, bucket: Bucket): void {
    this.#buckets.delete(caller);
    this.#buckets.set(caller, bucket);
    if (this.#buckets.size > MOST_CALLERS) {
      for (const oldest of this.#buckets.keys()) {
        this.#buckets.delete(oldest);
        break;
      }
    }
  }
}
