import { z } from 'zod';

// Printable text only: PostgreSQL refuses NUL, and nothing that a person types has control characters.
const PRINTABLE = /^[^\p{Cc}\p{Cs}]*$/u;

/** The key that names a request. */
export const keySchema = z
  .string({
    error: 'key: give a text that names this request, for example a UUID',
  })
  .min(1, {
    error: 'key: give a text that names this request, for example a UUID',
  })
  .max(200, { error: 'key: use at most 200 characters' })
  .regex(PRINTABLE, { error: 'key: use printable characters only' });

/** What a form holds while someone types; anything printable. */
export const draftSchema = (field: string) =>
  z
    .string({ error: `${field}: must be text` })
    .max(200, { error: `${field}: use at most 200 characters` })
    .regex(PRINTABLE, { error: `${field}: use printable characters only` });

/** The name of an environment to look up: anything printable, since what is not a name is simply not found. */
export const lookupSchema = (field: string) =>
  draftSchema(field).min(1, {
    error: `${field}: name an environment, for example orders-dev`,
  });

/** Why something stopped, for a person; may have several lines. */
export const reasonSchema = z
  .string({ error: 'reason: say where it stopped and why' })
  .min(1, { error: 'reason: say where it stopped and why' })
  .max(2000, { error: 'reason: use at most 2000 characters' });

/** Our id of a run. */
export const runIdSchema = z.uuid({
  error: 'id: give the id of a run, as runs.list has it',
});

/** A count or number that fits PostgreSQL's integer. */
export const numberSchema = (field: string, least: number) =>
  z
    .int({ error: `${field}: give a whole number` })
    .min(least, { error: `${field}: use at least ${least}` })
    .max(2_147_483_647, { error: `${field}: use at most 2147483647` });

const EARLIEST = Date.parse('2000-01-01T00:00:00Z');
const LATEST = Date.parse('3000-01-01T00:00:00Z');

/** A time, in ISO 8601 with its zone; within what people mean and PostgreSQL can hold. */
export const timeSchema = (field: string) => {
  const error = `${field}: give a time, for example 2027-01-31T00:00:00Z`;
  return z.iso
    .datetime({ offset: true, error })
    .transform(text => new Date(text))
    .refine(time => time.getTime() >= EARLIEST && time.getTime() < LATEST, {
      error: `${field}: give a time between the years 2000 and 3000`,
    });
};

/** The version that a caller has seen and changes. */
export const versionSchema = numberSchema('version', 1);

/** How much of a list. */
export const limitSchema = numberSchema('limit', 1)
  .max(200, { error: 'limit: use at most 200' })
  .default(50);

const CURSOR = { error: 'cursor: give the `next` of the page before' };

/** How much of a list, and from where. */
export const pageFields = {
  limit: limitSchema,
  cursor: z.uuid(CURSOR).optional(),
};

/** In which order a list comes that grows with time. */
export const orderSchema = z
  .enum(['newest', 'oldest'], {
    error: 'order: choose one of newest, oldest',
  })
  .default('newest');

/** The id of an event, as text. */
const eventIdSchema = (error: { error: string }) =>
  z
    .string(error)
    .regex(/^\d{1,15}$/, error)
    .transform(Number);

/** Where a list of events goes on. */
export const eventCursorSchema = eventIdSchema(CURSOR).optional();

/** A page in Azure DevOps. Only these protocols: the address becomes a link. */
export const pageSchema = (field: string) =>
  z
    .url({
      protocol: /^https?$/,
      error: `${field}: give an address that begins with https://`,
    })
    .max(2000, { error: `${field}: use at most 2000 characters` });

/** The id of the last message of a subscription that arrived; tRPC's client sends it as text. */
export const lastEventIdSchema = eventIdSchema({
  error: 'lastEventId: give the id of the last message',
}).optional();
