import { createDatabase, migrate, query } from '@moorline/api';
import { TestPostgres, startTestPostgres } from '@moorline/api/testing';
import { callerOf, specOf } from '../__testUtils__/orders';
import { until } from '../__testUtils__/until';
import { JOBS } from './jobs';
import { startJobs } from './runner';

// A real PostgreSQL that is killed, on machines that may be busy.
jest.setTimeout(180_000);

const ENVIRONMENTS = 40;

let postgres: TestPostgres;
let stops: (() => Promise<unknown>)[];

beforeEach(async () => {
  postgres = await startTestPostgres();
  stops = [];
});

afterEach(async () => {
  for (const stop of stops.reverse()) await stop();
  await postgres.remove();
});

function connect() {
  const db = createDatabase(postgres.url);
  stops.push(() => db.close());
  return db;
}

async function startWorkerOfJobs() {
  const db = connect();
  const runner = await startJobs({
    db,
    jobs: JOBS,
    services: {
      db,
      actor: { ref: 'service:worker', groups: [] },
      queueRun: async () => ({ buildId: 1, url: '' }),
      onChange: () => {},
    },
    logger: { warn: () => {} },
    everySeconds: 0.5,
    superviseSeconds: 1,
  });
  stops.push(() => runner.stop());
}

it('ends each job once when PostgreSQL is killed under load', async () => {
  const db = connect();
  await migrate(db);
  await query(db, 'UPDATE public_jobs.queue SET heartbeat_seconds = 10');
  const { environments, jobs } = callerOf(db);
  for (let index = 0; index < ENVIRONMENTS; index += 1) {
    const name = `short-${index}`;
    const spec = specOf(name);
    const { version } = await environments.create({ key: name, spec });
    const expiresAt = new Date(Date.now() + 1_000).toISOString();
    await environments.setExpiry({ name, version, expiresAt });
  }
  await startWorkerOfJobs();
  await startWorkerOfJobs();

  const retired = async () =>
    (await environments.list({ state: 'retired' })).length;
  for (const some of [5, 15]) {
    await until(retired, count => count >= some);
    await postgres.kill();
    await postgres.start();
  }
  await until(retired, count => count === ENVIRONMENTS);
  await until(jobs.list, ({ items }) => items.length === 0);

  const told = await query(
    db,
    `SELECT environment_id FROM events WHERE kind = 'environment.retired'`,
  );
  expect(told).toHaveLength(ENVIRONMENTS);
  const ended = await query(
    db,
    `SELECT state::text, count(*)::int FROM public_jobs.job WHERE name = 'expire-environment' GROUP BY state`,
  );
  expect(ended).toEqual([{ state: 'completed', count: ENVIRONMENTS }]);
});
