const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * A moment as people say it: "just now", "6 min ago", "in 12 days".
 *
 * @param at - the moment, in milliseconds since 1970
 * @param now - the present, likewise
 */
export function relativeTime(at: number, now: number): string {
  const distance = Math.abs(now - at);
  const say = (text: string) => (at <= now ? `${text} ago` : `in ${text}`);
  if (distance < 10 * SECOND) return at <= now ? 'just now' : 'now';
  if (distance < MINUTE) return say(`${Math.floor(distance / SECOND)} s`);
  if (distance < HOUR) return say(`${Math.floor(distance / MINUTE)} min`);
  if (distance < DAY) return say(`${Math.floor(distance / HOUR)} h`);
  const days = Math.floor(distance / DAY);
  if (days === 1) return at <= now ? 'yesterday' : 'tomorrow';
  if (days < 60) return say(`${days} days`);
  return say(`${Math.floor(days / 30)} months`);
}

/**
 * A length of time, to the second while it is short: "12s", "4m 05s", "1h 02m".
 *
 * @param milliseconds - negative counts as nothing, since two clocks may disagree
 */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / SECOND));
  if (seconds < 60) return `${seconds}s`;
  const two = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m ${two(seconds % 60)}s`;
  return `${Math.floor(minutes / 60)}h ${two(minutes % 60)}m`;
}
