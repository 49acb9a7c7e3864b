import { parseCidr, cidrsOverlap, Cidr } from '@moorline/environment-model';
import { createDatabase, query } from '../database/database';
import { OWNER, callerOf, specOf } from '../fixtures';
import { TestDatabase, createTestDatabase } from '../testing';

// Real databases, on machines that may be busy.
jest.setTimeout(60_000);

let test: TestDatabase;
beforeEach(async () => {
  test = await createTestDatabase();
});
afterEach(() => test.drop());

describe('environments.create', () => {
  it('reserves the name and the first free range', async () => {
    const onChange = jest.fn();
    const caller = callerOf(test.db, { onChange });
    const spec = specOf('orders-dev');
    const record = await caller.environments.create({ key: 'task-1', spec });
    expect(record).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      name: 'orders-dev',
      state: 'requested',
      stateReason: undefined,
      spec: { ...spec, addressRange: '10.1.0.0/20' },
      version: 1,
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      updatedAt: record.createdAt,
      createdBy: 'user:default/ada',
      lastRun: undefined,
    });
    expect(await caller.environments.get({ name: 'orders-dev' })).toEqual(
      record,
    );
    const { items } = await caller.environments.history({ name: 'orders-dev' });
    expect(items).toEqual([
      expect.objectContaining({
        kind: 'environment.requested',
        actor: 'user:default/ada',
        message: 'Environment orders-dev requested with 10.1.0.0/20',
      }),
    ]);
    expect(onChange.mock.calls).toEqual([['orders-dev']]);
  });

  it('answers a repeated request with the same record, owner or not', async () => {
    const caller = callerOf(test.db);
    const request = { key: 'task-1', spec: specOf('orders-dev') };
    const record = await caller.environments.create(request);
    const later = callerOf(test.db, {
      directory: { ownerExists: async () => false },
    });
    expect(await later.environments.create(request)).toEqual(record);
    // A client that sends back what it was given means the same environment.
    expect(
      await caller.environments.create({ key: 'task-1', spec: record.spec }),
    ).toEqual(record);
    const { items } = await caller.environments.history({ name: 'orders-dev' });
    expect(items).toHaveLength(1);
  });

  it('refuses a key that came with another specification', async () => {
    const caller = callerOf(test.db);
    await caller.environments.create({ key: 'k', spec: specOf('orders-dev') });
    await expect(
      caller.environments.create({
        key: 'k',
        spec: specOf('orders-dev', { size: 'large' }),
      }),
    ).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringMatching(/^key: .*"orders-dev".*a new key$/),
    });
  });

  it('refuses a name that is taken, and says who has it', async () => {
    const caller = callerOf(test.db);
    await caller.environments.create({ key: 'a', spec: specOf('orders-dev') });
    await expect(
      caller.environments.create({ key: 'b', spec: specOf('orders-dev') }),
    ).rejects.toMatchObject({
      code: 'CONFLICT',
      message: `name: "orders-dev" is taken by an environment of ${OWNER}; choose another name`,
    });
    await expect(
      caller.environments.create({ key: 'c', spec: specOf('ordersdev') }),
    ).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringMatching(/differs only by dashes.*choose another/),
    });
  });

  it('refuses a range that overlaps, and names the other environment', async () => {
    const caller = callerOf(test.db);
    const addressRange = '10.9.16.0/20';
    await caller.environments.create({
      key: 'a',
      spec: specOf('orders-dev', { addressRange }),
    });
    await expect(
      caller.environments.create({
        key: 'b',
        spec: specOf('mobile-dev', { addressRange }),
      }),
    ).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringMatching(/^addressRange: .*of "orders-dev"/),
    });
  });

  it('refuses an owner that does not exist', async () => {
    const spec = specOf('orders-dev', { owner: 'group:default/nobody' });
    await expect(
      callerOf(test.db).environments.create({ key: 'a', spec }),
    ).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: expect.stringMatching(/^owner: "group:default\/nobody"/),
    });
    expect(await callerOf(test.db).environments.list()).toEqual([]);
  });

  it('serves fifty requests at once from two replicas without a duplicate or an overlap', async () => {
    const replica = createDatabase(test.url);
    const callers = [callerOf(test.db), callerOf(replica)];
    // Fifty environments, each asked for by both replicas at the same time.
    const requests = Array.from({ length: 50 }, (_, i) => ({
      key: `task-${i}`,
      spec: specOf(`env-${i}`),
    }));
    const records = await Promise.all(
      callers.flatMap(caller =>
        requests.map(request => caller.environments.create(request)),
      ),
    );
    await replica.close();
    expect(new Set(records.map(record => record.id)).size).toBe(50);
    const all = await callerOf(test.db).environments.list();
    expect(all).toHaveLength(50);
    const ranges = all.map(({ spec }) => parseCidr(spec.addressRange) as Cidr);
    ranges.forEach((range, i) =>
      ranges.slice(i + 1).forEach(other => {
        expect(cidrsOverlap(range, other)).toBe(false);
      }),
    );
  });

  it('lets one of fifty who want the same name win', async () => {
    const caller = callerOf(test.db);
    const results = await Promise.allSettled(
      Array.from({ length: 50 }, (_, i) =>
        caller.environments.create({ key: `${i}`, spec: specOf('orders-dev') }),
      ),
    );
    const lost = results.filter(result => result.status === 'rejected');
    expect(lost).toHaveLength(49);
    for (const { reason } of lost) expect(reason.code).toBe('CONFLICT');
  });

  it('is guarded by the database itself', async () => {
    await callerOf(test.db).environments.create({
      key: 'a',
      spec: specOf('orders-dev'),
    });
    await expect(
      query(
        test.db,
        `INSERT INTO environments (id, name, state, requested_spec, spec, address_range, idempotency_key, created_by)
         SELECT gen_random_uuid(), 'other', state, spec, spec, '10.1.8.0/21', 'x', 'x' FROM environments`,
      ),
    ).rejects.toThrow(/environments_address_range_fkey/);
    await expect(
      query(test.db, "INSERT INTO address_ranges VALUES ('10.1.8.0/21')"),
    ).rejects.toThrow(/address_ranges_excl/);
    await expect(query(test.db, 'DELETE FROM events')).rejects.toThrow(
      /only ever added/,
    );
    await expect(query(test.db, 'TRUNCATE events')).rejects.toThrow(
      /only ever added/,
    );
  });
});

describe('environments.list', () => {
  it('is narrowed by tier, state, owner and words, newest first', async () => {
    const caller = callerOf(test.db);
    const { environments } = caller;
    await environments.create({ key: 'a', spec: specOf('orders-dev') });
    await environments.create({
      key: 'b',
      spec: specOf('orders-prod', { tier: 'prod' }),
    });
    const names = async (
      filter?: Parameters<typeof environments.list>[0],
    ): Promise<string[]> =>
      (await environments.list(filter)).map(({ name }) => name);
    expect(await names()).toEqual(['orders-prod', 'orders-dev']);
    expect(await names({ tier: 'dev' })).toEqual(['orders-dev']);
    expect(await names({ state: 'ready' })).toEqual([]);
    expect(await names({ owner: OWNER.toUpperCase() })).toHaveLength(2);
    expect(await names({ owner: 'group:default/nobody' })).toEqual([]);
    expect(await names({ search: 'PROD.moorline' })).toEqual(['orders-prod']);
    expect(await names({ search: 'team-orders' })).toHaveLength(2);
    // Not wildcards.
    expect(await names({ search: '%' })).toEqual([]);
    expect(await names({ search: 'orders_dev' })).toEqual([]);
  });
});

describe('environments.get and history', () => {
  it('say that there is no such environment', async () => {
    const { environments } = callerOf(test.db);
    for (const name of ['nowhere', '../etc', 'ü']) {
      await expect(environments.get({ name })).rejects.toMatchObject({
        code: 'NOT_FOUND',
        message: expect.stringContaining(`"${name}"`),
      });
      await expect(environments.history({ name })).rejects.toMatchObject({
        code: 'NOT_FOUND',
      });
    }
  });
});

describe('environments.check', () => {
  it('answers while someone types', async () => {
    const { environments } = callerOf(test.db);
    await environments.create({ key: 'a', spec: specOf('orders-dev') });
    expect(await environments.check({})).toEqual({
      name: undefined,
      addressRange: undefined,
      suggestedRange: '10.1.16.0/20',
      taken: [{ name: 'orders-dev', addressRange: '10.1.0.0/20' }],
    });
    expect(
      await environments.check({
        name: 'mobile-dev',
        addressRange: '10.1.16.0/20',
      }),
    ).toMatchObject({
      name: { available: true },
      addressRange: { available: true },
    });
    expect(
      await environments.check({
        name: 'orders-dev',
        addressRange: '10.1.0.0/20',
      }),
    ).toMatchObject({
      name: { available: false, reason: expect.stringContaining(OWNER) },
      addressRange: {
        available: false,
        reason: expect.stringContaining('"orders-dev"'),
      },
    });
    expect(
      await environments.check({ name: 'Or', addressRange: '10.1' }),
    ).toMatchObject({
      name: { reason: expect.stringMatching(/^name: too short/) },
      addressRange: { reason: expect.stringMatching(/not an IPv4 range/) },
    });
  });
});

describe('permissions', () => {
  it('are asked for by each procedure', async () => {
    const caller = callerOf(test.db, {
      allows: async permission => permission === 'environment.read',
    });
    expect(await caller.environments.list()).toEqual([]);
    await expect(
      caller.environments.create({ key: 'a', spec: specOf('orders-dev') }),
    ).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringContaining('environment.create'),
    });
  });
});

describe('environments.creationFailed', () => {
  it('shows where it got stuck until its run is recorded, and leaves others alone', async () => {
    const caller = callerOf(test.db);
    await caller.environments.create({ key: 'a', spec: specOf('orders-dev') });
    const reason = '"Commit the folder" failed: the token has expired';
    await caller.environments.creationFailed({ key: 'a', reason });
    await caller.environments.creationFailed({ key: 'unknown', reason });
    expect(await caller.environments.get({ name: 'orders-dev' })).toMatchObject(
      { state: 'failed', stateReason: reason },
    );
    expect(
      (await caller.environments.history({ name: 'orders-dev' })).items[0]
        .message,
    ).toBe(`orders-dev was not created to the end. ${reason}`);

    const url = 'https://localhost:7443/1';
    await caller.runs.record({
      key: 'a',
      environment: 'orders-dev',
      azureDevOps: { buildId: 1, pipelineId: 1, url },
    });
    await caller.environments.creationFailed({ key: 'a', reason });
    const record = await caller.environments.get({ name: 'orders-dev' });
    expect([record.state, record.stateReason]).toEqual([
      'provisioning',
      undefined,
    ]);
  });
});
