import { query } from '@moorline/api';
import { TestDatabase, createTestDatabase } from '@moorline/api/testing';
import { callerOf, createOrders, recordBuild } from './__testUtils__/orders';
import { until } from './__testUtils__/until';
import { Worker, startWorker } from './worker';

// Real databases, on machines that may be busy.
jest.setTimeout(60_000);

let test: TestDatabase;
let worker: Worker | undefined;
const logger = { warn: jest.fn() };

beforeEach(async () => {
  test = await createTestDatabase();
  await createOrders(test.db);
});

afterEach(async () => {
  await worker?.stop();
  await test.drop();
});

/** Azure DevOps in which each run succeeds, unless it is said otherwise. */
function azureDevOps() {
  const runs: object[] = [];
  const failing = new Set<number>();
  return {
    runs,
    failing,
    client: {
      getRun: async (buildId: number) => ({
        state: failing.has(buildId)
          ? ('failed' as const)
          : ('succeeded' as const),
        problems: [],
      }),
      getTimeline: async () => [],
      getLog: async () => ({ lines: [], next: 0 }),
      getArtifactFile: async () => '',
      runPipeline: async (request: object) => {
        const buildId = 100 + runs.push(request);
        return { buildId, url: 'https://example.org/1', created: true };
      },
    },
    branch: 'main',
  };
}

const environments = () => callerOf(test.db).environments;
const states = async () => {
  const rows = await query<{ state: string }>(
    test.db,
    'SELECT state FROM environments',
  );
  return rows.map(({ state }) => state).join();
};

async function start(source = azureDevOps()) {
  worker = await startWorker({
    db: test.db,
    logger,
    azureDevOps: source,
    followEveryMs: 100,
  });
  return source;
}

it('retires an environment when its time has come, and follows that until it is gone', async () => {
  await recordBuild(test.db, 41);
  const { runs } = await start();
  const { version } = await until(
    () => environments().get({ name: 'orders-dev' }),
    ({ state }) => state === 'ready',
  );
  const expiresAt = new Date(Date.now() + 1_000).toISOString();
  await environments().setExpiry({ name: 'orders-dev', version, expiresAt });
  await until(states, state => state === 'retired');
  expect(runs).toEqual([
    {
      pipelineId: 7,
      key: expect.stringMatching(/^retire-/),
      branch: 'main',
      templateParameters: { action: 'destroy' },
    },
  ]);
});

it('leaves an environment alone that is to stay longer by then, or for ever', async () => {
  const { version } = await environments().get({ name: 'orders-dev' });
  const expiresAt = new Date(Date.now() + 1_000).toISOString();
  const seen = await environments().setExpiry({
    name: 'orders-dev',
    version,
    expiresAt,
  });
  await environments().setExpiry({
    name: 'orders-dev',
    version: seen.version,
  });
  await start();
  await until(
    async () => (await callerOf(test.db).jobs.list()).items,
    jobs => jobs.length === 0,
  );
  expect(await states()).toBe('requested');
});

it('takes an environment down again after a run could not', async () => {
  await recordBuild(test.db, 41);
  const source = await start();
  source.failing.add(101);
  const { version } = await until(
    () => environments().get({ name: 'orders-dev' }),
    ({ state }) => state === 'ready',
  );
  await environments().retire({ name: 'orders-dev', version });
  const stuck = await until(
    () => environments().get({ name: 'orders-dev' }),
    ({ stateReason }) => stateReason !== undefined,
  );
  expect(stuck).toMatchObject({
    state: 'retiring',
    stateReason: expect.stringMatching(/retire it again/),
  });
  await environments().retire({ name: 'orders-dev', version: stuck.version });
  await until(states, state => state === 'retired');
  expect(source.runs).toHaveLength(2);
});
