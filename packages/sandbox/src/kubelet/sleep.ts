import { setTimeout as pause } from 'timers/promises';

/** Waits, at most until `signal` ends it. */
export function sleep(
  milliseconds: number,
  signal: AbortSignal,
): Promise<void> {
  return pause(milliseconds, undefined, { signal }).catch(() => {});
}
