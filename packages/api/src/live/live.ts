import { setTimeout as sleep } from 'node:timers/promises';
import type { Database, Queryable } from '../database/database';
import { tooManyRequests } from '../errors';
import { pauseAfter } from '../retryLink';
import { Tail, TailPart } from './tail';
import { Watch } from './watch';

/** How changes are passed on. Times are in milliseconds. */
export interface LiveOptions {
  db: Database;
  /** Told what keeps changes from being heard; they come once it is over. */
  onProblem?(error: unknown): void;
  /** Subscriptions that a caller may have at once; 20. */
  perCaller?: number;
  /** How often everything is looked at without having been told, and callers are checked again; 15 s. */
  everyMs?: number;
}

const EVENTS = 'moorline_events';
const RUNS = 'moorline_runs';
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
const PATIENCE_MS = 10_000;

/**
 * What changes in the database, for all who follow it in this process: one connection that listens, however many they
 * are. It begins with the first of them. A notification only says that there is something to read, so that one that is
 * lost, as while the connection breaks, delays a change and never hides it.
 */
export class Live {
  readonly #options: Required<LiveOptions>;
  readonly #tail = new Tail();
  readonly #news = new Watch();
  readonly #watches = new Map<string, Set<Watch>>();
  readonly #callers = new Map<string, number>();
  readonly #ending = new AbortController();
  #listening: Promise<void> | undefined;
  #failures = 0;

  constructor(options: LiveOptions) {
    this.#options = {
      onProblem: () => {},
      perCaller: 20,
      everyMs: 15_000,
      ...options,
    };
  }

  /** Whether it has ended, and whoever follows should go on elsewhere. */
  get ended(): boolean {
    return this.#ending.signal.aborted;
  }

  get everyMs(): number {
    return this.#options.everyMs;
  }

  /** How many follow. */
  get followers(): number {
    return [...this.#callers.values()].reduce((sum, count) => sum + count, 0);
  }

  /** The place in the table of events where it ends now; undefined until it was read. */
  get place(): number | undefined {
    return this.#tail.place;
  }

  /** The events after a place. */
  eventsAfter(place: number): Promise<TailPart> {
    return this.#tail.after(this.#options.db, place);
  }

  /**
   * Follows a topic: all events, or a run by its id.
   *
   * @throws TOO_MANY_REQUESTS for a caller with too many subscriptions already.
   */
  watch(topic: 'events' | { run: string }, caller: string) {
    const { perCaller } = this.#options;
    const count = this.#callers.get(caller) ?? 0;
    if (count >= perCaller) {
      throw tooManyRequests(
        `You have ${perCaller} subscriptions already, and may have no more at once. End one of them, then try again.`,
        1,
      );
    }
    this.#listening ??= this.#listen();
    this.#callers.set(caller, count + 1);
    const name = topic === 'events' ? EVENTS : topic.run;
    const watch = new Watch();
    const others = this.#watches.get(name) ?? new Set();
    this.#watches.set(name, others.add(watch));
    return {
      ring: () => watch.ring(),
      rung: () => watch.rung(),
      end: () => {
        others.delete(watch);
        if (others.size === 0) this.#watches.delete(name);
        const left = (this.#callers.get(caller) ?? 1) - 1;
        if (left > 0) this.#callers.set(caller, left);
        else this.#callers.delete(caller);
      },
    };
  }

  /** Ends all that follow, so that they connect again elsewhere. */
  async close(): Promise<void> {
    this.#ending.abort();
    this.#ringAll();
    await this.#listening;
  }

  async #listen(): Promise<void> {
    const { everyMs, onProblem } = this.#options;
    const { signal } = this.#ending;
    const timer = setInterval(() => this.#ringAll(), everyMs);
    while (!this.ended) {
      try {
        await this.#hear();
      } catch (error) {
        onProblem(error);
        this.#failures += 1;
        const pause = pauseAfter(
          this.#failures,
          FIRST_PAUSE_MS,
          LONGEST_PAUSE_MS,
        );
        await sleep(pause, undefined, { signal }).catch(() => {});
      }
    }
    clearInterval(timer);
  }

  #hear(): Promise<void> {
    return this.#options.db.listen({
      channels: [EVENTS, RUNS],
      heard: (channel, payload) =>
        channel === EVENTS ? this.#news.ring() : this.#ring(payload),
      work: async (connection, broken) => {
        this.#failures = 0;
        // What was notified before it listened.
        this.#ringAll();
        await this.#readOn(connection, broken);
      },
    });
  }

  async #readOn(connection: Queryable, broken: AbortSignal): Promise<void> {
    broken.addEventListener('abort', () => this.#news.ring());
    while (!this.ended) {
      broken.throwIfAborted();
      const grown = await inTime(this.#tail.read(connection));
      if (grown) this.#ring(EVENTS);
      await this.#news.rung();
    }
  }

  #ring(name: string): void {
    for (const watch of this.#watches.get(name) ?? []) watch.ring();
  }

  #ringAll(): void {
    this.#news.ring();
    for (const name of this.#watches.keys()) this.#ring(name);
  }
}

/** A connection whose other end is gone without a word answers never. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const late = sleep(PATIENCE_MS, undefined, { signal: timer.signal }).then(
    () => {
      throw new Error(
        'The database does not answer the connection that listens',
      );
    },
  );
  try {
    return await Promise.race([work, late]);
  } finally {
    timer.abort();
    late.catch(() => {});
  }
}
