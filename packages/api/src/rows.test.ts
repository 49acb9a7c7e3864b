import { environmentSpecSchema } from '@moorline/environment-model';
import { randomUUID } from 'node:crypto';
import { query } from './database/database';
import { getEnvironment, listEnvironments } from './environments/queries';
import { pageEnvironments } from './environments/page';
import { specOf } from './fixtures';
import { parseJson } from './json';
import { environmentRecordSchema, pageOf, runRecordSchema } from './records';
import { getRun } from './runs/queries';
import { TestDatabase, createTestDatabase } from './testing';

// Real databases, on machines that may be busy.
jest.setTimeout(60_000);

const NASTY =
  'a "quoted" \\ back\\nslash,\nline, tab\t, \u0001, \u2028, é, 😀, %s $1 </script>';

const DRIFT = {
  checkedAt: '2026-01-01T00:00:00Z',
  resources: [
    { address: NASTY, type: 'x', action: 'changed', attributes: ['tags'] },
  ],
};

let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

async function insert(table: string, row: Record<string, unknown>) {
  const fields = Object.keys(row);
  const values = fields.map((_, index) => `$${index + 1}`);
  await query(
    test.db,
    `INSERT INTO ${table} (${fields}) VALUES (${values})`,
    Object.values(row),
  );
}

/** As it is when everything has a value, or nothing that can be without. */
async function insertEnvironment(name: string, full: boolean) {
  const spec = {
    ...specOf(name),
    addressRange: full ? '10.1.0.0/20' : '10.2.0.0/20',
  };
  const id = randomUUID();
  await insert('address_ranges', { range: spec.addressRange });
  await insert('environments', {
    id,
    name,
    state: full ? 'failed' : 'requested',
    requested_spec: '{}',
    spec: JSON.stringify(spec),
    address_range: spec.addressRange,
    idempotency_key: name,
    version: 7,
    created_by: NASTY,
    created_at: '2026-03-29T02:30:00.9999+05:30',
    updated_at: '2999-12-31 23:59:59.000001+00',
    ...(full && {
      state_reason: NASTY,
      expires_at: '2026-01-01 00:00:00+00',
      drift: DRIFT,
    }),
  });
  return {
    id,
    name,
    state: full ? 'failed' : 'requested',
    spec,
    version: 7,
    createdAt: '2026-03-28T21:00:00.999Z',
    updatedAt: '2999-12-31T23:59:59.000Z',
    createdBy: NASTY,
    ...(full && {
      stateReason: NASTY,
      expiresAt: '2026-01-01T00:00:00.000Z',
      drift: DRIFT,
    }),
  };
}

async function insertRun(
  environment: { id: string; name: string },
  number: number,
  full: boolean,
) {
  const id = randomUUID();
  const times = {
    startedAt: '2026-01-01T00:00:01Z',
    finishedAt: '2026-01-01T00:00:02.1234567Z',
  };
  const state = 'failed';
  const steps = [{ name: NASTY, state, logId: 3, errors: [NASTY], ...times }];
  const jobs = [{ name: NASTY, state, steps, ...times }];
  const stages = [{ name: 'plan', label: NASTY, state, jobs, ...times }];
  const failure = { stage: 'plan', step: NASTY, message: NASTY, logId: 3 };
  const problem = { message: NASTY, since: '2026-01-01T00:00:00.000Z' };
  const plan = { add: 1, change: 0, destroy: 2 };
  await insert('runs', {
    id,
    environment_id: environment.id,
    number,
    idempotency_key: id,
    build_id: number,
    pipeline_id: 2_147_483_647,
    url: NASTY,
    queued_at: '2026-01-01 00:00:00.1+00',
    ...(full && {
      state: 'failed',
      started_at: '2026-01-01 00:00:01+00',
      finished_at: '2026-01-01 00:00:02.12+00',
      stages: JSON.stringify(stages),
      plan,
      failure,
      archive: NASTY,
      problem,
    }),
  });
  return {
    id,
    environment: environment.name,
    number,
    state: full ? 'failed' : 'queued',
    buildId: number,
    pipelineId: 2_147_483_647,
    url: NASTY,
    queuedAt: '2026-01-01T00:00:00.100Z',
    stages: full ? stages : [],
    ...(full && {
      startedAt: '2026-01-01T00:00:01.000Z',
      finishedAt: '2026-01-01T00:00:02.120Z',
      plan,
      failure,
      archive: NASTY,
      problem,
    }),
  };
}

it('writes records in JSON as they are: every field, no field without a value, any text', async () => {
  const bare = await insertEnvironment('bare-dev', false);
  const full = await insertEnvironment('full-dev', true);
  const first = await insertRun(full, 1, false);
  const last = await insertRun(full, 2, true);
  const withRun = { ...full, lastRun: last };
  const { db } = test;

  expect(parseJson(await getEnvironment(db, 'bare-dev'))).toStrictEqual(bare);
  expect(parseJson(await getEnvironment(db, 'full-dev'))).toStrictEqual(
    withRun,
  );
  expect(await getRun(db, first.id)).toStrictEqual(first);
  expect(await getRun(db, last.id)).toStrictEqual(last);
  // Of the same time, so by name.
  expect(parseJson(await listEnvironments(db))).toStrictEqual([bare, withRun]);
  expect(parseJson(await listEnvironments(db, { tier: 'prod' }))).toEqual([]);

  const page = { order: 'name', limit: 1 } as const;
  const one = parseJson(await pageEnvironments(db, page));
  expect(one).toStrictEqual({ items: [bare], next: bare.id });
  const two = await pageEnvironments(db, { ...page, cursor: one.next });
  expect(parseJson(two)).toStrictEqual({ items: [withRun] });

  // What is passed on unread is what the schemas say: nothing is missing in them, and nothing too many.
  for (const record of [bare, withRun]) {
    expect(environmentRecordSchema.parse(record)).toStrictEqual(record);
    expect(environmentSpecSchema.parse(record.spec)).toStrictEqual(record.spec);
  }
  expect(pageOf(environmentRecordSchema).parse(one)).toStrictEqual(one);
  expect(environmentRecordSchema.required().parse(withRun)).toBeDefined();
  expect(runRecordSchema.required().parse(last)).toBeDefined();
  const secret = { token: 'hunter2' };
  expect(
    environmentRecordSchema.parse({
      ...withRun,
      ...secret,
      lastRun: { ...last, ...secret },
    }),
  ).toStrictEqual(withRun);
});
