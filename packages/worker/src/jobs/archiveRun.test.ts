import { query } from '@moorline/api';
import { TestDatabase, createTestDatabase } from '@moorline/api/testing';
import { AzureDevOpsError } from '@moorline/azure-devops';
import { ContainerClient, BlobServiceClient } from '@azure/storage-blob';
import { Azurite, startAzurite } from '../__testUtils__/azurite';
import { callerOf, createOrders, recordBuild } from '../__testUtils__/orders';
import { until } from '../__testUtils__/until';
import { archivedLogs, openArchive } from '../archive';
import { Worker, startWorker } from '../worker';

// Real databases and Azurite, on machines that may be busy.
jest.setTimeout(90_000);

let test: TestDatabase;
let azurite: Azurite;
let worker: Worker | undefined;

beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite.stop());

beforeEach(async () => {
  test = await createTestDatabase();
  await createOrders(test.db);
});
afterEach(async () => {
  await worker?.stop();
  await test.drop();
});

const LOGS: Record<number, string[]> = {
  3: ['Plan: 2 to add, 0 to change, 0 to destroy.'],
  5: ['first', '', 'größer 😀'],
  6: [],
};

const gone = () =>
  new AzureDevOpsError('Azure DevOps has no such log (404)', {
    code: 'notFound',
    status: 404,
  });

const step = (name: string, logId?: number) => ({
  name,
  logId,
  state: 'succeeded' as const,
  errors: [],
});

/** Azure DevOps with one run that is over, which lost one of its logs. */
const azureDevOps = {
  client: {
    getRun: async () => ({ state: 'succeeded' as const, problems: [] }),
    getTimeline: async () => [
      {
        name: 'plan',
        label: 'Plan',
        state: 'succeeded' as const,
        jobs: [
          {
            name: 'terraform',
            state: 'succeeded' as const,
            steps: [
              step('Plan', 3),
              step('Publish', 5),
              step('Nothing', 6),
              step('Lost', 7),
              step('Not begun'),
            ],
          },
        ],
      },
    ],
    getLog: async (_build: number, logId: number) => {
      if (!LOGS[logId]) throw gone();
      return { lines: LOGS[logId], next: LOGS[logId].length };
    },
    getArtifactFile: async (
      buildId: number,
      artifact: string,
      file: string,
    ) => {
      if (buildId !== 41) throw gone();
      return `${artifact}/${file}: + create\n`;
    },
    runPipeline: async () => ({ buildId: 1, url: '', created: true }),
  },
  branch: 'main',
};

it('keeps the logs of a run that is over, and reads them when Azure DevOps has them no more', async () => {
  const url = `${azurite.url}/runs`;
  const archive = await openArchive(url);
  worker = await startWorker({
    db: test.db,
    logger: { warn: jest.fn() },
    azureDevOps,
    archive,
    followEveryMs: 100,
  });
  const { id } = await recordBuild(test.db, 41);
  const run = await until(
    () => callerOf(test.db).runs.get({ id }),
    seen => seen.archive !== undefined,
  );
  expect(run.archive).toBe(`runs/orders-dev/${id}`);

  const { credential } = BlobServiceClient.fromConnectionString(
    'UseDevelopmentStorage=true',
  );
  const container = new ContainerClient(url, credential as never);
  const kept: Record<string, object> = {};
  for await (const { name, properties } of container.listBlobsFlat()) {
    const { contentType, contentEncoding } = properties;
    kept[name.slice(`${run.archive}/`.length)] = {
      contentType,
      contentEncoding,
    };
  }
  const log = {
    contentType: 'text/plain; charset=utf-8',
    contentEncoding: 'gzip',
  };
  expect(kept).toEqual({
    '3.log': log,
    '5.log': log,
    '6.log': log,
    'plan.txt': log,
    'run.json': { contentType: 'application/json', contentEncoding: 'gzip' },
  });
  expect(
    JSON.parse((await archive.read(`${run.archive}/run.json`)) ?? ''),
  ).toMatchObject({ id, state: 'succeeded', plan: { add: 2 } });

  expect(await archive.read(`${run.archive}/plan.txt`)).toBe(
    'plan/plan.txt: + create\n',
  );

  const logs = callerOf(test.db, {
    runLogs: async () => {
      throw Object.assign(new Error('404'), { code: 'NOT_FOUND' });
    },
    archive: archivedLogs(archive),
  }).runs;
  expect(await logs.log({ id, logId: 5, from: 1 })).toEqual({
    lines: LOGS[5].slice(1),
    next: 3,
    done: true,
  });
  expect(await logs.log({ id, logId: 6 })).toMatchObject({ lines: [] });
  await expect(logs.log({ id, logId: 7 })).rejects.toThrow();
});

it('parks what the archive refuses, with what to do about it', async () => {
  await query(test.db, 'UPDATE public_jobs.queue SET retry_limit = 0');
  const closed = azurite.url.replace(/:\d+/, ':9');
  worker = await startWorker({
    db: test.db,
    logger: { warn: jest.fn() },
    azureDevOps,
    archive: await openArchive(`${closed}/runs`),
    followEveryMs: 100,
  });
  await recordBuild(test.db, 41);
  const [parked] = await until(
    async () => (await callerOf(test.db).jobs.list()).items,
    ([job]) => job?.state === 'parked',
  );
  expect(parked).toMatchObject({
    kind: 'archive-run',
    environment: 'orders-dev',
    error: expect.stringMatching(/Storage Blob Data Contributor/),
  });
});

it.each([
  'runs',
  'http://storage.example.org/account/runs',
  'https://account.blob.core.windows.net/',
  'https://account.blob.core.windows.net/runs?sig=secret',
])('refuses %s as its address', async url => {
  await expect(openArchive(url)).rejects.toThrow(/address of a container/);
});
