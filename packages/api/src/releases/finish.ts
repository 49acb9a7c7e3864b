import type { Context } from '../context';
import { storableText, transaction } from '../database/database';
import { lockEnvironment } from '../environments/change';
import { conflict } from '../errors';
import { addEvents } from '../events';
import { getRelease, toReleaseRecord } from './queries';
import type { ReleaseRecord } from './records';

/**
 * Writes down how a release went; told again it changes nothing.
 *
 * @throws NOT_FOUND; CONFLICT when it is known to have gone otherwise.
 */
export async function finishRelease(
  { db, actor }: Pick<Context, 'db' | 'actor'>,
  request: { id: string; state: 'succeeded' | 'failed'; failure?: string },
): Promise<ReleaseRecord> {
  const { id, state, failure } = request;
  return transaction(db, async connection => {
    await lockEnvironment(
      connection,
      'e.id = (SELECT environment_id FROM releases WHERE id = $1)',
      id,
    );
    const before = await getRelease(connection, id);
    if (before.state === state) return toReleaseRecord(before);
    if (before.state !== 'requested') {
      throw conflict(
        'state',
        `state: release #${before.number} of ${before.service} has ${before.state} already; make a new one`,
      );
    }
    await connection.query(
      'UPDATE releases SET state = $2, failure = $3, finished_at = now() WHERE id = $1',
      [id, state, failure && storableText(failure)],
    );
    await addEvents(connection, [
      {
        environmentId: before.environment_id,
        kind: `release.${state}`,
        message: `Release #${before.number} of ${before.service} ${state}${
          failure ? `: ${failure}` : ''
        }`,
        actor: actor.ref,
      },
    ]);
    return toReleaseRecord(await getRelease(connection, id));
  });
}
