import type { Context } from '../context';
import type { Live } from './live';

/** What a subscription is given beside what every procedure is. */
export interface Following extends Context {
  live: Live;
  /** Asks again whether the caller may. */
  mayStill(): Promise<boolean>;
}

/** What was found at a look. */
export interface Look<T> {
  /** What to pass on, if anything. */
  news?: T;
  /** `more`: look again at once. `over`: there will never be more. Left out: wait until there may be. */
  next?: 'more' | 'over';
}

/**
 * Looks, passes on what was found, and waits until there may be more. Ends as if the connection had broken when this
 * server ends or the caller may no longer follow: the caller's client then connects again, with the token it has by then
 * and from where it was, and is told if it may not.
 *
 * @throws TOO_MANY_REQUESTS for a caller with too many subscriptions already.
 */
export async function* follow<T>(
  { live, actor, mayStill }: Following,
  topic: 'events' | { run: string },
  signal: AbortSignal | undefined,
  look: () => Promise<Look<T>>,
): AsyncGenerator<T, void> {
  const watch = live.watch(topic, actor.ref);
  signal?.addEventListener('abort', watch.ring);
  let checkAt = Date.now() + live.everyMs;
  try {
    while (!signal?.aborted) {
      const { news, next } = await look();
      if (news !== undefined) yield news;
      if (next === 'over') return;
      if (next !== 'more') await watch.rung();
      const due = Date.now() >= checkAt;
      if (due) checkAt = Date.now() + live.everyMs;
      if (live.ended || (due && !(await mayStill()))) {
        throw new DOMException('Connect again', 'AbortError');
      }
    }
  } finally {
    signal?.removeEventListener('abort', watch.ring);
    watch.end();
  }
}
