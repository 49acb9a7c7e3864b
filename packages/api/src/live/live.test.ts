import { createApiKey, revokeApiKey } from '../apiKeys/apiKeys';
import {
  ChangeRecord,
  MoorlineClient,
  RunRecord,
  createMoorlineClient,
} from '../client';
import { query, transaction } from '../database/database';
import { addEvents } from '../events';
import { callerOf, specOf } from '../fixtures';
import { recordRunProgress } from '../runs/progress';
import { Callers } from '../server/authentication/callers';
import { createLog } from '../server/log';
import { RunningServer, startServer } from '../server/server';
import { TestDatabase, createTestDatabase } from '../testing';
import { Live } from './live';

// Real servers and databases, on machines that may be busy; and EventSource waits 3 s before it connects again.
jest.setTimeout(60_000);

let test: TestDatabase;
let server: RunningServer;
let caller: ReturnType<typeof callerOf>;
let key: string;
const ends: (() => unknown)[] = [];

async function makeKey(name: string) {
  const expiresAt = new Date(Date.now() + 3_600_000);
  const wish = { name, role: 'reader' as const, groups: [], scopes: [] };
  return createApiKey(test.db, { ...wish, expiresAt }, 'user:default/ada');
}

async function serve(port = 0): Promise<RunningServer> {
  const live = new Live({ db: test.db, perCaller: 3, everyMs: 300 });
  const callers = new Callers(test.db, [], 200);
  return startServer({
    db: test.db,
    live,
    log: createLog(() => {}),
    host: '127.0.0.1',
    port,
    limits: { bodyBytes: 100_000, batchSize: 10, requestMs: 10_000 },
    corsOrigins: [],
    drainMs: 0,
    graceMs: 1_000,
    contextOf: async request => ({
      db: test.db,
      live,
      actor: await callers.identify(request),
      reidentify: () => callers.identify(request),
      directory: { ownerExists: async () => true },
    }),
  });
}

beforeEach(async () => {
  test = await createTestDatabase();
  caller = callerOf(test.db);
  key = (await makeKey('reader')).key;
  server = await serve();
});
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
  await server.close();
  await test.drop();
});

const clientOf = (token = async () => key): MoorlineClient =>
  createMoorlineClient({ url: `${server.url}/trpc`, token });

const create = (name: string, change = {}) =>
  caller.environments.create({
    key: `key-${name}`,
    spec: specOf(name, change),
  });

async function until(condition: () => boolean | Promise<boolean>) {
  const deadline = Date.now() + 20_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('not in time');
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

/** Follows changes; resolves once the first message is there. */
async function followChanges(
  input: Parameters<MoorlineClient['environments']['changes']['subscribe']>[0],
  client = clientOf(),
) {
  const seen = {
    messages: 0,
    changes: [] as ChangeRecord[],
    errors: [] as { message: string; data?: { code?: string } | null }[],
    starts: 0,
  };
  const { unsubscribe } = client.environments.changes.subscribe(input, {
    onStarted: () => (seen.starts += 1),
    onData: ({ data }) => {
      seen.messages += 1;
      seen.changes.push(...data);
    },
    onError: error => seen.errors.push(error),
  });
  ends.push(unsubscribe);
  await until(() => seen.messages + seen.errors.length > 0);
  return { ...seen, ...{ seen, unsubscribe } };
}

const idsOf = (changes: ChangeRecord[]) => changes.map(({ id }) => id);

async function allIds(): Promise<number[]> {
  const rows = await query<{ id: string }>(
    test.db,
    'SELECT id FROM events ORDER BY id',
  );
  return rows.map(({ id }) => Number(id));
}

const recordRun = (environment: string, buildId = 1) =>
  caller.runs.record({
    key: `run-${environment}-${buildId}`,
    environment,
    azureDevOps: { buildId, pipelineId: 1, url: 'https://example.org/1' },
  });

it('tells of changes as they happen, of the environments that are asked for', async () => {
  await create('orders-dev');
  const all = await followChanges({});
  const one = await followChanges({ name: 'orders-dev' });
  const theirs = await followChanges({ owner: 'group:default/none' });
  expect([all.changes, one.changes, theirs.changes]).toEqual([[], [], []]);
  await create('search-dev');
  await recordRun('orders-dev');
  await until(() => all.seen.changes.some(({ kind }) => kind === 'run.queued'));
  expect(all.seen.changes[0]).toMatchObject({
    environment: 'search-dev',
    kind: 'environment.requested',
    actor: 'user:default/ada',
  });
  await until(() => one.seen.changes.length > 0);
  expect(new Set(one.seen.changes.map(change => change.environment))).toEqual(
    new Set(['orders-dev']),
  );
  expect(theirs.seen.messages).toBe(1);
});

it('goes on where it was, over a restart, with each change once and in its order', async () => {
  const names = ['a-dev', 'b-dev', 'c-dev', 'd-dev'];
  const made = [];
  for (const name of names) made.push(await create(name));
  const follower = await followChanges({ lastEventId: '0' });
  let writing = true;
  // Transactions that overlap, and end in another order than they began.
  const writers = made.map(async ({ id }) => {
    while (writing) {
      await transaction(test.db, async connection => {
        const event = { environmentId: id, message: 'x', actor: 'user:x/y' };
        const kind = 'environment.updated' as const;
        await addEvents(connection, [{ ...event, kind }]);
        await connection.query('SELECT pg_sleep(random() / 50)');
        await addEvents(connection, [{ ...event, kind }]);
        if (Math.random() < 0.2) throw new Error('rolled back');
      }).catch(() => {});
    }
  });
  await until(() => follower.seen.changes.length > 50);
  const { port } = new URL(server.url);
  await server.close();
  await new Promise(resolve => setTimeout(resolve, 1_000));
  server = await serve(Number(port));
  const before = follower.seen.changes.length;
  await until(() => follower.seen.changes.length > before + 50);
  writing = false;
  await Promise.all(writers);
  const ids = await allIds();
  await until(() => follower.seen.changes.length >= ids.length);
  expect(idsOf(follower.seen.changes)).toEqual(ids);
  expect(follower.seen).toMatchObject({ starts: 2, errors: [] });
});

it('reads from the table what is no longer in memory', async () => {
  const { id } = await create('orders-dev');
  const follower = await followChanges({});
  await query(
    test.db,
    `INSERT INTO events (environment_id, kind, message)
     SELECT $1, 'environment.updated', number::text FROM generate_series(1, 2500) number`,
    [id],
  );
  const late = await followChanges({ lastEventId: '1' });
  await until(() => follower.seen.changes.length === 2500);
  await until(() => late.seen.changes.length === 2500);
  expect(idsOf(late.seen.changes)).toEqual((await allIds()).slice(1));
});

it('hears again after its connection was cut', async () => {
  const follower = await followChanges({});
  const cut = await query(
    test.db,
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()
       AND query NOT LIKE '%pg_stat_activity%'`,
  );
  expect(cut.length).toBeGreaterThan(0);
  await create('orders-dev');
  await until(() => follower.seen.changes.length === 1);
  expect(follower.seen).toMatchObject({ starts: 1, errors: [] });
});

it('follows a run to its end', async () => {
  await create('orders-dev');
  const { id } = await recordRun('orders-dev');
  const seen: RunRecord[] = [];
  let complete = false;
  const options = {
    onData: ({ data }: { data: RunRecord }) => seen.push(data),
    onComplete: () => (complete = true),
  };
  clientOf().runs.changes.subscribe({ id }, options);
  await until(() => seen.length === 1);
  const stage = { name: 'plan', label: 'Plan', jobs: [] };
  for (const state of ['running', 'succeeded'] as const) {
    await recordRunProgress(test.db, id, {
      state,
      stages: [{ ...stage, state }],
    });
    await until(() => seen.at(-1)?.state === state);
  }
  await until(() => complete);
  expect(seen.map(({ state }) => state)).toEqual([
    'queued',
    'running',
    'succeeded',
  ]);
  complete = false;
  clientOf().runs.changes.subscribe({ id, lastEventId: '3' }, options);
  await until(() => complete);
  expect(seen).toHaveLength(3);
});

it('ends when the caller may no longer, and says so when they come back', async () => {
  const short = await makeKey('short');
  const follower = await followChanges(
    {},
    clientOf(async () => short.key),
  );
  await revokeApiKey(test.db, short.record.id, 'user:default/ada');
  await until(() => follower.seen.errors.length > 0);
  expect(follower.seen.errors[0].data?.code).toBe('UNAUTHORIZED');
  // Who has a new token by then goes on.
  const first = await makeKey('first');
  let token = first.key;
  const other = await followChanges(
    {},
    clientOf(async () => token),
  );
  token = key;
  await revokeApiKey(test.db, first.record.id, 'user:default/ada');
  await until(() => other.seen.starts === 2);
  await create('orders-dev');
  await until(() => other.seen.changes.length === 1);
});

it('refuses what cannot be, and more than a caller may have', async () => {
  const code = async (input: object) =>
    (await followChanges(input)).errors[0]?.data?.code;
  expect(await code({ name: 'none' })).toBe('NOT_FOUND');
  expect(await code({ lastEventId: '99' })).toBe('BAD_REQUEST');
  expect(await code({ lastEventId: 'x' })).toBe('BAD_REQUEST');
  const unknown = await followChanges(
    {},
    clientOf(async () => 'nonsense'),
  );
  expect(unknown.errors[0].data?.code).toBe('UNAUTHORIZED');
  const three = [
    await followChanges({}),
    await followChanges({}),
    await followChanges({}),
  ];
  expect(await code({})).toBe('TOO_MANY_REQUESTS');
  three[0].unsubscribe();
  await until(async () => (await code({})) === undefined);
});

it('needs a server that passes changes on', async () => {
  await expect(caller.environments.changes({})).rejects.toMatchObject({
    code: 'PRECONDITION_FAILED',
  });
});
