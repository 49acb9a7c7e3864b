import { query, transaction } from '../database/database';
import { callerOf, specOf } from '../fixtures';
import { TestDatabase, createTestDatabase } from '../testing';
import { bossOn } from './boss';
import { queueMissingJobs } from './missing';
import { queueJob } from './queue';

// Real databases, on machines that may be busy.
jest.setTimeout(60_000);

const ID = '00000000-0000-4000-8000-000000000000';

let test: TestDatabase;
beforeEach(async () => {
  test = await createTestDatabase();
});
afterEach(() => test.drop());

const queued = () =>
  query(test.db, 'SELECT name, data, singleton_key FROM public_jobs.job');

describe('queueJob', () => {
  const queue = (key = 'key') =>
    transaction(test.db, connection =>
      queueJob(
        connection,
        'expire-environment',
        { environmentId: ID },
        { key },
      ),
    );

  it('queues one job for a key', async () => {
    await Promise.all([queue(), queue(), queue('other')]);
    await queue();
    expect(await queued()).toEqual(
      expect.arrayContaining([
        {
          name: 'expire-environment',
          data: { environmentId: ID },
          singleton_key: 'key',
        },
        expect.objectContaining({ singleton_key: 'other' }),
      ]),
    );
    expect(await queued()).toHaveLength(2);
  });

  it('queues nothing when what causes it is not committed', async () => {
    const failing = transaction(test.db, async connection => {
      await queueJob(
        connection,
        'expire-environment',
        { environmentId: ID },
        { key: 'key' },
      );
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await queued()).toEqual([]);
  });

  it('refuses what a job cannot do anything with', async () => {
    const wrong = transaction(test.db, connection =>
      queueJob(
        connection,
        'expire-environment',
        { environmentId: 'orders-dev' },
        { key: 'key' },
      ),
    );
    await expect(wrong).rejects.toThrow(/environmentId/);
  });
});

describe('jobs', () => {
  const caller = () => callerOf(test.db);

  /** An environment whose job to retire it failed too often. */
  async function park(name: string) {
    const environment = await caller().environments.create({
      key: name,
      spec: specOf(name),
    });
    await test.db.use(async connection => {
      await queueJob(
        connection,
        'expire-environment',
        { environmentId: environment.id },
        { key: name },
      );
      const boss = await bossOn(connection);
      await query(test.db, 'UPDATE public_jobs.job SET retry_limit = 0');
      const [job] = await boss.fetch('expire-environment');
      await boss.fail('expire-environment', job.id, new Error('No quota'));
    });
    const { items } = await caller().jobs.list({ environment: name });
    expect(items).toHaveLength(1);
    return items[0];
  }

  it('shows what waits, for whom, and what failed too often with its error', async () => {
    const parked = await park('orders-dev');
    expect(parked).toEqual({
      id: expect.any(String),
      kind: 'expire-environment',
      state: 'parked',
      environment: 'orders-dev',
      queuedAt: expect.stringMatching(/Z$/),
      attempts: 1,
      error: 'No quota',
    });
    expect(await caller().jobs.get({ id: parked.id })).toEqual(parked);

    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    await caller().environments.setExpiry({
      name: 'orders-dev',
      version: 1,
      expiresAt,
    });
    const scheduled = await caller().jobs.list({ state: 'scheduled' });
    expect(scheduled.items).toMatchObject([{ attempts: 0, runAt: expiresAt }]);
    const one = await caller().jobs.list({ limit: 1 });
    const two = await caller().jobs.list({ limit: 1, cursor: one.next });
    expect([...one.items, ...two.items]).toEqual([...scheduled.items, parked]);
    expect(two.next).toBeUndefined();
    expect(
      (await caller().jobs.list({ environment: 'nowhere' })).items,
    ).toEqual([]);
  });

  it('retries a parked one once, and tells who wanted it', async () => {
    const { id } = await park('orders-dev');
    const retries = await Promise.allSettled(
      Array.from({ length: 3 }, () => caller().jobs.retry({ id })),
    );
    expect(retries.filter(({ status }) => status === 'fulfilled')).toHaveLength(
      1,
    );
    const { items } = await caller().jobs.list();
    expect(items).toMatchObject([{ state: 'waiting', attempts: 0 }]);
    await expect(
      caller().jobs.discard({ id: items[0].id }),
    ).rejects.toMatchObject({ code: 'CONFLICT' });
    const {
      items: [event],
    } = await caller().environments.history({ name: 'orders-dev' });
    expect(event).toMatchObject({
      kind: 'job.retried',
      actor: 'user:default/ada',
    });
  });

  it('discards a parked one, for good', async () => {
    const { id } = await park('orders-dev');
    await query(test.db, 'UPDATE environments SET expires_at = now()');
    await queueMissingJobs(test.db);
    expect((await caller().jobs.list()).items).toMatchObject([{ id }]);
    await caller().jobs.discard({ id });
    await queueMissingJobs(test.db);
    expect((await caller().jobs.list()).items).toEqual([]);
    await expect(caller().jobs.get({ id })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});
