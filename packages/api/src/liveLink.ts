import { TRPCLink, httpSubscriptionLink } from '@trpc/client';
import { EventSource, FetchLike } from 'eventsource';
import { pauseAfter, retryAfterMs } from './retryLink';
import type { AppRouter } from './router';

/** What may be over in a while, beside that no answer comes. */
const PASSING = [429, 502, 503, 504];
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Subscriptions, over server-sent events. A connection that ends is opened again with the id of the last message, so that
 * what came meanwhile follows; while that fails, less and less often.
 *
 * @param send Sends a request, signed in.
 */
export function liveLink(url: string, send: typeof fetch): TRPCLink<AppRouter> {
  return httpSubscriptionLink({
    url,
    EventSource,
    eventSourceOptions: () => ({ fetch: patient(send) }),
  });
}

/** Each pause comes on top of the 3 s that EventSource waits between connections. */
function patient(send: typeof fetch): FetchLike {
  let failed = 0;
  let wishMs = 0;
  return async (url, init) => {
    if (failed > 0) {
      const pause = pauseAfter(failed, FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
      await sleep(Math.max(pause, wishMs), init.signal);
    }
    // Until it is known to be otherwise.
    failed += 1;
    wishMs = 0;
    const answer = await send(url, init as RequestInit);
    if (PASSING.includes(answer.status)) {
      wishMs = retryAfterMs(answer) ?? 0;
      throw new Error(`The server answered ${answer.status}`);
    }
    failed = 0;
    return answer;
  };
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, ms);
    const end = () => {
      clearTimeout(timer);
      resolve();
    };
    signal.addEventListener('abort', end, { once: true });
  });
}
