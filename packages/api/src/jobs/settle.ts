import type { Context } from '../context';
import { Queryable, transaction } from '../database/database';
import { conflict } from '../errors';
import { addEvents } from '../events';
import { PARKED, bossOn } from './boss';
import { getJob } from './queries';
import type { BackgroundJobRecord } from './records';

/**
 * Has a parked job done again, from its first try.
 *
 * @throws NOT_FOUND; CONFLICT for a job that is not parked.
 */
export async function retryJob(
  ctx: Pick<Context, 'db' | 'actor'>,
  id: string,
): Promise<void> {
  await settle(ctx, id, 'job.retried', async connection => {
    const boss = await bossOn(connection);
    return (await boss.redrive(PARKED, { ids: [id] })) > 0;
  });
}

/**
 * Throws a parked job away: what it was to do is not done.
 *
 * @throws NOT_FOUND; CONFLICT for a job that is not parked.
 */
export async function discardJob(
  ctx: Pick<Context, 'db' | 'actor'>,
  id: string,
): Promise<void> {
  await settle(ctx, id, 'job.discarded', async connection => {
    const boss = await bossOn(connection);
    const { affected } = (await boss.deleteJob(PARKED, id)) as {
      affected: number;
    };
    return affected > 0;
  });
}

async function settle(
  { db, actor }: Pick<Context, 'db' | 'actor'>,
  id: string,
  kind: 'job.retried' | 'job.discarded',
  work: (connection: Queryable) => Promise<boolean>,
): Promise<void> {
  const job = await getJob(db, id);
  await transaction(db, async connection => {
    if (job.state !== 'parked' || !(await work(connection))) throw notParked();
    await addEvents(
      connection,
      await eventOf(connection, job, kind, actor.ref),
    );
  });
}

function notParked() {
  return conflict(
    'id',
    'id: this job is not parked, so that it is not for you to decide; look at the list of jobs again',
  );
}

async function eventOf(
  connection: Queryable,
  job: BackgroundJobRecord,
  kind: 'job.retried' | 'job.discarded',
  actor: string,
) {
  const { rows } = await connection.query<{ id: string }>(
    'SELECT id FROM environments WHERE name = $1',
    [job.environment],
  );
  const done = kind === 'job.retried' ? 'is tried again' : 'was discarded';
  return rows.map(environment => ({
    environmentId: environment.id,
    kind,
    message: `Job ${job.kind} ${done}`,
    actor,
  }));
}
