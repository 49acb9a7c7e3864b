import { query } from '@moorline/api';
import { TestDatabase, createTestDatabase } from '@moorline/api/testing';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callerOf, createOrders, recordBuild } from '../__testUtils__/orders';
import { until } from '../__testUtils__/until';
import { Worker, startWorker } from '../worker';

// Real databases, on machines that may be busy.
jest.setTimeout(90_000);

const SUMMARISE = join(
  __dirname,
  '../../../../infra/pipelines/scripts/summarise-drift.mjs',
);
const CLUSTER = 'module.cluster.azurerm_kubernetes_cluster.this';

let test: TestDatabase;
let worker: Worker | undefined;
let folder: string;

beforeEach(async () => {
  test = await createTestDatabase();
  folder = mkdtempSync(join(tmpdir(), 'drift-'));
  await createOrders(test.db);
});
afterEach(async () => {
  await worker?.stop();
  await test.drop();
  rmSync(folder, { recursive: true });
});

/** What the pipeline prints of a plan in which somebody changed the tags of a cluster, or nobody did anything. */
function pipelineLog(changed: boolean): string[] {
  const before = { tags: { team: 'orders' }, kube_config: 'secret-1' };
  const after = { tags: { team: 'hunter2' }, kube_config: 'secret-1' };
  const resource = {
    address: CLUSTER,
    type: 'azurerm_kubernetes_cluster',
    mode: 'managed',
  };
  const plan = {
    timestamp: '2026-11-21T03:23:30Z',
    resource_drift: changed
      ? [{ ...resource, change: { actions: ['update'], before, after } }]
      : [],
    resource_changes: changed
      ? [
          {
            ...resource,
            change: { actions: ['update'], before: after, after: before },
          },
        ]
      : [],
  };
  const printed = execFileSync(
    process.execPath,
    [SUMMARISE, join(folder, 'drift.json'), 'orders-dev'],
    { input: JSON.stringify(plan), encoding: 'utf8' },
  );
  // As Azure DevOps keeps logs: each line with its time.
  return printed
    .trimEnd()
    .split('\n')
    .map(line => `2026-11-21T03:23:31.1234567Z ${line}`);
}

/** Azure DevOps in which each run succeeds; a run that looks for drift prints what it is told to. */
function azureDevOps() {
  const queued: { templateParameters?: object }[] = [];
  let log: string[] = [];
  const stage = {
    name: 'drift',
    label: 'Drift',
    state: 'succeeded' as const,
    jobs: [
      {
        name: 'terraform',
        state: 'succeeded' as const,
        steps: [
          {
            name: 'Compare',
            state: 'succeeded' as const,
            logId: 9,
            errors: [],
          },
        ],
      },
    ],
  };
  return {
    queued,
    prints(lines: string[]) {
      log = lines;
    },
    client: {
      getRun: async () => ({ state: 'succeeded' as const, problems: [] }),
      getTimeline: async (buildId: number) => (buildId > 100 ? [stage] : []),
      getLog: async () => ({ lines: log, next: log.length }),
      getArtifactFile: async () => '',
      runPipeline: async (request: object) => {
        const buildId = 100 + queued.push(request);
        return { buildId, url: 'https://example.org/1', created: true };
      },
    },
    branch: 'main',
  };
}

const get = () => callerOf(test.db).environments.get({ name: 'orders-dev' });

/** As the schedule does. */
const look = () =>
  query(
    test.db,
    `INSERT INTO public_jobs.job (name, data) VALUES ('look-for-drift', '{}')`,
  );

it('finds what other hands changed, tells it once, and forgets it when that is applied again', async () => {
  const source = azureDevOps();
  worker = await startWorker({
    db: test.db,
    logger: { warn: jest.fn() },
    azureDevOps: source,
    followEveryMs: 100,
  });
  const first = await recordBuild(test.db, 41);
  await until(get, ({ state }) => state === 'ready');

  source.prints(pipelineLog(true));
  await look();
  const drifted = await until(get, ({ drift }) => drift !== undefined);
  expect(drifted).toMatchObject({
    state: 'ready',
    lastRun: { id: first.id },
    drift: {
      checkedAt: '2026-11-21T03:23:30Z',
      resources: [
        {
          address: CLUSTER,
          type: 'azurerm_kubernetes_cluster',
          action: 'changed',
          attributes: ['tags'],
        },
      ],
    },
  });
  expect(JSON.stringify(drifted.drift)).not.toMatch(/hunter2|secret/);
  expect(source.queued).toEqual([
    {
      pipelineId: 7,
      key: expect.stringMatching(/^drift-/),
      branch: 'main',
      templateParameters: { action: 'drift' },
    },
  ]);

  // The same again is no news; that it is gone is.
  await look();
  await until(
    async () => (await callerOf(test.db).runs.list()).items,
    runs =>
      runs.length === 3 &&
      runs.every(({ archive, state }) => state === 'succeeded' && !archive),
  );
  await until(
    async () => (await callerOf(test.db).jobs.list()).items,
    jobs => jobs.length === 0,
  );
  const told = async () =>
    (
      await callerOf(test.db).environments.history({
        name: 'orders-dev',
        kinds: ['environment.drift'],
      })
    ).items.map(({ message }) => message);
  expect(await told()).toEqual([`By other hands: ${CLUSTER} was changed`]);

  await callerOf(test.db, {
    queueRun: async () => ({ buildId: 50, url: 'https://example.org/50' }),
  }).runs.start({ environment: 'orders-dev', after: first.id });
  const applied = await until(
    get,
    ({ state, lastRun }) => state === 'ready' && lastRun?.buildId === 50,
  );
  expect(applied.drift).toBeUndefined();

  source.prints(pipelineLog(false));
  await look();
  const clean = await until(get, ({ drift }) => drift !== undefined);
  expect(clean.drift?.resources).toEqual([]);
  expect(await told()).toHaveLength(1);
});

it('parks what it cannot read, and is looked for as the schedule says', async () => {
  await query(test.db, 'UPDATE public_jobs.queue SET retry_limit = 0');
  const source = azureDevOps();
  worker = await startWorker({
    db: test.db,
    logger: { warn: jest.fn() },
    azureDevOps: source,
    schedules: { 'look-for-drift': '*/5 * * * *' },
    followEveryMs: 100,
  });
  expect(
    await query(
      test.db,
      'SELECT name, cron FROM public_jobs.schedule ORDER BY name DESC',
    ),
  ).toEqual([
    { name: 'look-for-drift', cron: '*/5 * * * *' },
    { name: 'collect-usage', cron: '43 5 * * *' },
  ]);
  await recordBuild(test.db, 41);
  await until(get, ({ state }) => state === 'ready');
  source.prints(['nothing of interest', 'drift.json: {"checkedAt":1}']);
  await look();
  const [parked] = await until(
    async () => (await callerOf(test.db).jobs.list({ state: 'parked' })).items,
    jobs => jobs.length > 0,
  );
  expect(parked).toMatchObject({
    kind: 'record-drift',
    environment: 'orders-dev',
    error: expect.stringMatching(/do not say what differs/),
  });
});
