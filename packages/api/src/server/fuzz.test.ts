import { createApiKey } from '../apiKeys/apiKeys';
import { query } from '../database/database';
import { OWNER, callerOf, specOf } from '../fixtures';
import { appRouter } from '../router';
import { Live } from '../live/live';
import { TestDatabase, createTestDatabase } from '../testing';
import { Callers } from './authentication/callers';
import { createLog } from './log';
import { RunningServer, startServer } from './server';

// Ten thousand requests to a real database, on machines that may be busy.
jest.setTimeout(300_000);

const REQUESTS = 10_000;
const SEED = Number(process.env.MOORLINE_FUZZ_SEED ?? 20_261_121);
const SECRET = 'hunter2-never-to-be-logged';

let test: TestDatabase;
let server: RunningServer;
let key: string;
let runId: string;
let releaseId: string;
const logged: string[] = [];

beforeAll(async () => {
  test = await createTestDatabase();
  const caller = callerOf(test.db);
  const spec = specOf('orders-dev');
  await caller.environments.create({ key: 'first', spec });
  const url = 'https://example.org/1';
  const azureDevOps = { buildId: 1, pipelineId: 1, url };
  const environment = 'orders-dev';
  const run = { key: 'run', environment, azureDevOps };
  runId = (await caller.runs.record(run)).id;
  const image = 'ghcr.io/moorline/trpc-api:0.2.0';
  const release = { key: 'release', environment, service: 'api', image };
  releaseId = (await caller.releases.create(release)).id;
  const made = await createApiKey(
    test.db,
    {
      name: 'fuzz',
      role: 'operator',
      groups: [],
      scopes: [],
      expiresAt: new Date(Date.now() + 3_600_000),
    },
    'user:default/ada',
  );
  key = made.key;
  const callers = new Callers(test.db, []);
  const live = new Live({ db: test.db });
  server = await startServer({
    db: test.db,
    live,
    log: createLog(text => logged.push(text)),
    host: '127.0.0.1',
    port: 0,
    limits: { bodyBytes: 200_000, batchSize: 10, requestMs: 30_000 },
    corsOrigins: [],
    drainMs: 0,
    graceMs: 1_000,
    contextOf: async request => ({
      db: test.db,
      live,
      actor: await callers.identify(request),
      directory: { ownerExists: async ref => ref === OWNER },
      runLogs: async ({ from }) => ({ lines: ['a'], next: from + 1 }),
      stopRun: async () => {},
      queueRun: async () => ({ buildId: 7, url: 'https://example.org/7' }),
    }),
  });
});

afterAll(async () => {
  await server.close();
  await test.drop();
});

/** mulberry32: small, and the same on every machine. */
function randomOf(seed: number) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const random = randomOf(SEED);
const upTo = (most: number) => Math.floor(random() * most);
const pick = <T>(items: readonly T[]): T => items[upTo(items.length)];

/** An input of each procedure that is right, or nearly. */
function validInput(procedure: string): unknown {
  const count = upTo(1_000_000);
  const environment = pick(['orders-dev', 'none', 'orders-dev']);
  const time = new Date(Date.now() + upTo(1e10)).toISOString();
  const version = 1 + upTo(3);
  const image = `ghcr.io/moorline/trpc-api:0.${count}.0`;
  const filters = { tier: 'dev', owner: OWNER, search: 'a', state: 'ready' };
  const page = {
    limit: 1 + upTo(200),
    cursor: runId,
    order: pick(['name', 'oldest']),
  };
  const url = `https://example.org/${count}`;
  const azureDevOps = { buildId: count, pipelineId: 1, url };
  const lastEventId = { lastEventId: pick([undefined, '0', `${count}`]) };
  const fromTo = { from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' };
  const inputs: Record<string, unknown> = {
    'addressing.allocate': {
      key: `key-${count}`,
      owner: OWNER,
      purpose: 'later',
      addressRange: pick([undefined, `10.${1 + upTo(99)}.16.0/20`]),
    },
    'addressing.free': { addressRange: `10.${1 + upTo(99)}.16.0/20` },
    'apiKeys.create': {
      name: `k-${count}`,
      role: 'reader',
      groups: [OWNER],
      scopes: ['runs.*'],
      expiresAt: time,
    },
    'apiKeys.revoke': { id: 'none' },
    'environments.changes': { name: environment, tier: 'dev', ...lastEventId },
    'environments.check': { name: 'a-dev', addressRange: '10.1.0.0/20' },
    'environments.create': {
      key: `key-${count}`,
      spec: specOf(`f-${count.toString(36)}`),
    },
    'environments.creationFailed': { key: 'none', reason: 'no' },
    'environments.history': {
      name: environment,
      kinds: ['run.queued'],
      runId,
      cursor: `${count}`,
    },
    'environments.list': filters,
    'environments.page': { ...filters, ...page },
    'environments.retire': { name: 'none', version },
    'environments.setExpiry': { name: environment, version, expiresAt: time },
    'environments.update': {
      name: environment,
      version,
      change: {
        size: pick(['small', 'large']),
        owner: OWNER,
        services: specOf('a').services,
      },
    },
    'releases.create': {
      key: `key-${count}`,
      environment,
      service: 'api',
      image,
      commit: { sha: 'abcdef0', committedAt: time },
    },
    'releases.figures': { ...fromTo, tier: 'dev', environment, service: 'api' },
    'releases.finish': { id: releaseId, state: 'failed', failure: 'no' },
    'releases.list': { environment, service: 'api', ...page },
    'releases.promote': { key: `k-${count}`, id: releaseId, to: environment },
    'releases.rollback': { key: `k-${count}`, environment, service: 'api' },
    'runs.cancel': { id: runId },
    'runs.changes': { id: runId, ...lastEventId },
    'runs.get': { id: runId },
    'runs.list': { environment, state: 'queued', ...page },
    'runs.log': { id: runId, logId: 1, from: 0 },
    'runs.record': { key: `k-${count}`, environment, azureDevOps },
    'runs.start': { environment, after: runId },
  };
  return inputs[procedure] ?? { name: environment };
}

const deep = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

const NASTY: unknown[] = [
  ...[null, undefined, true, 0, -1, 1.5, 1e308, -0, 2 ** 31, 2 ** 53, 1e21],
  ...[
    '',
    ' ',
    '\0',
    'a\0b',
    '\ud800',
    '\u202eevil',
    '\r\nx: y',
    'é'.repeat(99),
  ],
  ...[
    "'; DROP TABLE environments; --",
    '$1',
    '%',
    '_%',
    '\\',
    '"',
    '{}',
    '${1}',
  ],
  ...['../../etc/passwd', '<script>', '__proto__', 'constructor', 'NaN', '1e9'],
  ...['10.0.0.0/8', '10.1.0.0/20', '::/0', '2026-13-45T99:99:99Z', 'Infinity'],
  ...['+275760-09-13T00:00:00.001Z', '0000-01-01T00:00:00Z', 'x'.repeat(5_000)],
  ...['9999-12-31T23:59:59Z', '-271821-04-20T00:00:00Z', SECRET],
  ...[[], {}, [[]], [null], { length: 3 }, { toString: 1 }, { then: 1 }],
  ...[
    JSON.parse('{"__proto__": {"role": "operator"}}'),
    JSON.parse(deep(2_000)),
  ],
];

/** The same with some of its values, at any depth, replaced, left out or added. */
function mutate(value: unknown, chance: number): unknown {
  if (random() < chance) return pick(NASTY);
  if (Array.isArray(value)) {
    const items = value.map(item => mutate(item, chance));
    return random() < chance ? [...items, ...items] : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .filter(() => random() >= chance / 2)
    .map(([name, item]) => [name, mutate(item, chance)]);
  if (random() < chance) entries.push([pick(['x', '__proto__']), pick(NASTY)]);
  return Object.fromEntries(entries);
}

const procedures = Object.entries(
  appRouter._def.procedures as unknown as Record<
    string,
    { _def: { type: string } }
  >,
).map(([path, procedure]) => ({
  path,
  method: procedure._def.type === 'mutation' ? 'POST' : 'GET',
}));

interface Sent {
  path: string;
  init: RequestInit;
}

function callOf(): Sent {
  const { path, method } = pick(procedures);
  const size = random() < 0.2 ? 1 + upTo(12) : 0;
  const input = size
    ? Object.fromEntries(
        Array.from({ length: size }, (_, index) => [
          index,
          mutate(validInput(path), 0.1),
        ]),
      )
    : mutate(validInput(path), pick([0, 0.05, 0.15, 0.5]));
  const names = size ? Array(size).fill(path).join(',') : path;
  return sendable(names, method, JSON.stringify(input), size > 0);
}

/** Without halves of surrogate pairs, which no address can hold. */
const wellFormed = (text: string) => Buffer.from(text).toString();

function sendable(
  names: string,
  method: string,
  body: string | undefined,
  batch: boolean,
): Sent {
  const flag = batch ? 'batch=1' : '';
  if (method === 'POST') {
    const headers = { 'content-type': 'application/json' };
    return { path: `${names}?${flag}`, init: { method, headers, body } };
  }
  // Longer addresses are refused before anybody reads them.
  const input = encodeURIComponent(wellFormed(body ?? '')).slice(0, 14_000);
  return { path: `${names}?${flag}&input=${input}`, init: { method } };
}

/** What no client would send. */
function nonsense(): Sent {
  const { path, method } = pick(procedures);
  const text = JSON.stringify(validInput(path));
  const bytes = Uint8Array.from({ length: upTo(300) }, () => upTo(256));
  const odd: (() => Sent)[] = [
    () => sendable(path, method, text.slice(0, upTo(text.length)), false),
    () => sendable(path, method === 'GET' ? 'POST' : 'GET', text, false),
    () => sendable(path, method, deep(20_000), random() < 0.5),
    () => sendable(path, 'POST', `{"a":${deep(90_000)}}`, false),
    () => sendable(path, 'POST', `"${'x'.repeat(300_000)}"`, false),
    () => sendable(path, 'POST', text, true),
    () => sendable(Array(200).fill(path).join(','), method, '{}', true),
    () => sendable(`${path}.x`, method, text, false),
    () =>
      sendable(
        pick(['', ',', '%', '%00', '..', 'toString']),
        method,
        text,
        random() < 0.5,
      ),
    () => ({ path, init: { method: 'POST', body: bytes } }),
    () => ({
      path,
      init: {
        method: pick(['POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS']),
        headers: {
          'content-type': pick([
            'application/json',
            'application/octet-stream',
            'multipart/form-data; boundary=x',
            'multipart/form-data',
            'text/plain',
            ';',
          ]),
        },
      },
    }),
    () => ({
      path: `${path}?input=%7B%7D`,
      init: { headers: { 'trpc-accept': 'application/jsonl' } },
    }),
    () => ({ path: `${path}?batch=1&input=%ff&input=1`, init: {} }),
    () => ({ path: `${path}?connectionParams=1&lastEventId=1`, init: {} }),
  ];
  return pick(odd)();
}

/** Mostly a good key, so that what comes after is reached. */
function authorization(): Record<string, string> {
  if (random() < 0.95) return { authorization: `Bearer ${key}` };
  const none = Buffer.from('{"alg":"none"}').toString('base64url');
  const claims = Buffer.from('{"sub":"user:default/ada"}').toString(
    'base64url',
  );
  const wrong = [
    '',
    'Bearer',
    `Bearer ${key}x`,
    `Bearer ${SECRET}`,
    'Basic YTpi',
  ];
  const unsigned = `Bearer ${none}.${claims}.`;
  return { authorization: pick([...wrong, unsigned]) };
}

/** What is answered; of a subscription that goes on, its beginning. */
async function textOf(answer: Response): Promise<string> {
  if (answer.headers.get('content-type') !== 'text/event-stream') {
    return answer.text();
  }
  const reader = answer.body!.getReader();
  const late = setTimeout(() => reader.cancel(), 100);
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    text += Buffer.from(value).toString();
  }
  clearTimeout(late);
  return text;
}

it('answers anything at all, never by a failure of its own', async () => {
  const statuses = new Map<number, number>();
  const bad: unknown[] = [];
  async function ask() {
    const { path, init } = random() < 0.85 ? callOf() : nonsense();
    const headers = { ...init.headers, ...authorization() };
    const answer = await fetch(`${server.url}/trpc/${path}`, {
      ...init,
      headers,
    });
    const text = await textOf(answer);
    const { status } = answer;
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    const talks =
      /\.ts:\d|node_modules|at async|INTERNAL_SERVER_ERROR|"stack"|violates|syntax error/;
    if (status >= 500 || talks.test(text)) {
      bad.push({
        path: path.slice(0, 300),
        body: String(init.body).slice(0, 1_500),
        status,
        text: text.slice(0, 600),
      });
    }
  }
  let left = REQUESTS;
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      while (left > 0 && bad.length < 5) {
        left -= 1;
        await ask();
      }
    }),
  );
  const errors = logged
    .join('')
    .split('\n')
    .filter(line => line.includes('"level":"error"'));
  expect({ bad, errors: errors.slice(0, 3) }).toEqual({ bad: [], errors: [] });
  // All of it was reached: what is right, what is wrong and what is refused.
  expect([...statuses.keys()]).toEqual(
    expect.arrayContaining([200, 207, 400, 401, 404, 405, 409, 413, 415]),
  );
  expect(logged.join('')).not.toContain(SECRET);
  expect(logged.join('')).not.toContain(key);
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  const [{ overlaps }] = await query<{ overlaps: number }>(
    test.db,
    `SELECT count(*)::int AS overlaps FROM environments a JOIN environments b
     ON a.id < b.id AND (a.address_range && b.address_range OR a.name = b.name)`,
  );
  expect(overlaps).toBe(0);
});
