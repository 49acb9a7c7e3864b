/** A five-field cron expression, in UTC. */
const MACROS: Record<string, string> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

const NAMES = [
  'sun mon tue wed thu fri sat',
  'x jan feb mar apr may jun jul aug sep oct nov dec',
].map(list => list.split(' '));

function number(text: string): number {
  for (const names of NAMES) {
    const index = names.indexOf(text.toLowerCase().slice(0, 3));
    if (index >= 0 && /[a-z]/i.test(text)) return index;
  }
  return Number(text);
}

function matches(field: string, value: number, first: number, last: number) {
  return field.split(',').some(part => {
    const [range, step = '1'] = part.split('/');
    let low = first;
    let high = last;
    if (range !== '*' && range !== '?') {
      const [from, to] = range.split('-').map(number);
      low = from;
      high = to ?? (part.includes('/') ? last : from);
    }
    return value >= low && value <= high && (value - low) % Number(step) === 0;
  });
}

/** Whether a schedule falls due in the minute of a time. */
export function isDue(schedule: string, at: Date): boolean {
  const fields = (MACROS[schedule.trim()] ?? schedule).trim().split(/\s+/);
  if (fields.length !== 5) return false;
  const [minute, hour, day, month, weekday] = fields;
  if (!matches(minute, at.getUTCMinutes(), 0, 59)) return false;
  if (!matches(hour, at.getUTCHours(), 0, 23)) return false;
  if (!matches(month, at.getUTCMonth() + 1, 1, 12)) return false;
  const onDay = matches(day, at.getUTCDate(), 1, 31);
  const onWeekday =
    matches(weekday, at.getUTCDay(), 0, 7) ||
    (at.getUTCDay() === 0 && matches(weekday, 7, 0, 7));
  // When both are restricted either may hold, as in every cron.
  const free = (field: string) => field === '*' || field === '?';
  if (free(day) || free(weekday)) return onDay && onWeekday;
  return onDay || onWeekday;
}
