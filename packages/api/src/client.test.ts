import { createHTTPServer } from '@trpc/server/adapters/standalone';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MoorlineClient, createMoorlineClient, describeError } from './client';
import type { Context } from './context';
import { errorReference } from './errors';
import { ACTOR, OWNER, specOf } from './fixtures';
import { appRouter } from './router';
import { TestDatabase, createTestDatabase } from './testing';

// Real databases, on machines that may be busy.
jest.setTimeout(60_000);

let test: TestDatabase;
let server: Server;
let url: string;
let client: MoorlineClient;
let context: Context;
let logged: string[];
let authorizations: (string | undefined)[];

beforeAll(async () => {
  test = await createTestDatabase();
  const httpServer = createHTTPServer({
    router: appRouter,
    createContext: async ({ req }) => {
      authorizations.push(req.headers.authorization);
      return context;
    },
    onError: ({ error }) => logged.push(errorReference(error)),
  });
  server = httpServer as unknown as Server;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  client = createMoorlineClient({ url, token: async () => 'secret' });
});

afterAll(async () => {
  server.close();
  await test.drop();
});

beforeEach(() => {
  logged = [];
  authorizations = [];
  context = {
    db: test.db,
    actor: ACTOR,
    directory: { ownerExists: async ref => ref === OWNER },
  };
});

describe('the client', () => {
  it('makes and finds environments, with its token, in few requests', async () => {
    const record = await client.environments.create.mutate({
      key: 'a',
      spec: specOf('orders-dev'),
    });
    const answers = await Promise.all([
      client.environments.list.query({ tier: 'dev' }),
      client.environments.get.query({ name: 'orders-dev' }),
      client.runs.list.query({ environment: 'orders-dev' }),
    ]);
    // JSON leaves out what is undefined.
    const sent = JSON.parse(JSON.stringify(record));
    expect(answers).toEqual([[sent], sent, { items: [] }]);
    expect(authorizations).toEqual(['Bearer secret', 'Bearer secret']);
  });

  it('names every wrong field', async () => {
    const spec = {
      ...specOf('X'),
      region: 'mars' as never,
      services: [{ name: 'api', image: 'api', replicas: 1, host: 'a.b' }],
    };
    const error = await client.environments.create
      .mutate({ key: '', spec })
      .catch(describeError);
    expect(error).toMatchObject({ code: 'BAD_REQUEST' });
    expect(error).toHaveProperty('issues', [
      { path: 'key', message: expect.stringMatching(/^key: /) },
      { path: 'spec.name', message: expect.stringMatching(/^name: /) },
      {
        path: 'spec.region',
        message: expect.stringMatching(/^region: "mars"/),
      },
      {
        path: 'spec.services.0.image',
        message: expect.stringMatching(/^services\.0\.image: give/),
      },
    ]);
  });

  it('names the field of a conflict and of an unknown owner', async () => {
    const create = (key: string, spec = specOf('orders-dev')) =>
      client.environments.create.mutate({ key, spec }).catch(describeError);
    expect(await create('b')).toMatchObject({
      code: 'CONFLICT',
      issues: [{ path: 'spec.name' }],
    });
    expect(
      await create('c', specOf('new-dev', { addressRange: '10.1.0.0/20' })),
    ).toMatchObject({
      code: 'CONFLICT',
      issues: [{ path: 'spec.addressRange' }],
    });
    expect(
      await create('d', specOf('new-dev', { owner: 'user:default/nobody' })),
    ).toMatchObject({ code: 'BAD_REQUEST', issues: [{ path: 'spec.owner' }] });
  });

  it('shows a reference instead of an error of ours', async () => {
    context.directory.ownerExists = async () => {
      throw new Error('password=hunter2 refused at db.internal');
    };
    const error = await client.environments.create
      .mutate({ key: 'e', spec: specOf('late-dev') })
      .catch(describeError);
    expect(error).toMatchObject({ code: 'INTERNAL_SERVER_ERROR' });
    expect(JSON.stringify(error)).not.toContain('hunter2');
    expect(logged).toHaveLength(1);
    expect(error).toHaveProperty('message', expect.stringContaining(logged[0]));
  });

  it('describes a server that does not answer', async () => {
    const gone = createMoorlineClient({ url: 'http://127.0.0.1:1' });
    const error = await gone.environments.list.query().catch(describeError);
    expect(error).toMatchObject({ code: undefined, issues: [] });
  });
});

describe('the wire', () => {
  const id = '00000000-0000-4000-8000-000000000000';

  it.each<[string, unknown]>([
    ['environments.get', undefined],
    ['environments.get', 'orders-dev'],
    ['environments.get', { name: 7 }],
    ['environments.get', { name: '\0' }],
    ['environments.get', { name: '\ud800' }],
    ['environments.get', { name: 'x'.repeat(201) }],
    ['environments.history', { name: '' }],
    ['environments.list', { tier: 'test' }],
    ['environments.list', { state: [] }],
    ['environments.list', { owner: {} }],
    ['environments.list', { search: 'a\0b' }],
    ['environments.list', []],
    ['environments.check', { name: [] }],
    ['environments.check', { addressRange: '\0' }],
    ['runs.get', { id: 'not-an-id' }],
    ['runs.list', { environment: '' }],
    ['runs.list', { cursor: 'x' }],
    ['environments.history', { name: 'a-dev', cursor: '-1' }],
    ['environments.history', { name: 'a-dev', kinds: ['x'] }],
    ['runs.log', { id }],
    ['runs.log', { id, logId: -1 }],
    ['runs.log', { id, logId: 1, from: 1e12 }],
    ['runs.log', { id, logId: 1.5 }],
  ])('refuses %s of %j without a stack', async (procedure, input) => {
    const query =
      input === undefined
        ? ''
        : `?input=${encodeURIComponent(JSON.stringify(input))}`;
    const answer = await fetch(`${url}/${procedure}${query}`);
    const text = await answer.text();
    expect([answer.status, text]).toEqual([400, expect.any(String)]);
    expect(text).not.toMatch(/"stack"|node_modules|\.ts:\d/);
    const { error } = JSON.parse(text);
    // Each message begins with the field, or tells the form of the whole.
    expect(error.message).toMatch(/^([\w.]+: |give an object)/);
    expect(error.data.issues.length).toBeGreaterThan(0);
  });

  it.each<[string, unknown]>([
    ['environments.create', undefined],
    ['environments.create', { key: 'k' }],
    ['environments.create', { key: 'k', spec: null }],
    ['environments.create', { key: '\n', spec: specOf('new-dev') }],
    [
      'environments.create',
      { key: 'k', spec: { ...specOf('new-dev'), services: [{}, null] } },
    ],
    ['runs.record', { key: 'k', environment: 'orders-dev' }],
    [
      'runs.record',
      {
        key: 'k',
        environment: 'orders-dev',
        // eslint-disable-next-line no-script-url
        azureDevOps: { buildId: 1, pipelineId: 1, url: 'javascript:alert(1)' },
      },
    ],
    [
      'runs.record',
      {
        key: 'k',
        environment: 'orders-dev',
        azureDevOps: {
          buildId: 2 ** 31,
          pipelineId: '1',
          url: 'https://example.org',
        },
      },
    ],
  ])('refuses to %s %j', async (procedure, input) => {
    const answer = await fetch(`${url}/${procedure}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(input),
    });
    const { error } = await answer.json();
    expect(answer.status).toBe(400);
    expect(error.data.issues.length).toBeGreaterThan(0);
    expect(error.message).not.toMatch(/Invalid input|expected/);
  });

  it('takes broken JSON and unknown procedures as the mistake of the caller', async () => {
    const broken = await fetch(`${url}/environments.create`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"key": ',
    });
    expect(broken.status).toBe(400);
    expect((await fetch(`${url}/environments.drop`)).status).toBe(404);
    expect((await fetch(`${url}/environments.get?input=%7B`)).status).toBe(400);
    expect(await (await fetch(`${url}/environments.get`)).text()).not.toContain(
      'stack',
    );
  });
});
