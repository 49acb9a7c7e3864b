import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callerOf, specOf } from '../fixtures';
import { queueMissingJobs } from '../jobs/missing';
import { TestDatabase, createTestDatabase } from '../testing';
import { createDatabase, query } from './database';
import { migrate } from './migrate';

// Real databases, on machines that may be busy.
jest.setTimeout(60_000);

const MIGRATIONS = join(__dirname, '../../migrations');
const FILES = readdirSync(MIGRATIONS).sort();

const id = (number: number) =>
  `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

const spec = (name: string, addressRange: string) =>
  `'${JSON.stringify({ ...specOf(name), addressRange })}'`;

/** Adds an environment as the code of that time did. */
const environment = (number: number, name: string, state: string) => {
  const range = `10.${number}.0.0/20`;
  const fields = `'${id(number)}', '${name}', '${state}', ${spec(
    name,
    range,
  )}, ${spec(name, range)}`;
  return `
    INSERT INTO environments (id, name, state, requested_spec, spec, address_range, idempotency_key, created_by)
    VALUES (${fields}, ${
    state === 'retired' ? 'NULL' : `'${range}'`
  }, 'key-${number}', 'user:default/ada');
    INSERT INTO events (environment_id, kind, message, actor)
    VALUES ('${id(
      number,
    )}', 'environment.requested', 'Environment ${name} requested', 'user:default/ada');`;
};

const STAGES = JSON.stringify([
  { name: 'plan', label: 'Plan', state: 'succeeded', jobs: [] },
]);

const run = (number: number, of: number, rest = '') => `
  INSERT INTO runs (id, environment_id, number, idempotency_key, build_id, pipeline_id, url, state, stages, plan ${
    rest && ', purpose'
  })
  VALUES ('${id(number)}', '${id(
  of,
)}', 1, 'run-${number}', ${number}, 1, 'https://dev.azure.com/x', 'succeeded',
          '${STAGES}', '{"add":1,"change":0,"destroy":0}' ${rest});`;

/** What was in use when a migration was the newest. Every migration has an entry, if only an empty one. */
const DATA: Record<string, string> = {
  '0001_environments_and_runs.sql': [
    environment(1, 'first-dev', 'requested'),
    environment(2, 'ready-dev', 'ready'),
    environment(3, 'failed-dev', 'failed'),
    run(102, 2),
  ].join(''),
  '0002_api_keys.sql': `
    INSERT INTO api_keys (id, name, hash, role, groups, scopes, created_by, expires_at)
    VALUES ('key-1', 'pipeline', sha256('x'), 'pipeline', '{}', '{runs.*}', 'user:default/ada', now() + interval '1 day');`,
  '0003_changes.sql': [
    environment(4, 'retiring-dev', 'retiring'),
    environment(5, 'retired-dev~00000000', 'retired'),
    run(104, 4, `, 'retire'`),
    environment(8, 'leaving-dev', 'retiring'),
    run(108, 8),
    `UPDATE environments SET expires_at = '2999-01-01T00:00:00Z' WHERE name = 'ready-dev';
     INSERT INTO events (environment_id, kind, message, difference)
     VALUES ('${id(
       2,
     )}', 'environment.updated', 'Changed size', '{"size":{"from":"small","to":"large"}}');`,
  ].join(''),
  '0004_releases.sql': `
    INSERT INTO releases (id, environment_id, service, number, idempotency_key, image, kind, state, created_by, finished_at)
    VALUES ('${id(201)}', '${id(
    2,
  )}', 'api', 1, 'release-1', 'ghcr.io/moorline/trpc-api:0.2.0', 'release', 'succeeded',
            'user:default/ada', now());`,
  '0006_live.sql': `
    INSERT INTO address_ranges (range) VALUES ('10.6.0.0/20');
    ${environment(6, 'live-dev', 'provisioning')}
    ${run(106, 6)}
    INSERT INTO address_ranges (range, idempotency_key, owner, purpose, reserved_by, reserved_at)
    VALUES ('10.7.0.0/20', 'reserved-1', 'group:default/team-orders', 'a test', 'user:default/ada', now());`,
  '0007_stages.sql': '',
  '0008_archive.sql': '',
  '0009_drift.sql': '',
  '0010_usage.sql': '',
};

let test: TestDatabase;
let folder: string;

beforeEach(async () => {
  test = await createTestDatabase({ empty: true });
  folder = await mkdtemp(join(tmpdir(), 'upgrade-'));
});

afterEach(async () => {
  await test.drop();
  await rm(folder, { recursive: true });
});

it('has data for every migration', () => {
  expect(Object.keys(DATA)).toEqual(FILES);
});

it.each(FILES)('brings data from the time of %s up to date', async newest => {
  const { db } = test;
  const past = FILES.slice(0, FILES.indexOf(newest) + 1);
  for (const file of past) {
    await copyFile(join(MIGRATIONS, file), join(folder, file));
    await migrate(db, folder);
    await query(db, DATA[file]);
  }
  const count = async (table: string) =>
    Number((await query(db, `SELECT count(*) FROM ${table}`))[0].count);
  const before = {
    environments: await count('environments'),
    runs: await count('runs'),
    events: await count('events'),
  };

  // Two replicas of the newest version start at once.
  const other = createDatabase(test.url);
  const ran = await Promise.all([migrate(db), migrate(other)]);
  await other.close();
  expect(ran.flat()).toEqual(FILES.slice(past.length));

  const { environments, runs, releases, apiKeys, addressing, jobs } = callerOf(
    db,
    {
      actor: { ref: 'user:default/ada', groups: [], role: 'operator' },
    },
  );
  const live = await environments.list();
  const retired = await environments.list({ state: 'retired' });
  expect(live.length + retired.length).toBe(before.environments);
  for (const one of [...live, ...retired]) {
    expect(one.spec).toMatchObject({ tier: 'dev', size: 'small' });
    expect(await environments.get({ name: one.name })).toEqual(one);
    const { lastRun } = one;
    if (!lastRun) continue;
    expect(lastRun.stages).toEqual(JSON.parse(STAGES));
    expect(await runs.get({ id: lastRun.id })).toEqual(lastRun);
  }
  expect([...live, ...retired].filter(one => one.lastRun)).toHaveLength(
    before.runs,
  );
  expect(await count('events')).toBe(before.events);
  expect((await apiKeys.list()).length).toBe(await count('api_keys'));
  expect((await releases.list({})).items).toHaveLength(await count('releases'));

  // What was to happen later happens, by one job, however many workers start.
  for (let starts = 0; starts < 2; starts += 1) {
    await Promise.all([queueMissingJobs(db), queueMissingJobs(db)]);
  }
  const waiting = (await jobs.list()).items.map(
    ({ kind, environment: name, runAt }) =>
      kind === 'expire-environment' ? { kind, name, runAt } : { kind, name },
  );
  const expected = live.flatMap(({ name, expiresAt: runAt }) => [
    ...(runAt ? [{ kind: 'expire-environment', name, runAt }] : []),
    ...(name === 'leaving-dev' ? [{ kind: 'retire-environment', name }] : []),
  ]);
  expect(waiting).toHaveLength(expected.length);
  expect(waiting).toEqual(expect.arrayContaining(expected));

  // And the work goes on: changes, new environments beside the old ones, and the record of what happened.
  const ready = await environments.get({ name: 'ready-dev' });
  const { version } = await environments.update({
    name: ready.name,
    version: ready.version,
    change: { size: 'medium' },
  });
  expect(version).toBe(ready.version + 1);
  const made = await environments.create({
    key: 'new',
    spec: specOf('new-dev'),
  });
  const { taken } = await addressing.map();
  const ranges = taken.map(({ addressRange }) => addressRange);
  expect(ranges).toContain(made.spec.addressRange);
  expect(ranges).toEqual(
    expect.arrayContaining(live.map(one => one.spec.addressRange)),
  );
  expect(new Set(ranges).size).toBe(ranges.length);
  await expect(
    environments.create({
      key: 'overlap',
      spec: specOf('overlap-dev', { addressRange: ready.spec.addressRange }),
    }),
  ).rejects.toMatchObject({ code: 'CONFLICT' });
});
