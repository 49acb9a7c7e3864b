import { z } from 'zod';
import { lookupSchema } from '../inputs';

const DAY_MS = 86_400_000;
/** How many days are shown unless it is said otherwise, and how many may be. */
const USUAL_DAYS = 30;
const MOST_DAYS = 366;

const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10);

const daySchema = (field: string) =>
  z.iso.date({ error: `${field}: give a day, such as 2026-11-21` }).optional();

/** Of which environment and which days; the last thirty when it is not said. */
export const usageSchema = z
  .object(
    {
      name: lookupSchema('name'),
      from: daySchema('from'),
      to: daySchema('to'),
    },
    { error: 'name: name an environment, for example orders-dev' },
  )
  .transform(({ name, from, to = dayOf(Date.now()) }) => ({
    name,
    from: from ?? dayOf(Date.parse(to) - USUAL_DAYS * DAY_MS),
    to,
  }))
  .refine(
    ({ from, to }) => Date.parse(to) - Date.parse(from) <= MOST_DAYS * DAY_MS,
    { path: ['from'], error: `from: ask for at most ${MOST_DAYS} days` },
  );
