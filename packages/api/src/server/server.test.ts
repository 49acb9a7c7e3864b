import { createTRPCClient, httpBatchStreamLink } from '@trpc/client';
import { TRPCError } from '@trpc/server';
import { createHTTPServer } from '@trpc/server/adapters/standalone';
import { once } from 'node:events';
import { IncomingMessage, Server, request as httpRequest } from 'node:http';
import { AddressInfo, connect } from 'node:net';
import { AppRouter, MoorlineClient, createMoorlineClient } from '../client';
import type { Context } from '../context';
import { tooManyRequests } from '../errors';
import { ACTOR, OWNER, specOf } from '../fixtures';
import { appRouter } from '../router';
import { TestDatabase, createTestDatabase } from '../testing';
import { createLog } from './log';
import { RunningServer, ServerOptions, startServer } from './server';

// Real databases, on machines that may be busy.
jest.setTimeout(60_000);

let test: TestDatabase;
let context: Context;
let contextOf: ServerOptions['contextOf'];
let server: RunningServer;
let logged: string[];

const LIMITS = { bodyBytes: 100_000, batchSize: 10, requestMs: 1_000 };

const start = (change: Partial<ServerOptions> = {}) =>
  startServer({
    db: test.db,
    log: createLog(text => logged.push(text)),
    host: '127.0.0.1',
    port: 0,
    limits: LIMITS,
    corsOrigins: ['https://portal.example.org'],
    drainMs: 0,
    graceMs: 5_000,
    contextOf: (request, calls) => contextOf(request, calls),
    ...change,
  });

beforeAll(async () => {
  test = await createTestDatabase();
  reset();
  server = await start();
});

afterAll(async () => {
  await server.close();
  await test.drop();
});

beforeEach(reset);

function reset() {
  logged = [];
  context = {
    db: test.db,
    actor: ACTOR,
    directory: { ownerExists: async ref => ref === OWNER },
  };
  contextOf = async () => context;
}

const clientOf = (url: string): MoorlineClient =>
  createMoorlineClient({ url: `${url}/trpc` });

const log = () =>
  logged
    .join('')
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line));

describe('the protocol', () => {
  let stock: Server;
  let stockUrl: string;

  beforeAll(async () => {
    const key = 'protocol';
    await clientOf(server.url).environments.create.mutate({
      key,
      spec: specOf('orders-dev'),
    });
    stock = createHTTPServer({
      router: appRouter,
      basePath: '/trpc/',
      maxBatchSize: LIMITS.batchSize,
      maxBodySize: LIMITS.bodyBytes,
      createContext: async () => context,
    }) as unknown as Server;
    stock.listen(0, '127.0.0.1');
    await once(stock, 'listening');
    stockUrl = `http://127.0.0.1:${(stock.address() as AddressInfo).port}`;
  });
  afterAll(() => stock.close());

  const get = encodeURIComponent(JSON.stringify({ name: 'orders-dev' }));
  const none = encodeURIComponent(JSON.stringify({ name: 'none' }));
  const batch = encodeURIComponent(
    JSON.stringify({ 0: { name: 'orders-dev' }, 1: { name: 'none' } }),
  );
  const json = { 'content-type': 'application/json' };

  it.each<[string, RequestInit | undefined]>([
    [`environments.get?input=${get}`, undefined],
    [`environments.get?input=${none}`, undefined],
    [`environments.get?batch=1&input=${batch}`, undefined],
    [`environments.get,environments.get?batch=1&input=${batch}`, undefined],
    [`environments.get%2Cenvironments.list?batch=1&input=${batch}`, undefined],
    [`environments.list`, undefined],
    [`environments.list?batch=1`, undefined],
    [`environments.none?input=${get}`, undefined],
    [`environments.none,environments.list?batch=1&input=%7B%7D`, undefined],
    [`toString`, undefined],
    [`environments.list?batch=1&input=%7B%220%22:null%7D`, undefined],
    [`environments.list`, { method: 'HEAD' }],
    [`environments.list`, { method: 'PUT' }],
    [`environments.create?input=${get}`, undefined],
    [`environments.get?input=${get}`, { method: 'POST', headers: json }],
    [`environments.create`, { method: 'POST' }],
    [`environments.create`, { method: 'POST', headers: json }],
    [`environments.create`, { method: 'POST', headers: json, body: '{}' }],
    [
      `environments.create?batch=1`,
      { method: 'POST', headers: json, body: '{"0":{}}' },
    ],
    [
      `environments.create`,
      { method: 'POST', headers: { 'content-type': 'text/xml' }, body: '<a/>' },
    ],
    [
      `environments.creationFailed`,
      { method: 'POST', headers: json, body: '{"key":"no","reason":"none"}' },
    ],
  ])('answers %s %j as tRPC does', async (path, init) => {
    const [ours, theirs] = await Promise.all(
      [server.url, stockUrl].map(async url => {
        const answer = await fetch(`${url}/trpc/${path}`, init);
        const { status, headers } = answer;
        const type = headers.get('content-type');
        const text = await answer.text();
        // PostgreSQL writes its JSON with blanks.
        const body = text && JSON.parse(text);
        return { status, type, body, allow: headers.get('allow') };
      }),
    );
    expect(ours).toEqual(theirs);
  });

  it('serves the real client: batches, streams and errors', async () => {
    const client = clientOf(server.url);
    const [list, one, error] = await Promise.all([
      client.environments.list.query(),
      client.environments.get.query({ name: 'orders-dev' }),
      client.environments.get.query({ name: 'none' }).catch(e => e),
    ]);
    expect(list).toEqual([one]);
    expect(error.data).toMatchObject({ code: 'NOT_FOUND', httpStatus: 404 });
    const streaming = createTRPCClient<AppRouter>({
      links: [httpBatchStreamLink({ url: `${server.url}/trpc` })],
    });
    expect(
      await Promise.all([
        streaming.environments.list.query(),
        streaming.environments.get.query({ name: 'orders-dev' }),
      ]),
    ).toEqual([list, one]);
  });

  it('tells a procedure that its caller has left', async () => {
    const left = new Promise(resolve => {
      context.directory.ownerExists = () => new Promise(() => {});
      contextOf = async request => {
        request.socket.once('close', resolve);
        return context;
      };
    });
    const abort = new AbortController();
    const answer = clientOf(server.url).environments.create.mutate(
      { key: 'left', spec: specOf('left-dev') },
      { signal: abort.signal },
    );
    setTimeout(() => abort.abort(), 100);
    await expect(answer).rejects.toThrow(/abort/i);
    await left;
    await new Promise(resolve => setTimeout(resolve, 100));
    expect(log()).toContainEqual(expect.objectContaining({ status: 499 }));
  });
});

describe('limits', () => {
  const post = (body: string, headers = {}) =>
    fetch(`${server.url}/trpc/environments.create`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });

  it('refuses what is too large, too many or too slow', async () => {
    const large = await post(`"${'x'.repeat(LIMITS.bodyBytes)}"`);
    expect(large.status).toBe(413);
    expect((await large.json()).error.message).toMatch(/100000 bytes/);

    const many = Array.from({ length: 11 }, () => 'environments.list');
    const batch = await fetch(`${server.url}/trpc/${many.join(',')}?batch=1`);
    expect(batch.status).toBe(400);
    expect((await batch.json()).error.message).toMatch(/at most 10 calls/);

    context.directory.ownerExists = () => new Promise(() => {});
    const slow = await post(
      JSON.stringify({ key: 'slow', spec: specOf('slow-dev') }),
    );
    expect(slow.status).toBe(504);
    expect((await slow.json()).error.data.code).toBe('GATEWAY_TIMEOUT');
  });

  it('stops reading a body without an end', async () => {
    const { hostname, port } = new URL(server.url);
    const endless = httpRequest({
      hostname,
      port,
      path: '/trpc/environments.create',
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    });
    endless.on('error', () => {});
    const timer = setInterval(() => endless.write('x'.repeat(50_000)), 5);
    const [answer] = (await once(endless, 'response')) as [IncomingMessage];
    clearInterval(timer);
    endless.destroy();
    expect(answer.statusCode).toBe(413);
  });

  it('survives what is not HTTP', async () => {
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    socket.write('\x16\x03\x01 hello\r\n\r\n');
    await once(socket.resume(), 'close');
    expect((await fetch(`${server.url}/livez`)).status).toBe(200);
  });

  it('tells when to try again', async () => {
    contextOf = async () => {
      throw tooManyRequests('Too many requests.', 7);
    };
    const answer = await fetch(`${server.url}/trpc/environments.list`);
    expect(answer.status).toBe(429);
    expect(answer.headers.get('retry-after')).toBe('7');
  });
});

describe('around the calls', () => {
  it('takes an answer that is not what it should be for a fault of its own', async () => {
    const client = createMoorlineClient({ url: `${server.url}/trpc` });
    const name = 'wrong-dev';
    await client.environments.create.mutate({ key: name, spec: specOf(name) });
    const { id } = await client.runs.record.mutate({
      key: name,
      environment: name,
      azureDevOps: { buildId: 7, pipelineId: 1, url: 'https://example.org/7' },
    });
    context.runLogs = async () => ({ lines: [{}] as string[], next: 1 });
    const input = encodeURIComponent(JSON.stringify({ id, logId: 1 }));
    const answer = await fetch(`${server.url}/trpc/runs.log?input=${input}`);
    expect(answer.status).toBe(500);
    const { error } = await answer.json();
    expect(error.message).toMatch(/^Something went wrong on our side/);
    expect(error.data.issues).toBeUndefined();
  });

  it('writes a line for each request, and errors of ours with their reference', async () => {
    context.directory.ownerExists = async () => {
      throw new Error('the directory is gone');
    };
    const answer = await fetch(`${server.url}/trpc/environments.create`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: 'Bearer secret-token',
        'x-request-id': 'request-0001',
      },
      body: JSON.stringify({ key: 'secret-key', spec: specOf('late-dev') }),
    });
    const { error } = await answer.json();
    expect(answer.headers.get('x-request-id')).toBe('request-0001');
    await new Promise(resolve => setTimeout(resolve, 80));
    const [failure, request] = log().filter(
      ({ requestId }) => requestId === 'request-0001',
    );
    expect(failure).toMatchObject({
      level: 'error',
      requestId: 'request-0001',
      procedure: 'environments.create',
      error: 'the directory is gone',
    });
    expect(error.message).toContain(failure.reference);
    expect(error.message).not.toContain('directory');
    expect(request).toMatchObject({
      level: 'info',
      requestId: 'request-0001',
      procedures: ['environments.create'],
      status: 500,
      milliseconds: expect.any(Number),
    });
    expect(logged.join('')).not.toMatch(/secret-/);
  });

  it('counts requests and calls', async () => {
    await fetch(`${server.url}/trpc/environments.list`);
    await fetch(`${server.url}/trpc/environments.nonsense`);
    const text = await (await fetch(`${server.url}/metrics`)).text();
    expect(text).toMatch(
      /moorline_calls_total\{procedure="environments.list",code="ok"\} \d/,
    );
    expect(text).toMatch(
      /moorline_calls_total\{procedure="unknown",code="NOT_FOUND"\} \d/,
    );
    expect(text).toMatch(/request_duration_seconds_count\{route="trpc"/);
    expect(text).not.toContain('nonsense');
    expect(text).toContain('process_resident_memory_bytes');
  });

  it('lets configured origins in, and only those', async () => {
    const ask = (origin: string, method: string) =>
      fetch(`${server.url}/trpc/environments.list`, {
        method,
        headers: { origin },
      });
    const allowed = await ask('https://portal.example.org', 'OPTIONS');
    expect(allowed.status).toBe(204);
    expect(Object.fromEntries(allowed.headers)).toMatchObject({
      'access-control-allow-origin': 'https://portal.example.org',
      'access-control-allow-headers': expect.stringContaining('authorization'),
      vary: 'origin',
    });
    for (const method of ['OPTIONS', 'GET']) {
      const other = await ask('https://evil.example.org', method);
      expect(other.headers.get('access-control-allow-origin')).toBeNull();
    }
    const page = await ask('https://portal.example.org', 'GET');
    expect(page.headers.get('vary')).toBe('origin, trpc-accept, accept');
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    expect(page.headers.get('content-security-policy')).toMatch(/'none'/);
  });

  it('answers 404 elsewhere', async () => {
    expect((await fetch(`${server.url}/`)).status).toBe(404);
    expect((await fetch(`${server.url}/trpc`)).status).toBe(404);
  });
});

describe('its end', () => {
  it('is not ready without its database', async () => {
    const gone = await createTestDatabase({ empty: true });
    const other = await start({ db: gone.db });
    expect((await fetch(`${other.url}/readyz`)).status).toBe(200);
    await gone.drop();
    await new Promise(resolve => setTimeout(resolve, 1_100));
    const answer = await fetch(`${other.url}/readyz`);
    expect(answer.status).toBe(503);
    expect(await answer.text()).toMatch(/database/);
    await other.close();
  });

  it('finishes what has begun, and says meanwhile that it is not ready', async () => {
    const other = await start({ drainMs: 300 });
    let proceed = () => {};
    context.directory.ownerExists = () =>
      new Promise(resolve => {
        proceed = () => resolve(true);
      });
    const slow = clientOf(other.url).environments.create.mutate({
      key: 'last',
      spec: specOf('last-dev'),
    });
    await new Promise(resolve => setTimeout(resolve, 100));
    const closed = other.close();
    const ready = await fetch(`${other.url}/readyz`);
    expect(ready.status).toBe(503);
    expect(ready.headers.get('connection')).toBe('close');
    expect(await clientOf(other.url).environments.list.query()).toBeDefined();
    setTimeout(() => proceed(), 500);
    expect(await slow).toMatchObject({ name: 'last-dev' });
    await closed;
    await expect(fetch(`${other.url}/livez`)).rejects.toThrow();
  });

  it('lets nobody hold it up for ever', async () => {
    const other = await start({ graceMs: 200 });
    context.directory.ownerExists = () => new Promise(() => {});
    const stuck = clientOf(other.url)
      .environments.create.mutate({ key: 'stuck', spec: specOf('stuck-dev') })
      .catch(error => error);
    await new Promise(resolve => setTimeout(resolve, 100));
    await other.close();
    expect(await stuck).toBeInstanceOf(Error);
  });
});

it('answers with what the context says', async () => {
  contextOf = async () => {
    throw new TRPCError({ code: 'UNAUTHORIZED', message: 'Send a token.' });
  };
  const answer = await fetch(
    `${server.url}/trpc/environments.list,environments.list?batch=1`,
  );
  expect(answer.status).toBe(401);
  const [one, two] = await answer.json();
  expect(one.error.message).toBe('Send a token.');
  expect(two.error.message).toBe('Send a token.');
});
