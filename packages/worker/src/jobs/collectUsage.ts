import { recordUsage } from '@moorline/api';
import type { Job } from './job';

/** Bills come late and are put right later. */
const DAYS = 7;
const DAY_MS = 86_400_000;

/** Records what environments used and cost in the last days. */
export const collectUsage: Job<'collect-usage'> = {
  async run(_, { db, costs }) {
    const days = lastDays(Date.now());
    // First what needs nobody: it is there whatever Azure says.
    await recordUsage(db, days);
    if (!costs) return;
    const billed = await costs.read(days[0], days[days.length - 1]);
    await recordUsage(db, days, billed);
  },
};

/** The days before a time, in UTC, the oldest first. */
function lastDays(now: number): string[] {
  return Array.from({ length: DAYS }, (_, index) =>
    new Date(now - (DAYS - index) * DAY_MS).toISOString().slice(0, 10),
  );
}
