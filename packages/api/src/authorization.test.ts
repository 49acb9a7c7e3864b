import { AUTHORIZATION, ROLES, Role, covers } from './authorization';
import type { Actor } from './context';
import { OWNER, callerOf, specOf } from './fixtures';
import { appRouter } from './router';
import { TestDatabase, createTestDatabase } from './testing';

// Real databases, on machines that may be busy.
jest.setTimeout(60_000);

let test: TestDatabase;
let runId: string;
const runIds: Record<string, string> = {};
const releaseIds: Record<string, string> = {};
const jobIds: Record<string, string> = {};
const ranges: Record<string, string> = {};

const OTHERS = 'group:default/team-search';
const ID = '00000000-0000-4000-8000-000000000000';

/** Of each role: somebody whose own environment `own-dev` is and `other-dev` is not. */
const actorOf = (role: Role): Actor => ({
  ref: `user:default/${role}`,
  role,
  groups: role === 'pipeline' ? [] : [OWNER],
  environment: role === 'pipeline' ? 'own-dev' : undefined,
});

beforeAll(async () => {
  test = await createTestDatabase();
  const caller = callerOf(test.db, {
    directory: { ownerExists: async () => true },
  });
  for (const [name, owner] of [
    ['own-dev', OWNER],
    ['other-dev', OTHERS],
  ]) {
    const spec = specOf(name, { owner });
    await caller.environments.create({ key: `key-${name}`, spec });
    const reserved = { key: `range-${name}`, owner, purpose: 'later' };
    ranges[name] = (await caller.addressing.allocate(reserved)).addressRange;
    const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
    await caller.environments.setExpiry({ name, version: 1, expiresAt });
    const jobs = await caller.jobs.list({ environment: name });
    jobIds[name] = jobs.items[0].id;
  }
  for (const environment of ['own-dev', 'other-dev']) {
    const release = await caller.releases.create({
      key: `release-${environment}`,
      environment,
      service: 'api',
      image: 'ghcr.io/moorline/trpc-api:0.2.0',
    });
    await caller.releases.finish({ id: release.id, state: 'succeeded' });
    releaseIds[environment] = release.id;
  }
  for (const environment of ['own-dev', 'other-dev']) {
    const { id } = await caller.runs.record({
      key: `run-${environment}`,
      environment,
      azureDevOps: { buildId: 1, pipelineId: 1, url: 'https://example.org/1' },
    });
    runIds[environment] = id;
  }
  runId = runIds['own-dev'];
});

afterAll(() => test.drop());

let count = 100;

/** An input of each procedure that gets as far as it may: what comes after is not this test's business. */
const INPUTS: Record<string, (name: string) => unknown> = {
  'addressing.allocate': name => {
    count += 1;
    const owner = name === 'own-dev' ? OWNER : OTHERS;
    return { key: `a${count}`, owner, purpose: 'later' };
  },
  'addressing.free': name => ({ addressRange: ranges[name] }),
  'addressing.map': () => undefined,
  'apiKeys.create': () => ({
    name: 'key',
    role: 'reader',
    expiresAt: new Date(Date.now() + 60_000).toISOString(),
  }),
  'apiKeys.list': () => undefined,
  'apiKeys.revoke': () => ({ id: 'none' }),
  'environments.changes': name => ({ name }),
  'environments.check': name => ({ name }),
  'environments.create': name => {
    count += 1;
    const owner = name === 'own-dev' ? OWNER : OTHERS;
    return { key: `k${count}`, spec: specOf(`e-${count}`, { owner }) };
  },
  'environments.creationFailed': name => ({ key: `key-${name}`, reason: 'no' }),
  'environments.get': name => ({ name }),
  'environments.history': name => ({ name }),
  'environments.list': () => undefined,
  'environments.page': () => undefined,
  'environments.retire': name => ({ name, version: 99 }),
  'environments.setExpiry': name => ({ name, version: 99 }),
  'environments.update': name => ({ name, version: 99, change: {} }),
  'environments.usage': name => ({ name }),
  'jobs.discard': name => ({ id: jobIds[name] }),
  'jobs.get': name => ({ id: jobIds[name] }),
  'jobs.list': () => undefined,
  'jobs.retry': name => ({ id: jobIds[name] }),
  'health.check': () => undefined,
  'releases.create': environment => {
    count += 1;
    const image = `ghcr.io/moorline/trpc-api:0.2.${count}`;
    return { key: `c${count}`, environment, service: 'api', image };
  },
  'releases.figures': () => undefined,
  'releases.finish': name => ({ id: releaseIds[name], state: 'succeeded' }),
  'releases.list': () => undefined,
  'releases.promote': to => {
    count += 1;
    return { key: `p${count}`, id: releaseIds['other-dev'], to };
  },
  'releases.rollback': environment => {
    count += 1;
    return { key: `b${count}`, environment, service: 'api' };
  },
  'runs.cancel': name => ({ id: runIds[name] }),
  'runs.changes': () => ({ id: runId }),
  'runs.get': () => ({ id: runId }),
  'runs.list': environment => ({ environment }),
  'runs.log': () => ({ id: runId, logId: 1 }),
  'runs.record': environment => {
    count += 1;
    const url = 'https://example.org/1';
    const azureDevOps = { buildId: count, pipelineId: 1, url };
    return { key: `r${count}`, environment, azureDevOps };
  },
  'runs.start': environment => ({ environment, after: ID }),
};

/** Who may: r reader, p pipeline, m member, o operator; for their own environments and for those of others. */
const MATRIX: Record<string, { own: string; other: string }> = {
  'addressing.allocate': { own: 'mo', other: 'o' },
  'addressing.free': { own: 'mo', other: 'o' },
  'addressing.map': { own: 'rpmo', other: 'rpmo' },
  'apiKeys.create': { own: 'o', other: 'o' },
  'apiKeys.list': { own: 'o', other: 'o' },
  'apiKeys.revoke': { own: 'o', other: 'o' },
  'environments.changes': { own: 'rpmo', other: 'rpmo' },
  'environments.check': { own: 'rpmo', other: 'rpmo' },
  'environments.create': { own: 'mo', other: 'o' },
  'environments.creationFailed': { own: 'pmo', other: 'o' },
  'environments.get': { own: 'rpmo', other: 'rpmo' },
  'environments.history': { own: 'rpmo', other: 'rpmo' },
  'environments.list': { own: 'rpmo', other: 'rpmo' },
  'environments.page': { own: 'rpmo', other: 'rpmo' },
  'environments.retire': { own: 'mo', other: 'o' },
  'environments.setExpiry': { own: 'mo', other: 'o' },
  'environments.update': { own: 'mo', other: 'o' },
  'environments.usage': { own: 'rpmo', other: 'rpmo' },
  'jobs.discard': { own: 'mo', other: 'o' },
  'jobs.get': { own: 'rpmo', other: 'rpmo' },
  'jobs.list': { own: 'rpmo', other: 'rpmo' },
  'jobs.retry': { own: 'mo', other: 'o' },
  'health.check': { own: 'rpmo', other: 'rpmo' },
  'releases.create': { own: 'pmo', other: 'o' },
  'releases.figures': { own: 'rpmo', other: 'rpmo' },
  'releases.finish': { own: 'pmo', other: 'o' },
  'releases.list': { own: 'rpmo', other: 'rpmo' },
  'releases.promote': { own: 'mo', other: 'o' },
  'releases.rollback': { own: 'mo', other: 'o' },
  'runs.cancel': { own: 'mo', other: 'o' },
  'runs.changes': { own: 'rpmo', other: 'rpmo' },
  'runs.get': { own: 'rpmo', other: 'rpmo' },
  'runs.list': { own: 'rpmo', other: 'rpmo' },
  'runs.log': { own: 'rpmo', other: 'rpmo' },
  'runs.record': { own: 'pmo', other: 'o' },
  'runs.start': { own: 'mo', other: 'o' },
};

const procedures = Object.keys(appRouter._def.procedures).sort();

it('has a row for each procedure, and none for others', () => {
  expect(Object.keys(AUTHORIZATION).sort()).toEqual(procedures);
  expect(Object.keys(MATRIX).sort()).toEqual(procedures);
});

const cells = procedures.flatMap(procedure =>
  ROLES.flatMap(role =>
    (['own', 'other'] as const).map(whose => ({ procedure, role, whose })),
  ),
);

it.each(cells)('$procedure by $role on $whose', async cell => {
  const { procedure, role, whose } = cell;
  const caller = callerOf(test.db, {
    actor: actorOf(role),
    directory: { ownerExists: async () => true },
  });
  const [area, name] = procedure.split('.');
  const call = (
    caller as unknown as Record<
      string,
      Record<string, (input: unknown) => Promise<unknown>>
    >
  )[area][name];
  const code = await call(INPUTS[procedure](`${whose}-dev`)).then(
    () => 'OK',
    error => error.code,
  );
  const allowed = MATRIX[procedure][whose].includes(role[0]);
  expect(code === 'FORBIDDEN').toBe(!allowed);
  // An input that is refused would prove nothing.
  expect(code).not.toBe('BAD_REQUEST');
});

it('narrows a role to the scopes of a key', async () => {
  const reporter = callerOf(test.db, {
    actor: { ...actorOf('operator'), scopes: ['runs.*', 'environments.get'] },
  });
  await reporter.runs.list({ environment: 'own-dev' });
  await reporter.environments.get({ name: 'own-dev' });
  await expect(reporter.environments.list()).rejects.toMatchObject({
    code: 'FORBIDDEN',
    message: expect.stringMatching(/not meant for environments.list/),
  });
  expect(covers('*', 'runs.list')).toBe(true);
  expect(covers('runs.l', 'runs.list')).toBe(false);
});

it('says whose it is', async () => {
  const member = callerOf(test.db, { actor: actorOf('member') });
  const url = 'https://example.org/1';
  await expect(
    member.runs.record({
      key: 'other',
      environment: 'other-dev',
      azureDevOps: { buildId: 9, pipelineId: 1, url },
    }),
  ).rejects.toThrow(
    '"other-dev" belongs to group:default/team-search, to which user:default/member does not belong',
  );
});

it('keeps keys from callers without a role, whatever they are allowed', async () => {
  const caller = callerOf(test.db, { allows: async () => true });
  await expect(caller.apiKeys.list()).rejects.toMatchObject({
    code: 'FORBIDDEN',
  });
});
