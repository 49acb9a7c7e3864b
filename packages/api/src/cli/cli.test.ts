import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { createApiKey } from '../apiKeys/apiKeys';
import type { Role } from '../authorization';
import { OWNER, callerOf, specOf } from '../fixtures';
import { Live } from '../live/live';
import { recordRunProgress } from '../runs/progress';
import { Callers } from '../server/authentication/callers';
import { createLog } from '../server/log';
import { RunningServer, startServer } from '../server/server';
import { TestDatabase, createTestDatabase } from '../testing';
import { runCommand } from './run';

// Real servers and databases, on machines that may be busy.
jest.setTimeout(60_000);

let test: TestDatabase;
let server: RunningServer;
let folder: string;
let env: Record<string, string>;
let keys: Record<string, string>;
const stopRun = jest.fn(async () => {});

async function keyFor(role: Role) {
  const expiresAt = new Date(Date.now() + 3_600_000);
  const groups = [OWNER];
  const wish = { name: role, role, groups, scopes: [], expiresAt };
  return (await createApiKey(test.db, wish, 'user:default/ada')).key;
}

beforeAll(async () => {
  test = await createTestDatabase();
  keys = { member: await keyFor('member'), reader: await keyFor('reader') };
  folder = await mkdtemp(join(tmpdir(), 'moorline-cli-'));
  const callers = new Callers(test.db, []);
  const live = new Live({ db: test.db });
  server = await startServer({
    db: test.db,
    live,
    log: createLog(() => {}),
    host: '127.0.0.1',
    port: 0,
    limits: { bodyBytes: 100_000, batchSize: 10, requestMs: 10_000 },
    corsOrigins: [],
    drainMs: 0,
    graceMs: 1_000,
    contextOf: async request => ({
      db: test.db,
      live,
      stopRun,
      actor: await callers.identify(request),
      directory: { ownerExists: async () => true },
    }),
  });
  env = {
    MOORLINE_URL: `${server.url}/trpc/`,
    MOORLINE_TOKEN: keys.member,
    MOORLINE_PORTAL: 'https://portal.example.org/',
  };
});

afterAll(async () => {
  await server.close();
  await test.drop();
  await rm(folder, { recursive: true });
});

async function moorline(
  args: string[],
  change: Record<string, string> = {},
  signal = new AbortController().signal,
) {
  let [out, err] = ['', ''];
  const code = await runCommand(args, {
    env: { ...env, ...change },
    signal,
    out: text => (out += text),
    err: text => (err += text),
  });
  return { code, out, err };
}

async function file(name: string, content: unknown) {
  const path = join(folder, name);
  const text = typeof content === 'string' ? content : stringify(content);
  await writeFile(path, text);
  return path;
}

it('creates from YAML, lists and shows', async () => {
  const spec = await file('orders.yaml', specOf('orders-dev'));
  const made = await moorline(['create', '-f', spec, '--key', 'a', '--json']);
  expect([made.code, made.err]).toEqual([0, '']);
  expect(JSON.parse(made.out)).toMatchObject({ name: 'orders-dev' });
  const again = await moorline(['create', '-f', spec, '--key', 'a', '--json']);
  expect(again).toEqual(made);

  const list = await moorline(['list', '--tier', 'dev']);
  expect(list.out).toMatch(
    /^NAME +TIER +STATE.*\norders-dev +dev +requested +group:default\/team-orders +10\.1\.0\.0\/20 +-\n$/,
  );
  expect(JSON.parse((await moorline(['list', '--json'])).out)).toHaveLength(1);
  expect((await moorline(['list', '--tier', 'prod'])).out).toMatch(/^No /);
  const one = await moorline(['get', 'orders-dev']);
  expect(one.out).toMatch(/^service api +ghcr\.io\S+ × 2 at api\.orders/m);
});

it('tells scripts by its exit code what went wrong, and people by words', async () => {
  const bad = await file('bad.yaml', { ...specOf('x'), region: 'mars' });
  const taken = await file('taken.yaml', specOf('orders-dev'));
  const cases: [string[], number, RegExp, Record<string, string>?][] = [
    [['get', 'none'], 4, /no environment "none"/],
    [['create', '-f', bad], 2, /name: too short.*\n.*region: "mars"/],
    [['create', '-f', taken], 5, /"orders-dev" is taken/],
    [['create'], 2, /Name a file/],
    [['create', '-f', join(folder, 'none')], 2, /cannot be read/],
    [['create', '-f', await file('no.yaml', '{a: [')], 2, /is not YAML/],
    [['list', '--state', 'gone'], 2, /state: choose one of/],
    [['list', '--colour'], 2, /Unknown option/],
    [['lst'], 2, /no command "lst"/],
    [['toString'], 2, /no command/],
    [['get'], 2, /Usage: moorline get NAME/],
    [['get', 'a', 'b'], 2, /Usage/],
    [['call', 'runs.record', '{'], 2, /not JSON/],
    [['call', 'runs'], 2, /Name a procedure/],
    [['call', 'runs.nothing'], 4, /No procedure/],
    [
      ['create', '-f', taken],
      3,
      /reader, which may not/,
      { MOORLINE_TOKEN: keys.reader },
    ],
    [['list'], 3, /not signed in/, { MOORLINE_TOKEN: 'nonsense' }],
    [['list'], 2, /MOORLINE_URL/, { MOORLINE_URL: 'portal' }],
    [['open', 'orders-dev'], 2, /MOORLINE_PORTAL/, { MOORLINE_PORTAL: '' }],
  ];
  for (const [args, code, message, change] of cases) {
    const answer = await moorline(args, change);
    expect([args, answer.code, answer.out]).toEqual([args, code, '']);
    expect(answer.err).toMatch(message);
    const asJson = await moorline([...args, '--json'], change);
    expect([args, asJson.code]).toEqual([args, code]);
    expect(JSON.parse(asJson.err).message).toMatch(message);
  }
});

it('says that nobody answers, after some tries', async () => {
  const nobody = createServer().listen(0, '127.0.0.1');
  await once(nobody, 'listening');
  const { port } = nobody.address() as AddressInfo;
  nobody.close();
  const answer = await moorline(['list'], {
    MOORLINE_URL: `http://127.0.0.1:${port}/trpc`,
  });
  expect([answer.code, answer.out]).toEqual([6, '']);
  expect(answer.err).toMatch(/ECONNREFUSED.*MOORLINE_URL/);
});

it('follows a run to its end', async () => {
  const caller = callerOf(test.db);
  const stage = { name: 'plan', label: 'Plan', jobs: [] };
  const start = async (key: string, buildId: number) => {
    const { id } = await caller.runs.record({
      key,
      environment: 'orders-dev',
      azureDevOps: { buildId, pipelineId: 1, url: 'https://example.org/1' },
    });
    return id;
  };
  // Before there is a run, as just after the environment was created.
  const following = moorline(['follow', 'orders-dev']);
  await new Promise(resolve => setTimeout(resolve, 500));
  const first = await start('one', 1);
  await recordRunProgress(test.db, first, {
    state: 'running',
    stages: [{ ...stage, state: 'running' }],
  });
  await new Promise(resolve => setTimeout(resolve, 500));
  await recordRunProgress(test.db, first, {
    state: 'succeeded',
    stages: [
      { ...stage, state: 'succeeded' },
      { name: 'smoke', label: 'Smoke', jobs: [], state: 'skipped' },
    ],
    plan: { add: 3, change: 0, destroy: 0 },
  });
  expect(await following).toEqual({
    code: 0,
    err: '',
    out: [
      'orders-dev has no run yet',
      'run #1 queued: https://example.org/1',
      'Plan: running',
      'Plan: succeeded',
      'Smoke: skipped',
      'plan: 3 to add, 0 to change, 0 to destroy',
      'run #1 succeeded\n',
    ].join('\n'),
  });

  const second = await start('two', 2);
  const late = await moorline(['follow', 'orders-dev', '--timeout', '0.5']);
  expect(late).toMatchObject({ code: 6, err: expect.stringMatching(/0.5 s/) });
  const canceled = await moorline(['cancel', 'orders-dev']);
  expect(canceled.out).toBe('run #2 is to be canceled\n');
  expect(stopRun.mock.calls).toEqual([[{ buildId: 2 }]]);
  const abort = new AbortController();
  setTimeout(() => abort.abort(), 200);
  const stopped = await moorline(['follow', 'orders-dev'], {}, abort.signal);
  expect(stopped.code).toBe(130);
  await recordRunProgress(test.db, second, {
    state: 'failed',
    stages: [],
    failure: { stage: 'plan', step: 'Terraform plan', message: 'quota' },
  });
  const failed = await moorline(['follow', 'orders-dev', '--json']);
  expect(failed.code).toBe(1);
  expect(failed.err).toMatch(/failed in plan, Terraform plan: quota/);
  expect(JSON.parse(failed.out)).toMatchObject({ number: 2, state: 'failed' });
});

it('calls any procedure, as pipelines do', async () => {
  const input = {
    key: 'cli',
    environment: 'orders-dev',
    service: 'api',
    image: 'ghcr.io/moorline/trpc-api:0.2.0',
  };
  const made = await moorline([
    'call',
    'releases.create',
    JSON.stringify(input),
  ]);
  expect(JSON.parse(made.out)).toMatchObject({ number: 1, kind: 'release' });
  const list = await moorline(['call', 'releases.list']);
  expect(JSON.parse(list.out).items).toHaveLength(1);
});

it('gives the address of the page', async () => {
  expect(await moorline(['open', 'orders-dev', '--print'])).toEqual({
    code: 0,
    err: '',
    out: 'https://portal.example.org/catalog/default/resource/orders-dev\n',
  });
  expect((await moorline(['open', 'none', '--print'])).code).toBe(4);
});

it('hands out what Azure gives as kubeconfig', async () => {
  const asked: unknown[] = [];
  const azure = createServer((request, response) => {
    asked.push([request.method, request.url, request.headers.authorization]);
    const value = Buffer.from('apiVersion: v1\n').toString('base64');
    const found = request.url!.includes('aks-orders-dev');
    const error = { code: 'ResourceNotFound', message: 'It is not there.' };
    response.statusCode = found ? 200 : 404;
    response.end(
      JSON.stringify(found ? { kubeconfigs: [{ value }] } : { error }),
    );
  }).listen(0, '127.0.0.1');
  await once(azure, 'listening');
  const { port } = azure.address() as AddressInfo;
  const change = {
    MOORLINE_AZURE_ENDPOINT: `http://127.0.0.1:${port}`,
    MOORLINE_AZURE_SUBSCRIPTION: 'sub',
    MOORLINE_AZURE_TOKEN: 'token',
  };
  const given = await moorline(['kubeconfig', 'orders-dev'], change);
  expect(given).toEqual({ code: 0, err: '', out: 'apiVersion: v1\n' });
  expect(asked).toEqual([
    [
      'POST',
      '/subscriptions/sub/resourceGroups/rg-orders-dev/providers/Microsoft.ContainerService/managedClusters/aks-orders-dev/listClusterUserCredential?api-version=2026-04-01',
      'Bearer token',
    ],
  ]);
  const none = await moorline(['kubeconfig', 'other'], change);
  expect(none).toMatchObject({
    code: 1,
    err: expect.stringMatching(/It is not there/),
  });
  azure.close();
});

it('is a program', () => {
  const program = join(__dirname, '../../bin/moorline.cjs');
  const help = spawnSync(process.execPath, [program, '--help'], {
    encoding: 'utf8',
  });
  expect([help.status, help.stderr]).toEqual([0, '']);
  expect(help.stdout).toMatch(/^Usage: moorline COMMAND/);
  expect(spawnSync(process.execPath, [program]).status).toBe(2);
});
