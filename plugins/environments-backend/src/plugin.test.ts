import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { createMoorlineClient, describeError } from '@moorline/api/client';
import { TestDatabase, createTestDatabase } from '@moorline/api/testing';
import { ENVIRONMENTS_TOPIC } from '@moorline/plugin-environments-common';
import { once } from 'node:events';
import { Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import environmentsPlugin from './index';

// Real databases, on machines that may be busy.
jest.setTimeout(60_000);

const OWNER = 'group:default/team-orders';

const entity = (kind: string, name: string) => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind,
  metadata: { name },
  spec: {},
});

const specOf = (name: string, owner = OWNER) => ({
  name,
  tier: 'dev' as const,
  owner,
  region: 'westeurope' as const,
  size: 'small' as const,
  database: 'statefulset' as const,
  services: [
    {
      name: 'api',
      image: 'ghcr.io/moorline/trpc-api:0.1.0',
      replicas: 1,
      host: `api.${name}.moorline.localhost`,
    },
  ],
});

let test: TestDatabase;
let stops: (() => Promise<unknown>)[];

beforeEach(async () => {
  test = await createTestDatabase({ empty: true });
  stops = [];
});

afterEach(async () => {
  for (const stop of stops.reverse()) await stop();
  await test.drop();
});

async function start(
  options: {
    azureDevOps?: object;
    runs?: object;
    permissions?: ReturnType<typeof mockServices.permissions.mock>;
  } = {},
) {
  const { hostname, port, username, password, pathname } = new URL(test.url);
  const events = mockServices.events.mock();
  events.publish.mockResolvedValue();
  const logger = mockServices.rootLogger.mock();
  logger.child.mockReturnValue(logger);
  const backend = await startTestBackend({
    features: [
      environmentsPlugin,
      mockServices.rootConfig.factory({
        data: {
          backend: {
            // The real service of Backstage over the real PostgreSQL: tables in a schema of the plugin's own.
            database: {
              client: 'pg',
              pluginDivisionMode: 'schema',
              connection: {
                host: hostname,
                port: Number(port),
                user: decodeURIComponent(username),
                password: decodeURIComponent(password),
                database: pathname.slice(1),
              },
            },
          },
          moorline: {
            runs: options.runs ?? { interval: { milliseconds: 100 } },
            ...(options.azureDevOps && { azureDevOps: options.azureDevOps }),
          },
        },
      }),
      catalogServiceMock.factory({
        entities: [
          entity('Group', 'team-orders'),
          entity('User', 'ada'),
          entity('Component', 'portal'),
        ],
      }),
      events.factory,
      logger.factory,
      ...(options.permissions ? [options.permissions.factory] : []),
    ],
  });
  stops.push(() => backend.stop());
  const address = backend.server.address() as AddressInfo;
  const url = `http://127.0.0.1:${address.port}/api/environments/trpc`;
  const clientOf = (token?: string) =>
    createMoorlineClient({ url, token: async () => token });
  return {
    url,
    events,
    logger,
    clientOf,
    user: clientOf(mockCredentials.user.token('user:default/ada')),
    service: clientOf(
      mockCredentials.service.token({
        onBehalfOf: mockCredentials.service('plugin:catalog'),
        targetPluginId: 'environments',
      }),
    ),
  };
}

describe('the environments plugin', () => {
  it('tells people of changes while they happen, and refuses others', async () => {
    const { user, clientOf } = await start();
    const changes: string[] = [];
    const follow = (client: ReturnType<typeof clientOf>) =>
      new Promise<string | undefined>(resolve => {
        const following = client.environments.changes.subscribe(
          {},
          {
            onData({ data }) {
              changes.push(...data.map(({ message }) => message));
              resolve(undefined);
            },
            onError: error => resolve(error.data?.code),
          },
        );
        stops.push(async () => following.unsubscribe());
      });
    const stranger = clientOf(mockCredentials.user.invalidToken());
    expect(await follow(stranger)).toBe('UNAUTHORIZED');
    expect(await follow(user)).toBeUndefined();
    await user.environments.create.mutate({
      key: 'a',
      spec: specOf('orders-dev'),
    });
    while (changes.length === 0) await sleep(20);
    expect(changes[0]).toMatch(/^Environment orders-dev requested/);
  });

  it('serves the API to people and services, and tells others what changed', async () => {
    const { user, service, events } = await start();
    const record = await user.environments.create.mutate({
      key: 'a',
      spec: specOf('orders-dev'),
    });
    expect(record).toMatchObject({
      state: 'requested',
      createdBy: 'user:default/ada',
      spec: { addressRange: expect.stringMatching(/\/20$/) },
    });
    expect(await service.environments.list.query()).toEqual([record]);
    expect(events.publish.mock.calls).toEqual([
      [{ topic: ENVIRONMENTS_TOPIC, eventPayload: { name: 'orders-dev' } }],
    ]);
  });

  it('takes groups and users of the catalog as owners, and nothing else', async () => {
    const { user } = await start();
    const create = (name: string, owner: string) =>
      user.environments.create
        .mutate({ key: name, spec: specOf(name, owner) })
        .catch(describeError);
    expect(await create('ada-dev', 'user:default/ada')).toMatchObject({
      state: 'requested',
    });
    expect(await create('late-dev', 'group:default/nobody')).toMatchObject({
      code: 'BAD_REQUEST',
      issues: [{ path: 'spec.owner' }],
    });
    expect(await create('odd-dev', 'component:default/portal')).toMatchObject({
      code: 'BAD_REQUEST',
      issues: [{ path: 'spec.owner' }],
    });
  });

  it('lets nobody in without credentials, and says so in a form that clients read', async () => {
    const { clientOf, url } = await start();
    for (const token of [
      mockCredentials.none.header().slice('Bearer '.length),
      mockCredentials.user.invalidToken(),
      mockCredentials.service.invalidToken(),
    ]) {
      const error = await clientOf(token)
        .environments.list.query()
        .catch(describeError);
      expect(error).toMatchObject({
        code: 'UNAUTHORIZED',
        message: expect.stringMatching(/^Sign in/),
      });
    }
    const answer = await fetch(`${url}/environments.list`, {
      headers: { authorization: mockCredentials.user.invalidHeader() },
    });
    expect([answer.status, await answer.text()]).toEqual([
      401,
      expect.not.stringContaining('"stack"'),
    ]);
    // Nothing else of the plugin is open either.
    const other = await fetch(url.replace('/trpc', '/other'));
    expect([401, 404]).toContain(other.status);
  });

  it("asks the portal's policy", async () => {
    const permissions = mockServices.permissions.mock();
    permissions.authorize.mockImplementation(async requests =>
      requests.map(({ permission }) => ({
        result:
          permission.name === 'environment.read'
            ? AuthorizeResult.ALLOW
            : AuthorizeResult.DENY,
      })),
    );
    const { user } = await start({ permissions });
    expect(await user.environments.list.query()).toEqual([]);
    const error = await user.environments.create
      .mutate({ key: 'a', spec: specOf('orders-dev') })
      .catch(describeError);
    expect(error).toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringContaining('user:default/ada lacks'),
    });
  });

  it('refuses a body beyond all measure', async () => {
    const { url } = await start();
    const answer = await fetch(`${url}/environments.create`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: mockCredentials.user.header(),
      },
      body: JSON.stringify({ key: 'x'.repeat(2_000_000) }),
    });
    expect(answer.status).toBe(413);
  });

  it('creates fifty environments at once', async () => {
    const { user, service } = await start();
    const records = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        [user, service][i % 2].environments.create.mutate({
          key: `task-${i}`,
          spec: specOf(`env-${i}`),
        }),
      ),
    );
    const ranges = records.map(({ spec }) => spec.addressRange);
    expect(new Set(ranges).size).toBe(50);
  });

  it('keeps its record over a restart', async () => {
    const first = await start();
    const record = await first.user.environments.create.mutate({
      key: 'a',
      spec: specOf('orders-dev'),
    });
    await stops.pop()?.();
    const second = await start();
    expect(await second.user.environments.list.query()).toEqual([record]);
  });
});

describe('with Azure DevOps', () => {
  let azure: Server;
  let answers: Record<string, object | number>;

  beforeEach(async () => {
    answers = {};
    azure = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '', 'http://localhost');
      const answer = answers[pathname.split('/_apis/')[1]] ?? 404;
      if (typeof answer === 'number') {
        response.writeHead(answer).end();
      } else {
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify(answer));
      }
    });
    azure.listen(0, '127.0.0.1');
    await once(azure, 'listening');
    stops.push(async () => {
      azure.closeAllConnections();
      azure.close();
    });
  });

  const config = () => ({
    organizationUrl: `http://127.0.0.1:${
      (azure.address() as AddressInfo).port
    }/moorline`,
    project: 'environments-platform',
    platformVersion: 'v0.1.0',
    token: 'pat',
  });

  it('follows a run to ready and shows its log', async () => {
    answers['build/builds/41'] = {
      id: 41,
      status: 'completed',
      result: 'succeeded',
      startTime: '2026-11-21T10:00:00Z',
      finishTime: '2026-11-21T10:05:00Z',
      definition: { id: 7 },
    };
    answers['build/builds/41/timeline'] = {
      records: [
        { id: 's', type: 'Stage', name: 'Plan', identifier: 'plan' },
        { id: 'p', parentId: 's', type: 'Phase', name: 'Terraform' },
        { id: 'j', parentId: 'p', type: 'Job', name: 'Terraform' },
        { id: 't', parentId: 'j', type: 'Task', name: 'Plan', log: { id: 3 } },
      ].map(item => ({ ...item, state: 'completed', result: 'succeeded' })),
    };
    answers['build/builds/41/logs/3'] = {
      count: 1,
      value: ['Plan: 23 to add, 0 to change, 0 to destroy.'],
    };
    const { user } = await start({ azureDevOps: config() });
    await user.environments.create.mutate({
      key: 'a',
      spec: specOf('orders-dev'),
    });
    const run = await user.runs.record.mutate({
      key: 'r',
      environment: 'orders-dev',
      azureDevOps: {
        buildId: 41,
        pipelineId: 7,
        url: 'https://example.org/41',
      },
    });
    let state;
    for (let i = 0; i < 200 && state !== 'ready'; i += 1) {
      await sleep(100);
      ({ state } = await user.environments.get.query({ name: 'orders-dev' }));
    }
    expect(state).toBe('ready');
    expect(await user.runs.get.query({ id: run.id })).toMatchObject({
      state: 'succeeded',
      plan: { add: 23, change: 0, destroy: 0 },
      stages: [{ name: 'plan', state: 'succeeded' }],
    });
    expect(await user.runs.log.query({ id: run.id, logId: 3 })).toEqual({
      lines: ['Plan: 23 to add, 0 to change, 0 to destroy.'],
      next: 1,
      done: true,
    });
    expect(
      await user.runs.log.query({ id: run.id, logId: 9 }).catch(describeError),
    ).toMatchObject({ code: 'NOT_FOUND' });
    answers['build/builds/41/logs/3'] = 401;
    expect(
      await user.runs.log.query({ id: run.id, logId: 3 }).catch(describeError),
    ).toMatchObject({
      code: 'BAD_GATEWAY',
      message: expect.stringContaining('moorline.azureDevOps.token'),
    });
  });

  it('reads a run when a service hook tells of it, and lets nobody else tell', async () => {
    answers['build/builds/41'] = { id: 41, definition: { id: 7 } };
    answers['build/builds/41/timeline'] = { records: [] };
    const password = 'correct horse battery';
    const { user, url } = await start({
      azureDevOps: config(),
      runs: { interval: { minutes: 1 }, hook: { password } },
    });
    await user.environments.create.mutate({
      key: 'a',
      spec: specOf('orders-dev'),
    });
    await user.runs.record.mutate({
      key: 'r',
      environment: 'orders-dev',
      azureDevOps: {
        buildId: 41,
        pipelineId: 7,
        url: 'https://example.org/41',
      },
    });
    const post = async (body: unknown, secret = password) => {
      const { status } = await fetch(
        url.replace(/trpc$/, 'hooks/azure-devops'),
        {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            authorization: `Basic ${btoa(`moorline:${secret}`)}`,
          },
          body: typeof body === 'string' ? body : JSON.stringify(body),
        },
      );
      return status;
    };
    const event = {
      eventType: 'ms.vss-pipelines.run-state-changed-event',
      resource: { run: { id: 41, state: 'completed' } },
    };
    expect(await post(event, 'a guess')).toBe(401);
    expect(await post({ ...event, eventType: 'git.push' })).toBe(400);
    expect(await post({ ...event, resource: { run: { id: '1; --' } } })).toBe(
      400,
    );
    expect(await post('{')).toBe(400);
    const completed = { eventType: 'build.complete', resource: { id: 99 } };
    expect(await post(completed)).toBe(204);

    // Looked at once, and not again for a minute.
    await sleep(2_000);
    answers['build/builds/41'] = {
      id: 41,
      status: 'completed',
      result: 'succeeded',
      definition: { id: 7 },
    };
    expect(await post(event)).toBe(204);
    let state;
    for (let i = 0; i < 100 && state !== 'ready'; i += 1) {
      await sleep(100);
      ({ state } = await user.environments.get.query({ name: 'orders-dev' }));
    }
    expect(state).toBe('ready');
  });

  it('shows on the run that Azure DevOps refuses, and recovers', async () => {
    answers['build/builds/41'] = 401;
    answers['build/builds/41/timeline'] = { records: [] };
    const { user } = await start({ azureDevOps: config() });
    await user.environments.create.mutate({
      key: 'a',
      spec: specOf('orders-dev'),
    });
    const { id } = await user.runs.record.mutate({
      key: 'r',
      environment: 'orders-dev',
      azureDevOps: {
        buildId: 41,
        pipelineId: 7,
        url: 'https://example.org/41',
      },
    });
    let run = await user.runs.get.query({ id });
    for (let i = 0; i < 200 && !run.problem; i += 1) {
      await sleep(100);
      run = await user.runs.get.query({ id });
    }
    expect(run.problem?.message).toMatch(/did not accept the token/);
    answers['build/builds/41'] = {
      id: 41,
      status: 'inProgress',
      definition: { id: 7 },
    };
    for (let i = 0; i < 200 && run.problem; i += 1) {
      await sleep(100);
      run = await user.runs.get.query({ id });
    }
    expect(run).toMatchObject({ state: 'running' });
  });
});
