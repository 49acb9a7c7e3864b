import { isFinished } from '@moorline/environment-model';
import { TrackedEnvelope, tracked } from '@trpc/server';
import type { RunRecord } from '../records';
import { getRunRevision } from '../runs/queries';
import { Following, follow } from './follow';

/**
 * A run as it is, then again after each change, to its end. A run is a state and not a list: who comes back gets it as it
 * is by then, or nothing when it is as they have seen it.
 *
 * @param request.lastEventId The revision that is known.
 * @throws NOT_FOUND
 */
export async function* runChanges(
  ctx: Following,
  { id, lastEventId = 0 }: { id: string; lastEventId?: number },
  signal: AbortSignal | undefined,
): AsyncGenerator<TrackedEnvelope<RunRecord>, void> {
  let seen = lastEventId;
  yield* follow(ctx, { run: id }, signal, async () => {
    const { run, revision } = await getRunRevision(ctx.db, id);
    const known = revision <= seen;
    seen = revision;
    return {
      news: known ? undefined : tracked(String(revision), run),
      next: isFinished(run.state) ? 'over' : undefined,
    };
  });
}
