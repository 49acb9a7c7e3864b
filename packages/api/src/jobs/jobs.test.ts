import { query, transaction } from '../database/database';
import { TestDatabase, createTestDatabase } from '../testing';
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
