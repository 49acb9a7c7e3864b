import { query } from '../database/database';
import { callerOf, specOf } from '../fixtures';
import { TestDatabase, createTestDatabase } from '../testing';

// Real databases, on machines that may be busy.
jest.setTimeout(60_000);

let test: TestDatabase;
let caller: ReturnType<typeof callerOf>;

const imageOf = (version: string) => `ghcr.io/moorline/trpc-api:${version}`;

beforeEach(async () => {
  test = await createTestDatabase();
  caller = callerOf(test.db);
  for (const name of ['orders-dev', 'orders-prod']) {
    await caller.environments.create({ key: name, spec: specOf(name) });
  }
});
afterEach(() => test.drop());

const release = (version: string, environment = 'orders-dev') =>
  caller.releases.create({
    key: `${environment}-${version}`,
    environment,
    service: 'api',
    image: imageOf(version),
  });

async function done(version: string, state: 'succeeded' | 'failed') {
  const { id } = await release(version);
  return caller.releases.finish({ id, state });
}

describe('releases', () => {
  it('are made once for a key, and are what the environment should be', async () => {
    const made = await Promise.all([release('0.2.0'), release('0.2.0')]);
    expect(made[0]).toEqual(made[1]);
    expect(made[0]).toMatchObject({
      number: 1,
      kind: 'release',
      state: 'requested',
      createdBy: 'user:default/ada',
    });
    const environment = await caller.environments.get({ name: 'orders-dev' });
    expect(environment.spec.services[0].image).toBe(imageOf('0.2.0'));
    expect(environment.version).toBe(2);
    const failed = { id: made[0].id, state: 'failed', failure: 'no' } as const;
    const ended = await caller.releases.finish(failed);
    expect(ended).toMatchObject({ state: 'failed', failure: 'no' });
    expect(await caller.releases.finish(failed)).toEqual(ended);
    await expect(
      caller.releases.finish({ id: made[0].id, state: 'succeeded' }),
    ).rejects.toMatchObject({ code: 'CONFLICT' });
    const { items: history } = await caller.environments.history({
      name: 'orders-dev',
    });
    expect(history.map(({ message }) => message).slice(0, 2)).toEqual([
      'Release #1 of api failed: no',
      `Release #1 of api: ${imageOf('0.2.0')}`,
    ]);
  });

  it('are promoted once they have succeeded', async () => {
    const { id } = await release('0.2.0');
    const promote = () =>
      caller.releases.promote({ key: 'p', id, to: 'orders-prod' });
    await expect(promote()).rejects.toThrow(/is requested; promote one/);
    await caller.releases.finish({ id, state: 'succeeded' });
    expect(await promote()).toMatchObject({
      environment: 'orders-prod',
      kind: 'promotion',
      source: id,
      image: imageOf('0.2.0'),
    });
    expect(await promote()).toMatchObject({ number: 1 });
  });

  it('are taken back to what was good before', async () => {
    const back = (key: string) =>
      caller.releases.rollback({
        key,
        environment: 'orders-dev',
        service: 'api',
      });
    await expect(back('a')).rejects.toThrow(/no other version of api/);
    await done('0.1.1', 'succeeded');
    await done('0.1.2', 'failed');
    const bad = await done('0.1.3', 'succeeded');
    const first = await back('b');
    expect(first).toMatchObject({
      kind: 'rollback',
      image: imageOf('0.1.1'),
      takesBack: bad.id,
      number: 4,
    });
    await caller.releases.finish({ id: first.id, state: 'succeeded' });
    const { spec } = await caller.environments.get({ name: 'orders-dev' });
    expect(spec.services[0].image).toBe(imageOf('0.1.1'));
    // What was taken back is not good.
    await expect(back('c')).rejects.toThrow(/no other version/);
  });

  it('are refused where they cannot be', async () => {
    const wish = { key: 'x', environment: 'orders-dev', service: 'web' };
    const image = imageOf('0.2.0');
    await expect(caller.releases.create({ ...wish, image })).rejects.toThrow(
      /has no service "web"; choose one of api/,
    );
    await expect(
      caller.releases.create({ ...wish, image: 'latest' }),
    ).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    await release('0.2.0');
    await expect(
      caller.releases.create({
        key: 'orders-dev-0.2.0',
        environment: 'orders-prod',
        service: 'api',
        image,
      }),
    ).rejects.toThrow(/key: was already used for release #1/);
    await expect(
      caller.releases.create({
        key: 'orders-dev-0.2.0',
        environment: 'orders-dev',
        service: 'api',
        image: imageOf('0.3.0'),
      }),
    ).rejects.toThrow(/key: was already used to release/);
    await caller.environments.retire({ name: 'orders-prod', version: 1 });
    await expect(release('1', 'orders-prod')).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('come in pages', async () => {
    for (const version of ['1', '2', '3']) await release(version);
    await release('4', 'orders-prod');
    const list = async (request: object) => {
      const found: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await caller.releases.list({
          limit: 2,
          ...request,
          cursor,
        });
        found.push(...page.items.map(({ image }) => image.split(':')[1]));
        cursor = page.next;
      } while (cursor);
      return found;
    };
    expect(await list({})).toEqual(['4', '3', '2', '1']);
    expect(await list({ environment: 'orders-dev' })).toEqual(['3', '2', '1']);
    expect(await list({ service: 'web' })).toEqual([]);
    expect(await list({ environment: 'none' })).toEqual([]);
  });
});

it('counts how well a team delivers', async () => {
  expect(await caller.releases.figures()).toMatchObject({
    deployments: 0,
    leadTime: undefined,
    failureRate: undefined,
    timeToRestore: undefined,
  });
  await done('1', 'succeeded');
  await done('2', 'failed');
  await done('3', 'failed');
  await done('4', 'succeeded');
  await done('5', 'succeeded');
  const back = await caller.releases.rollback({
    key: 'back',
    environment: 'orders-dev',
    service: 'api',
  });
  await caller.releases.finish({ id: back.id, state: 'succeeded' });
  // An hour between two endings; each was committed a day before its end.
  await query(
    test.db,
    `UPDATE releases SET finished_at = $1::timestamptz + number * interval '1 hour',
       commit_sha = 'abcdef0', committed_at = $1::timestamptz + (number - 24) * interval '1 hour'`,
    ['2026-01-02T00:00:00Z'],
  );
  const figures = await caller.releases.figures({
    from: '2026-01-01T00:00:00Z',
    to: '2026-01-03T00:00:00Z',
    tier: 'dev',
    environment: 'orders-dev',
    service: 'api',
  });
  expect(figures).toEqual({
    from: '2026-01-01T00:00:00.000Z',
    to: '2026-01-03T00:00:00.000Z',
    deployments: 3,
    deploymentsPerDay: 1.5,
    leadTime: 24 * 3600,
    // The second and third failed, the fifth was taken back.
    failureRate: 3 / 5,
    // Two hours, one and one.
    timeToRestore: 3600,
  });
  await expect(
    caller.releases.figures({
      from: '2026-01-03T00:00:00Z',
      to: '2026-01-01T00:00:00Z',
    }),
  ).rejects.toThrow(/from: choose/);
});
