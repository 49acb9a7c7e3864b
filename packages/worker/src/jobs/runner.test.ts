import {
  Database,
  createDatabase,
  query,
  queueJob,
  transaction,
} from '@moorline/api';
import { TestDatabase, createTestDatabase } from '@moorline/api/testing';
import { TRPCError } from '@trpc/server';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { callerOf, createOrders } from '../__testUtils__/orders';
import { until } from '../__testUtils__/until';
import type { Job } from './job';
import { startJobs } from './runner';

// Real databases and processes, on machines that may be busy.
jest.setTimeout(90_000);

let test: TestDatabase;
let stops: (() => Promise<unknown>)[];
let logger: { warn: jest.Mock };

beforeEach(async () => {
  test = await createTestDatabase();
  stops = [];
  logger = { warn: jest.fn() };
  await query(test.db, 'CREATE TABLE done (what text)');
});

afterEach(async () => {
  for (const stop of stops.reverse()) await stop();
  await test.drop();
});

type Run = (payload: { environmentId: string }) => Promise<void>;

async function work(run: Run, db: Database = test.db) {
  const job: Job<'expire-environment'> & Job<'retire-environment'> = { run };
  const runner = await startJobs({
    db,
    jobs: { 'expire-environment': job, 'retire-environment': job },
    services: {
      db,
      actor: { ref: 'service:test', groups: [] },
      queueRun: async () => ({ buildId: 1, url: '' }),
      onChange: () => {},
    },
    logger,
    everySeconds: 0.5,
    superviseSeconds: 1,
  });
  stops.push(() => runner.stop());
}

const id = (index: number) =>
  `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;

function queue(...ids: string[]) {
  return transaction(test.db, async connection => {
    for (const environmentId of ids) {
      await queueJob(
        connection,
        'expire-environment',
        { environmentId },
        { key: environmentId },
      );
    }
  });
}

const note = (what: string) =>
  query(test.db, 'INSERT INTO done VALUES ($1)', [what]);
const noted = async () => {
  const rows = await query<{ what: string }>(test.db, 'TABLE done');
  return rows.map(({ what }) => what);
};
const left = async () => (await callerOf(test.db).jobs.list()).items;

it('shares jobs between workers, each done once', async () => {
  const other = createDatabase(test.url);
  const ids = Array.from({ length: 24 }, (_, index) => id(index));
  await queue(...ids);
  await work(async ({ environmentId }) => {
    await note(`one ${environmentId}`);
  });
  await work(async ({ environmentId }) => {
    await note(`two ${environmentId}`);
  }, other);
  stops.push(() => other.close());
  await until(left, jobs => jobs.length === 0);
  const done = await noted();
  expect(done.map(what => what.slice(4)).sort()).toEqual(ids);
  expect(new Set(done.map(what => what.slice(0, 3)))).toEqual(
    new Set(['one', 'two']),
  );
});

it('does the job of a worker that was killed in its middle, and ends it once', async () => {
  await query(test.db, 'UPDATE public_jobs.queue SET heartbeat_seconds = 10');
  await queue(id(1));
  const child = spawn(
    process.execPath,
    [
      '--require',
      require.resolve('@backstage/cli/config/nodeTransform.cjs'),
      join(__dirname, '../__testUtils__/stuckWorker.ts'),
      test.url,
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const gone = once(child, 'exit');
  await until(noted, what => what.length === 1);
  expect(await left()).toMatchObject([{ state: 'running', attempts: 1 }]);
  child.kill('SIGKILL');
  await gone;

  await work(async () => {
    await note('ended');
  });
  await until(left, jobs => jobs.length === 0);
  expect(await noted()).toEqual(['begun', 'ended']);
});

it('tries a job again, and parks it with its error for a person to retry', async () => {
  const { id: environmentId } = await createOrders(test.db);
  await query(
    test.db,
    'UPDATE public_jobs.queue SET retry_limit = 1, retry_delay = 0',
  );
  await queue(environmentId);
  let works = false;
  await work(async () => {
    await note('tried');
    if (!works) {
      throw new TRPCError({ code: 'BAD_GATEWAY', message: 'Token expired' });
    }
  });
  const [parked] = await until(left, ([job]) => job.state === 'parked');
  expect(parked).toMatchObject({
    kind: 'expire-environment',
    environment: 'orders-dev',
    attempts: 2,
    error: 'Token expired',
  });
  works = true;
  await callerOf(test.db).jobs.retry({ id: parked.id });
  await until(left, jobs => jobs.length === 0);
  expect(await noted()).toEqual(['tried', 'tried', 'tried']);
});

it('keeps to itself what an error may give away', async () => {
  await query(test.db, 'UPDATE public_jobs.queue SET retry_limit = 0');
  await queue(id(1));
  await work(async () => {
    throw new Error('connect postgres://moorline:hunter2@db');
  });
  const [parked] = await until(left, ([job]) => job.state === 'parked');
  expect(parked.error).toMatch(
    /^Something went wrong on our side; .* in the log/,
  );
  const stored = await query(test.db, 'SELECT * FROM public_jobs.job');
  expect(JSON.stringify(stored)).not.toMatch(/hunter2/);
  const [reference] = /[0-9a-f]{8}/.exec(parked.error ?? '') ?? [''];
  expect(logger.warn.mock.calls.flat().join('\n')).toContain(reference);
});
