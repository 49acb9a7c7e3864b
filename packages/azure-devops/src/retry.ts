import { setTimeout } from 'node:timers/promises';
import { AzureDevOpsError } from './errors';
import type { RetryOptions } from './options';

/**
 * The pause before another try, in milliseconds: what the server asked for, else a doubling delay of which the last
 * half is random, so that clients that failed together do not return together.
 */
export function pauseAfter(
  error: AzureDevOpsError,
  attempt: number,
  options: RetryOptions,
): number {
  if (error.retryAfterMs !== undefined) {
    return error.retryAfterMs;
  }
  const full = Math.min(
    options.maxDelayMs,
    options.baseDelayMs * 2 ** (attempt - 1),
  );
  return Math.round(full / 2 + (Math.random() * full) / 2);
}

/** Reads `Retry-After`: seconds or an HTTP date; milliseconds from now, undefined when absent or unreadable. */
export function parseRetryAfter(
  header: string | undefined,
  now: number = Date.now(),
): number | undefined {
  if (!header?.trim()) {
    return undefined;
  }
  const seconds = Number(header);
  if (Number.isFinite(seconds)) {
    return Math.max(0, seconds * 1000);
  }
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** Waits; rejects with the signal's reason as soon as it is aborted. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  if (ms <= 0) {
    return;
  }
  try {
    await setTimeout(ms, undefined, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/** Settles as the promise does, or rejects with the signal's reason when that comes first. */
export async function abortable<T>(
  promise: Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  if (!signal) {
    return promise;
  }
  let onAbort: () => void = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    if (signal.aborted) {
      onAbort();
    } else {
      signal.addEventListener('abort', onAbort, { once: true });
    }
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
