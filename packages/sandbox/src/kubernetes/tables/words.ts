/** A duration as kubectl prints it: `45s`, `3m12s`, `5h`, `12d`. @param seconds - whole seconds */
export function humanDuration(seconds: number): string {
  if (seconds < 0) return '0s';
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(seconds / 3600);
  const days = Math.floor(hours / 24);
  const both = (big: number, unit: string, small: number, smallUnit: string) =>
    small ? `${big}${unit}${small}${smallUnit}` : `${big}${unit}`;
  if (seconds < 120) return `${seconds}s`;
  if (minutes < 10) return both(minutes, 'm', seconds % 60, 's');
  if (hours < 3) return `${minutes}m`;
  if (hours < 8) return both(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  if (days < 8) return both(days, 'd', hours % 24, 'h');
  if (days < 365 * 2) return `${days}d`;
  const years = Math.floor(days / 365);
  return days < 365 * 8 ? both(years, 'y', days % 365, 'd') : `${years}y`;
}

/** How long ago a time was, in kubectl's words. */
export function ageOf(time: string | undefined | null): string {
  if (!time) return '<unknown>';
  return humanDuration(Math.floor((Date.now() - Date.parse(time)) / 1000));
}

export const orNone = (text: string | undefined | null) => text || '<none>';
