import {
  RunRecord,
  StageRecord,
  bringForward,
  createDatabase,
} from '@moorline/api';
import { TestDatabase, createTestDatabase } from '@moorline/api/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import { callerOf, createOrders, recordBuild } from '../__testUtils__/orders';
import { until } from '../__testUtils__/until';
import { RunFollower, RunFollowerOptions } from './runFollower';
import type { RunSource, SourceRun } from './source';

// Real databases, on machines that may be busy.
jest.setTimeout(60_000);

let test: TestDatabase;
let run: RunRecord;
let followers: RunFollower[];
let logger: { warn: jest.Mock };

const api = () => callerOf(test.db);
const record = (buildId: number) => recordBuild(test.db, buildId);

beforeEach(async () => {
  test = await createTestDatabase();
  followers = [];
  logger = { warn: jest.fn() };
  await createOrders(test.db);
  run = await record(41);
});

afterEach(async () => {
  await Promise.all(followers.map(follower => follower.stop()));
  await test.drop();
});

function follow(source: RunSource, options: Partial<RunFollowerOptions> = {}) {
  const follower = new RunFollower({
    db: test.db,
    source,
    logger,
    intervalMs: 10,
    maxPauseMs: 40,
    ...options,
  });
  followers.push(follower);
  follower.start();
  return follower;
}

const environment = () => api().environments.get({ name: 'orders-dev' });
const current = () => api().runs.get({ id: run.id });

const stage = (
  name: string,
  state: StageRecord['state'],
  logId?: number,
  errors: string[] = [],
): StageRecord => ({
  name,
  label: name.toUpperCase(),
  state,
  startedAt: '2026-11-21T10:00:00.000Z',
  jobs: [
    {
      name,
      state,
      steps: [{ name: `Terraform ${name}`, state, logId, errors }],
    },
  ],
});

/** A run that comes a step further with each look, and stays at the last. */
class Script implements RunSource {
  looks = 0;
  logs: number[] = [];
  /** Its logs tell no counts. */
  silent = false;

  constructor(
    private readonly steps: (Partial<SourceRun> & {
      stages?: StageRecord[];
      error?: Error;
    })[],
  ) {}

  async getRun() {
    const step = this.#step();
    this.looks += 1;
    if (step.error) throw step.error;
    return { state: 'running' as const, problems: [], ...step };
  }

  async getTimeline() {
    return this.steps[Math.min(this.looks, this.steps.length) - 1].stages ?? [];
  }

  async getLog(_buildId: number, logId: number) {
    this.logs.push(logId);
    const lines = this.silent
      ? ['Nothing to see here']
      : ['Plan: 23 to add, 0 to change, 0 to destroy.'];
    return { lines, next: 1 };
  }

  #step() {
    return this.steps[Math.min(this.looks, this.steps.length - 1)];
  }
}

describe('RunFollower', () => {
  it('follows a run to its end and stops looking', async () => {
    const changes: string[] = [];
    const source = new Script([
      { state: 'queued' },
      { stages: [stage('plan', 'running')] },
      { stages: [stage('plan', 'succeeded', 2), stage('apply', 'running')] },
      {
        state: 'succeeded',
        startedAt: '2026-11-21T10:00:00Z',
        finishedAt: '2026-11-21T10:05:00Z',
        stages: [stage('plan', 'succeeded', 2), stage('apply', 'succeeded', 3)],
      },
    ]);
    follow(source, { onChange: name => changes.push(name) });
    const ready = await until(environment, ({ state }) => state === 'ready');
    expect(ready.lastRun).toMatchObject({
      state: 'succeeded',
      plan: { add: 23, change: 0, destroy: 0 },
      finishedAt: '2026-11-21T10:05:00.000Z',
    });
    // The plan's log was read once, and once over the run is left alone.
    expect(source.logs).toEqual([2]);
    const { looks } = source;
    await sleep(60);
    expect(source.looks).toBe(looks);
    expect(changes).toEqual(Array(3).fill('orders-dev'));
    const { items: history } = await api().environments.history({
      name: 'orders-dev',
    });
    expect(
      history
        .map(({ message }) => message)
        .reverse()
        .slice(2),
    ).toEqual([
      'Run #1 started',
      'PLAN started',
      'PLAN succeeded',
      'APPLY started',
      'APPLY succeeded',
      'Run #1 succeeded',
      'orders-dev is ready',
    ]);
  });

  it('does not read a log again that tells no counts', async () => {
    const source = new Script([
      { stages: [stage('plan', 'succeeded', 2)] },
      { stages: [stage('plan', 'succeeded', 2)] },
      { state: 'succeeded', stages: [stage('plan', 'succeeded', 2)] },
    ]);
    source.silent = true;
    follow(source);
    const ready = await until(environment, ({ state }) => state === 'ready');
    expect(ready.lastRun?.plan).toBeUndefined();
    expect(source.logs).toEqual([2]);
  });

  it('finds the step that failed, and follows the next run to ready', async () => {
    follow(
      new Script([
        {
          state: 'failed',
          stages: [
            stage('plan', 'succeeded', 2),
            stage('apply', 'failed', 3, ['Error: quota exceeded', 'exit 1']),
          ],
        },
      ]),
    );
    const failed = await until(environment, ({ state }) => state === 'failed');
    expect(failed.stateReason).toBe(
      'Failed in APPLY, step Terraform apply: Error: quota exceeded',
    );
    expect(failed.lastRun?.failure).toMatchObject({ stage: 'apply', logId: 3 });
    await followers[0].stop();
    await record(42);
    expect((await environment()).state).toBe('provisioning');
    follow(new Script([{ state: 'succeeded', stages: [] }]));
    await until(environment, ({ state }) => state === 'ready');
  });

  it('tells of a pipeline that could not begin', async () => {
    follow(
      new Script([
        {
          state: 'failed',
          problems: [
            '/azure-pipelines.yml (Line: 3, Col: 1): Unexpected value',
          ],
        },
      ]),
    );
    const failed = await until(environment, ({ state }) => state === 'failed');
    expect(failed.stateReason).toMatch(/Line: 3, Col: 1/);
  });

  it('backs off while Azure DevOps fails, says so, and goes on after', async () => {
    const throttled = Object.assign(new Error('Azure DevOps limits the rate'), {
      status: 429,
      retryAfterMs: 300,
    });
    const source = new Script([
      { error: throttled },
      { state: 'succeeded', stages: [] },
    ]);
    const begun = Date.now();
    follow(source);
    const held = await until(current, ({ problem }) => problem !== undefined);
    expect(held.problem).toEqual({
      message: 'Azure DevOps limits the rate',
      since: expect.stringMatching(/Z$/),
    });
    expect(held.state).toBe('queued');
    await until(environment, ({ state }) => state === 'ready');
    expect(Date.now() - begun).toBeGreaterThanOrEqual(300);
    await until(current, ({ problem }) => problem === undefined);
    expect(logger.warn.mock.calls).toEqual([
      ['Run #1 of orders-dev cannot be read: Azure DevOps limits the rate'],
    ]);
  });

  it('gives up a run that Azure DevOps does not know, but not at once', async () => {
    const gone = Object.assign(new Error('There is no run 41'), {
      status: 404,
    });
    follow(new Script([{ error: gone }]), { lostAfterMs: 150 });
    expect(
      (await until(current, ({ problem }) => problem !== undefined)).state,
    ).toBe('queued');
    const failed = await until(environment, ({ state }) => state === 'failed');
    expect(failed.stateReason).toMatch(/no longer has this run/);
  });

  it('lets a run that hangs hold up no other', async () => {
    await record(42);
    const source: RunSource = {
      getRun: async buildId =>
        buildId === 41
          ? new Promise(() => {})
          : { state: 'succeeded', problems: [] },
      getTimeline: async () => [],
      getLog: async () => ({ lines: [], next: 0 }),
    };
    follow(source, { timeoutMs: 200 });
    await until(environment, ({ state }) => state === 'ready');
    const hung = await until(current, ({ problem }) => problem !== undefined);
    expect(hung.problem?.message).toMatch(/within 0.2 s/);
  });

  it('reads a run at once that is brought forward, and only then', async () => {
    const source = new Script([{ stages: [stage('plan', 'running')] }, {}]);
    follow(source, { intervalMs: 60_000 });
    await until(current, ({ state }) => state === 'running');
    expect(await bringForward(test.db, 41)).toBe(true);
    await until(
      async () => source.looks,
      looks => looks === 2,
    );
    expect(await bringForward(test.db, 42)).toBe(false);
  });

  it('believes no look that is older than what brought the run forward', async () => {
    let answer = (_state: SourceRun['state']) => {};
    let looks = 0;
    const source: RunSource = {
      async getRun() {
        looks += 1;
        if (looks > 1) return { state: 'succeeded', problems: [] };
        const state = await new Promise<SourceRun['state']>(resolve => {
          answer = resolve;
        });
        return { state, problems: [] };
      },
      getTimeline: async () => [],
      getLog: async () => ({ lines: [], next: 0 }),
    };
    follow(source, { intervalMs: 60_000 });
    await until(
      async () => looks,
      count => count === 1,
    );
    await bringForward(test.db, 41);
    answer('running');
    await until(environment, ({ state }) => state === 'ready');
    expect(looks).toBe(2);
  });

  it('shares the runs between replicas', async () => {
    const second = createDatabase(test.url);
    let busy = 0;
    let most = 0;
    let looks = 0;
    const source: RunSource = {
      async getRun() {
        busy += 1;
        most = Math.max(most, busy);
        await sleep(20);
        busy -= 1;
        looks += 1;
        return { state: looks < 10 ? 'running' : 'succeeded', problems: [] };
      },
      getTimeline: async () => [stage('plan', 'running')],
      getLog: async () => ({ lines: [], next: 0 }),
    };
    follow(source);
    const other = follow(source, { db: second });
    await until(environment, ({ state }) => state === 'ready');
    await other.stop();
    await second.close();
    expect(most).toBe(1);
    const { items: history } = await api().environments.history({
      name: 'orders-dev',
    });
    const messages = history.map(({ message }) => message);
    expect(new Set(messages).size).toBe(messages.length);
  });

  it('survives a database that is away', async () => {
    const broken = createDatabase('postgres://nobody@127.0.0.1:1/none');
    follow(new Script([{}]), { db: broken });
    await until(
      async () => logger.warn.mock.calls.length,
      count => count > 1,
    );
    expect(logger.warn.mock.calls[0][0]).toMatch(/Runs are not followed/);
    await broken.close();
  });
});
