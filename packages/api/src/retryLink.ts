import { TRPCClientError, TRPCLink } from '@trpc/client';
import { observable } from '@trpc/server/observable';
import type { AppRouter } from './router';

/** How a client tries again. Times are in milliseconds. */
export interface RetryOptions {
  /** Tries in all; 5. */
  tries?: number;
  /** The first pause, which then doubles; 250. */
  firstPauseMs?: number;
  /** The longest pause of its own choice; a server may ask for one up to a minute. */
  maxPauseMs?: number;
}

const LONGEST_WISH_MS = 60_000;
const AGAIN = [429, 503];

/**
 * Tries again what was refused because it was too much or too early (429 and 503): nothing has been done then, so that
 * mutations may be repeated, too. Waits as long as the server says in Retry-After, or longer with each try, never all
 * clients at the same moment. A query is also repeated when no answer came.
 */
export function retryLink(options: RetryOptions = {}): TRPCLink<AppRouter> {
  const { tries = 5, firstPauseMs = 250, maxPauseMs = 8_000 } = options;
  return () =>
    ({ op, next }) =>
      observable(observer => {
        let timer: ReturnType<typeof setTimeout> | undefined;
        let attempt: { unsubscribe(): void } | undefined;
        const run = (tried: number) => {
          attempt = next(op).subscribe({
            next: value => observer.next(value),
            complete: () => observer.complete(),
            error(error) {
              const pause =
                retryAfterMs(responseOf(error)) ??
                pauseAfter(tried, firstPauseMs, maxPauseMs);
              const again =
                tried < tries &&
                !op.signal?.aborted &&
                pause <= LONGEST_WISH_MS &&
                mayRepeat(error, op.type);
              if (!again) {
                observer.error(error);
                return;
              }
              timer = setTimeout(() => run(tried + 1), pause);
            },
          });
        };
        const onAbort = () => {
          // Between two tries nobody else would tell.
          if (timer === undefined) return;
          clearTimeout(timer);
          observer.error(
            TRPCClientError.from(new Error('The call was aborted')),
          );
        };
        op.signal?.addEventListener('abort', onAbort);
        run(1);
        return () => {
          op.signal?.removeEventListener('abort', onAbort);
          clearTimeout(timer);
          attempt?.unsubscribe();
        };
      });
}

function mayRepeat(error: TRPCClientError<AppRouter>, type: string): boolean {
  const status = error.data?.httpStatus ?? responseOf(error)?.status;
  if (status !== undefined) return AGAIN.includes(status);
  // No answer came: a mutation may have been done.
  return type === 'query' && responseOf(error) === undefined;
}

function responseOf(error: TRPCClientError<AppRouter>): Response | undefined {
  return error.meta?.response as Response | undefined;
}

/** How long to wait after so many failures in turn: twice as long after each, and never all clients as long. */
export function pauseAfter(
  failures: number,
  firstMs: number,
  longestMs: number,
): number {
  const most = Math.min(longestMs, firstMs * 2 ** (failures - 1));
  return most * (0.5 + Math.random() / 2);
}

/** How long the server asks to wait, when it does. */
export function retryAfterMs(
  response: Response | undefined,
): number | undefined {
  const text = response?.headers?.get('retry-after');
  if (!text) return undefined;
  const seconds = Number(text);
  const ms = Number.isNaN(seconds)
    ? Date.parse(text) - Date.now()
    : seconds * 1000;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
