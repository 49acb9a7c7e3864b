import type { EnvironmentState } from '@moorline/environment-model';
import { query, transaction } from '../database/database';
import { OWNER, callerOf, specOf } from '../fixtures';
import type { Difference } from '../records';
import { recordRunProgress } from '../runs/progress';
import { TestDatabase, createTestDatabase } from '../testing';
import { lockEnvironment, writeChange } from './change';

// Real databases, on machines that may be busy.
jest.setTimeout(60_000);

let test: TestDatabase;
let caller: ReturnType<typeof callerOf>;
beforeEach(async () => {
  test = await createTestDatabase();
  caller = callerOf(test.db);
});
afterEach(() => test.drop());

const create = (name: string) =>
  caller.environments.create({ key: `key-${name}`, spec: specOf(name) });

let builds = 0;
async function finishRun(
  environment: string,
  state: 'succeeded' | 'failed',
  purpose?: 'retire',
) {
  builds += 1;
  const run = await caller.runs.record({
    key: `run-${builds}`,
    environment,
    purpose,
    azureDevOps: { buildId: builds, pipelineId: 1, url: 'https://a.org/1' },
  });
  await recordRunProgress(test.db, run.id, { state, stages: [] });
}

describe('environments.update', () => {
  it('changes what was seen, and tells what became of it', async () => {
    const before = await create('orders-dev');
    const onChange = jest.fn();
    const after = await callerOf(test.db, { onChange }).environments.update({
      name: 'orders-dev',
      version: 1,
      change: { size: 'large' },
    });
    expect(after).toMatchObject({
      version: 2,
      state: 'requested',
      spec: { ...before.spec, size: 'large' },
    });
    expect(onChange.mock.calls).toEqual([['orders-dev']]);
    const {
      items: [event],
    } = await caller.environments.history({ name: 'orders-dev' });
    expect(event).toMatchObject({
      kind: 'environment.updated',
      actor: 'user:default/ada',
      message: 'Changed size of orders-dev',
      difference: { size: { from: 'small', to: 'large' } },
    });
    // So it is already.
    const again = { name: 'orders-dev', version: 2, change: { size: 'large' } };
    expect(await caller.environments.update(again as never)).toEqual(after);
  });

  it('refuses a stale write and shows both versions', async () => {
    await create('orders-dev');
    const change = { size: 'large' as const };
    const name = 'orders-dev';
    const current = await caller.environments.update({
      name,
      version: 1,
      change,
    });
    const error = await caller.environments
      .update({ name, version: 1, change: { size: 'medium' } })
      .catch(e => e);
    expect(error).toMatchObject({
      code: 'CONFLICT',
      message: expect.stringMatching(/since version 1 and is at version 2/),
      cause: {
        stale: { current, yours: { version: 1, change: { size: 'medium' } } },
      },
    });
  });

  it('loses no update of a hundred at once', async () => {
    await create('orders-dev');
    let done = 0;
    await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        for (;;) {
          const { version, spec } = await caller.environments.get({
            name: 'orders-dev',
          });
          const [service] = spec.services;
          const replicas = (service.replicas % 20) + 1;
          const answer = await caller.environments
            .update({
              name: 'orders-dev',
              version,
              change: {
                size: index % 2 ? 'small' : 'medium',
                services: [{ ...service, replicas }],
              },
            })
            .catch(error => error);
          if (answer.code === undefined) break;
          if (answer.code !== 'CONFLICT') throw answer;
        }
        done += 1;
      }),
    );
    const { version } = await caller.environments.get({ name: 'orders-dev' });
    expect([done, version]).toEqual([100, 101]);
    const { items: history } = await caller.environments.history({
      name: 'orders-dev',
      limit: 200,
    });
    expect(history).toHaveLength(101);
  });

  it('says what cannot be changed, and checks what is', async () => {
    await create('orders-dev');
    const update = (change: object) =>
      caller.environments
        .update({ name: 'orders-dev', version: 1, change })
        .catch(error => error.message);
    expect(await update({ region: 'northeurope' })).toMatch(
      /region: cannot be changed/,
    );
    expect(await update({ owner: 'group:default/nobody' })).toMatch(
      /owner: .*not in the catalog/,
    );
    const [service] = specOf('orders-dev').services;
    const twin = { ...service, name: 'two' };
    expect(await update({ services: [service, twin] })).toMatch(
      /services.1.host: .*already used/,
    );
    expect(await update({ services: [] })).toMatch(/at least one service/);
    const { version } = await caller.environments.get({ name: 'orders-dev' });
    expect(version).toBe(1);
  });
});

describe('environments.setExpiry', () => {
  it('sets and takes back a time to come', async () => {
    await create('orders-dev');
    const name = 'orders-dev';
    const expiresAt = '2999-01-31T12:00:00+02:00';
    expect(
      await caller.environments.setExpiry({ name, version: 1, expiresAt }),
    ).toMatchObject({ expiresAt: '2999-01-31T10:00:00.000Z', version: 2 });
    const gone = await caller.environments.setExpiry({ name, version: 2 });
    expect(gone.version).toBe(3);
    expect(gone).not.toHaveProperty('expiresAt');
    await expect(
      caller.environments.setExpiry({
        name,
        version: 3,
        expiresAt: '2001-01-01T00:00:00Z',
      }),
    ).rejects.toThrow(/past/);
    const messages = (await caller.environments.history({ name })).items.map(
      ({ message }) => message,
    );
    expect(messages.slice(0, 2)).toEqual([
      'orders-dev stays until somebody retires it',
      'orders-dev is to be retired on 2999-01-31T10:00 UTC',
    ]);
  });
});

describe('environments.retire', () => {
  it('retires at once what nothing was made for, and frees name and range', async () => {
    const first = await create('orders-dev');
    const retired = await caller.environments.retire({
      name: 'orders-dev',
      version: 1,
    });
    expect(retired).toMatchObject({
      name: `orders-dev~${first.id.slice(0, 8)}`,
      state: 'retired',
      version: 2,
    });
    expect(await caller.environments.list()).toEqual([]);
    expect(await caller.environments.list({ state: 'retired' })).toEqual([
      retired,
    ]);
    const second = await caller.environments.create({
      key: 'second',
      spec: specOf('orders-dev'),
    });
    expect(second.spec.addressRange).toBe(first.spec.addressRange);
    const { items: history } = await caller.environments.history({
      name: retired.name,
    });
    expect(history[0]).toMatchObject({ kind: 'environment.retired' });
    await expect(
      caller.environments.retire({ name: retired.name, version: 2 }),
    ).rejects.toMatchObject({ code: 'CONFLICT' });
    // A late word about the first creation changes nothing.
    await caller.environments.creationFailed({
      key: 'key-orders-dev',
      reason: 'late',
    });
    expect(await caller.environments.get({ name: retired.name })).toEqual(
      retired,
    );
  });

  it('waits for the run that takes it down', async () => {
    const { spec } = await create('orders-dev');
    const name = 'orders-dev';
    await caller.runs.record({
      key: 'open',
      environment: name,
      azureDevOps: { buildId: 9_999, pipelineId: 1, url: 'https://a.org/1' },
    });
    const { version, lastRun } = await caller.environments.get({ name });
    await expect(caller.environments.retire({ name, version })).rejects.toThrow(
      /run #1 of "orders-dev" is not over/,
    );
    await recordRunProgress(test.db, lastRun!.id, {
      state: 'succeeded',
      stages: [],
    });
    await expect(finishRun(name, 'succeeded', 'retire')).rejects.toThrow(
      /retire it first/,
    );
    const ready = await caller.environments.get({ name });
    const retiring = await caller.environments.retire({
      name,
      version: ready.version,
    });
    expect(retiring.state).toBe('retiring');
    // An ordinary run neither brings it back nor ends it.
    await finishRun(name, 'succeeded');
    await finishRun(name, 'failed', 'retire');
    expect(await caller.environments.get({ name })).toMatchObject({
      state: 'retiring',
      stateReason: expect.stringMatching(/Run #3 could not take it down/),
    });
    const map = await caller.addressing.map();
    expect(map.taken).toEqual([
      { name, addressRange: spec.addressRange, state: 'retiring' },
    ]);
    await finishRun(name, 'succeeded', 'retire');
    await expect(caller.environments.get({ name })).rejects.toThrow();
    const after = await caller.addressing.map();
    expect(after.taken).toEqual([]);
    expect(after.free).toBe(map.free + 1);
    expect(after.next).toBe(spec.addressRange);
  });
});

describe('environments.page', () => {
  const names = async (request: object) => {
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await caller.environments.page({ ...request, cursor });
      found.push(...page.items.map(({ name }) => name));
      cursor = page.next;
    } while (cursor);
    return found;
  };

  it('walks a list in any order, whatever is created meanwhile', async () => {
    const all = ['a-dev', 'e-dev', 'b-dev', 'd-dev', 'c-dev'];
    for (const name of all) await create(name);
    for (const limit of [1, 2, 5, 6]) {
      expect(await names({ limit })).toEqual([...all].reverse());
      expect(await names({ limit, order: 'oldest' })).toEqual(all);
      expect(await names({ limit, order: 'name' })).toEqual([...all].sort());
    }
    expect(await names({ search: 'B-DEV' })).toEqual(['b-dev']);
    expect(await names({ tier: 'prod' })).toEqual([]);
    expect(await names({ owner: OWNER, state: 'requested' })).toHaveLength(5);
    const first = await caller.environments.page({ limit: 2 });
    await create('f-dev');
    const second = await caller.environments.page({
      limit: 2,
      cursor: first.next,
    });
    expect(second.items.map(({ name }) => name)).toEqual(['b-dev', 'e-dev']);
    const cursor = '00000000-0000-4000-8000-000000000000';
    await expect(caller.environments.page({ cursor })).rejects.toThrow(
      /cursor: give the `next`/,
    );
  });

  it('is as fast among a hundred thousand', async () => {
    await query(
      test.db,
      `INSERT INTO environments (id, name, state, requested_spec, spec, idempotency_key, created_by, created_at)
       SELECT gen_random_uuid(), 'old-' || n, 'retired', $1, $1, 'old-' || n, 'user:a/b', now() - n * interval '1 minute'
       FROM generate_series(1, 100000) n`,
      [JSON.stringify({ ...specOf('old'), addressRange: '10.9.0.0/20' })],
    );
    for (let i = 0; i < 5; i += 1) await create(`live-${i}`);
    await query(test.db, 'ANALYZE environments');
    const { pageStatement } = jest.requireActual('./page');
    for (const request of [
      { order: 'newest', limit: 50 },
      { order: 'newest', limit: 50, state: 'retired' },
    ]) {
      const page = await caller.environments.page(request as never);
      const cursor = page.next ?? page.items.at(-1)!.id;
      const { text, values } = pageStatement({ ...request, cursor });
      const plan = await query(
        test.db,
        `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`,
        values,
      );
      const told = JSON.stringify(plan);
      expect(told).toMatch(/environments_(live|retired)_idx/);
      expect(told).not.toMatch(/Rows Removed by Filter":[1-9]\d\d/);
    }
  });
});

describe('the story of an environment', () => {
  it('has an event for each step of its state, with actor and difference', async () => {
    const name = 'orders-dev';
    await create(name);
    await caller.environments.creationFailed({
      key: `key-${name}`,
      reason: 'no',
    });
    await finishRun(name, 'succeeded');
    await finishRun(name, 'failed');
    const { version, id } = await caller.environments.get({ name });
    await caller.environments.retire({ name, version });
    await finishRun(name, 'failed', 'retire');
    await finishRun(name, 'succeeded', 'retire');
    const events = await query<{
      actor: string;
      difference: Difference | null;
    }>(test.db, 'SELECT actor, difference FROM events ORDER BY id');
    const steps = events.flatMap(({ difference }) => difference?.state ?? []);
    expect(steps.map(({ to }) => to)).toEqual([
      'requested',
      'failed',
      'provisioning',
      'ready',
      'provisioning',
      'failed',
      'retiring',
      'retired',
    ]);
    // Each begins where the one before has ended.
    for (const [index, { from }] of steps.entries()) {
      expect(from).toBe(steps[index - 1]?.to);
    }
    expect(events.every(({ actor }) => actor)).toBe(true);
    expect(events.at(-1)).toMatchObject({
      actor: 'service:moorline-worker',
      difference: { name: { from: name, to: `${name}~${id.slice(0, 8)}` } },
    });
    const [{ version: last }] = await query<{ version: number }>(
      test.db,
      'SELECT version FROM environments',
    );
    // What was only told has not made it another.
    expect(last).toBe(
      events.filter(
        event => event.difference?.state ?? event.difference?.stateReason,
      ).length,
    );
  });

  it('knows no other steps than those in the table', async () => {
    const { id } = await create('orders-dev');
    const step = (state: EnvironmentState) =>
      transaction(test.db, async connection => {
        const current = await lockEnvironment(connection, 'e.id = $1', id);
        const event = { kind: 'environment.updated', message: 'x' } as const;
        return writeChange(connection, current!, { state, event }, 'user:x/y');
      });
    await expect(step('ready')).rejects.toThrow(
      '"orders-dev" is requested and cannot become ready',
    );
    expect(await step('provisioning')).toMatchObject({ version: 2 });
  });
});
