import type { Tier } from '@moorline/environment-model';
import { TrackedEnvelope, tracked } from '@trpc/server';
import { environmentId } from '../environments/queries';
import { invalidField } from '../errors';
import { lastEvent } from '../events';
import type { ChangeRecord } from '../records';
import { Following, follow } from './follow';
import type { TailEntry } from './tail';

/** Which changes. */
export interface ChangesRequest {
  name?: string;
  owner?: string;
  tier?: Tier;
  /** The last that is known: what came after it comes first. */
  lastEventId?: number;
}

/**
 * What happens to environments, in the order of the events' ids, each once. A message has all that was new at a time; the
 * first comes at once, with what was missed or empty, so that from then on the caller's place is known.
 *
 * @throws NOT_FOUND for an unknown environment; BAD_REQUEST for a place that there never was.
 */
export async function* environmentChanges(
  ctx: Following,
  { name, owner, tier, lastEventId }: ChangesRequest,
  signal: AbortSignal | undefined,
): AsyncGenerator<TrackedEnvelope<ChangeRecord[]>, void> {
  const { db, live } = ctx;
  const id =
    name === undefined
      ? undefined
      : await db.use(connection => environmentId(connection, name));
  const matches = (entry: TailEntry) =>
    (id === undefined || entry.environmentId === id) &&
    (owner === undefined || entry.owner === owner.toLowerCase()) &&
    (tier === undefined || entry.tier === tier);
  if (lastEventId !== undefined) await checkPlace(db, lastEventId);

  let place = lastEventId;
  let greeted = false;
  yield* follow(ctx, 'events', signal, async () => {
    place ??= live.place;
    // Not before the end of the table is known, which the first look at it tells.
    if (place === undefined || live.place === undefined) return {};
    const { entries, upTo, more } = await live.eventsAfter(place);
    place = upTo;
    const changes = entries.filter(matches).map(({ change }) => change);
    const silent = changes.length === 0 && (greeted || more);
    greeted ||= !silent;
    return {
      news: silent ? undefined : tracked(String(upTo), changes),
      next: more ? 'more' : undefined,
    };
  });
}

async function checkPlace(
  db: Following['db'],
  lastEventId: number,
): Promise<void> {
  const end = await db.use(lastEvent);
  if (lastEventId > end) {
    throw invalidField(
      'lastEventId',
      `lastEventId: there is no event ${lastEventId} yet; leave it out, and load anew what you show`,
    );
  }
}
