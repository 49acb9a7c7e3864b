/** How often a page asks again, in milliseconds. A hidden page does not ask at all. */
export const POLL = {
  /** While something runs. */
  busy: 1_500,
  /** While nothing runs. */
  idle: 10_000,
  /** A log that is being written. */
  log: 1_000,
} as const;
