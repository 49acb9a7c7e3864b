import { TRPCError } from '@trpc/server';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDatabase } from '../database/database';
import { callerOf, specOf } from '../fixtures';
import type { RunRecord, StageRecord } from '../records';
import { TestDatabase, createTestDatabase } from '../testing';
import { leaseRuns, releaseRun } from './lease';
import { recordRunProgress } from './progress';

// Real databases, on machines that may be busy.
jest.setTimeout(60_000);

let test: TestDatabase;
beforeEach(async () => {
  test = await createTestDatabase();
  await callerOf(test.db).environments.create({
    key: 'create',
    spec: specOf('orders-dev'),
  });
});
afterEach(() => test.drop());

function recordRun(buildId: number, key = `run-${buildId}`) {
  return callerOf(test.db).runs.record({
    key,
    environment: 'orders-dev',
    azureDevOps: {
      buildId,
      pipelineId: 7,
      url: `https://localhost:7443/moorline/_build/results?buildId=${buildId}`,
    },
  });
}

const environment = () =>
  callerOf(test.db).environments.get({ name: 'orders-dev' });

async function story() {
  const { items } = await callerOf(test.db).environments.history({
    name: 'orders-dev',
    order: 'oldest',
  });
  return items.map(({ message }) => message);
}

function stage(
  name: string,
  state: StageRecord['state'],
  errors: string[] = [],
): StageRecord {
  const label = name[0].toUpperCase() + name.slice(1);
  return {
    name,
    label,
    state,
    startedAt: state === 'pending' ? undefined : '2026-11-21T10:00:00.000Z',
    finishedAt: undefined,
    jobs: [
      {
        name: 'job',
        state,
        steps: [{ name: 'step', state, logId: 5, errors }],
      },
    ],
  };
}

describe('runs.start', () => {
  const finish = (id: string) =>
    recordRunProgress(test.db, id, { state: 'failed', stages: [] });

  it('queues one run after a run, however many ask and however often', async () => {
    const first = await recordRun(41);
    await finish(first.id);
    const queueRun = jest.fn(async () => {
      await sleep(200);
      return { buildId: 42, url: 'https://localhost:7443/42' };
    });
    const start = () =>
      callerOf(test.db, { queueRun }).runs.start({
        environment: 'orders-dev',
        after: first.id,
      });
    const answers = await Promise.allSettled([start(), start(), start()]);
    const run = await start();
    expect(run).toMatchObject({ number: 2, state: 'queued', buildId: 42 });
    const outcomes = answers.map(answer =>
      answer.status === 'fulfilled' ? answer.value : answer.reason.message,
    );
    const started = outcomes.filter(outcome => typeof outcome !== 'string');
    const refused = outcomes.filter(outcome => typeof outcome === 'string');
    expect(started).toEqual(started.map(() => run));
    for (const reason of refused) {
      expect(reason).toMatch(/Somebody is starting/);
    }
    expect(queueRun).toHaveBeenCalledTimes(1);
    expect(queueRun).toHaveBeenCalledWith({
      pipelineId: 7,
      key: `after-${first.id}`,
    });
    expect((await environment()).state).toBe('provisioning');
    expect((await story()).at(-1)).toBe('Run #2 queued');
  });

  it('starts nothing while a run is not over, for another environment, or when Azure DevOps refuses', async () => {
    const first = await recordRun(41);
    const queueRun = jest.fn(async () => {
      throw new TRPCError({ code: 'PRECONDITION_FAILED', message: 'line 3' });
    });
    const start = (name = 'orders-dev', more: object = { queueRun }) =>
      callerOf(test.db, more).runs.start({
        environment: name,
        after: first.id,
      });
    await expect(start()).rejects.toThrow(/Run #1 .* is not over/);
    await finish(first.id);
    await expect(start('other-dev')).rejects.toThrow(/a run of "orders-dev"/);
    await expect(start('orders-dev', {})).rejects.toThrow(/not configured/);
    await expect(start()).rejects.toThrow('line 3');
    expect((await environment()).state).toBe('failed');
    const { items } = await callerOf(test.db).runs.list({
      environment: 'orders-dev',
    });
    expect(items).toHaveLength(1);
  });
});

describe('runs.record', () => {
  it('brings the environment to provisioning', async () => {
    const run = await recordRun(41);
    expect(run).toMatchObject({
      environment: 'orders-dev',
      number: 1,
      state: 'queued',
      buildId: 41,
      pipelineId: 7,
      stages: [],
    });
    expect(await environment()).toMatchObject({
      state: 'provisioning',
      version: 2,
      lastRun: run,
    });
    const { runs } = callerOf(test.db);
    expect(await runs.get({ id: run.id })).toEqual(run);
    expect(await runs.list({ environment: 'orders-dev' })).toEqual({
      items: [run],
      next: undefined,
    });
  });

  it('writes a run once, by key and by build, however many ask at once', async () => {
    const runs = await Promise.all(
      Array.from({ length: 20 }, (_, i) => recordRun(41, `key-${i % 2}`)),
    );
    expect(new Set(runs.map(({ id }) => id)).size).toBe(1);
    expect(await story()).toEqual([
      'Environment orders-dev requested with 10.1.0.0/20',
      'Run #1 queued',
    ]);
    expect((await recordRun(42)).number).toBe(2);
  });

  it('refuses a key that belongs to another run', async () => {
    await recordRun(41, 'key');
    await expect(recordRun(42, 'key')).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringMatching(/^key: .*run #1 of "orders-dev"/),
    });
  });

  it('knows no run of an environment that does not exist', async () => {
    const { runs } = callerOf(test.db);
    await expect(
      runs.record({
        key: 'x',
        environment: 'nowhere',
        azureDevOps: { buildId: 1, pipelineId: 1, url: 'https://example.org' },
      }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(runs.list({ environment: 'nowhere' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(
      runs.get({ id: '00000000-0000-4000-8000-000000000000' }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('recordRunProgress', () => {
  it('tells a run that succeeds, each event once and in order', async () => {
    const { id } = await recordRun(41);
    const steps = [
      { state: 'running' as const, stages: [stage('plan', 'running')] },
      {
        state: 'running' as const,
        stages: [stage('plan', 'succeeded'), stage('apply', 'running')],
        plan: { add: 23, change: 0, destroy: 0 },
      },
      {
        state: 'succeeded' as const,
        finishedAt: '2026-11-21T10:05:00Z',
        stages: [stage('plan', 'succeeded'), stage('apply', 'succeeded')],
      },
    ];
    for (const step of steps) {
      expect(await recordRunProgress(test.db, id, step)).toBe(true);
      expect(await recordRunProgress(test.db, id, step)).toBe(false);
    }
    expect(await story()).toEqual([
      'Environment orders-dev requested with 10.1.0.0/20',
      'Run #1 queued',
      'Run #1 started',
      'Plan started',
      'Plan succeeded',
      'Apply started',
      'Apply succeeded',
      'Run #1 succeeded',
      'orders-dev is ready',
    ]);
    expect(await environment()).toMatchObject({
      state: 'ready',
      lastRun: {
        state: 'succeeded',
        finishedAt: '2026-11-21T10:05:00.000Z',
        plan: { add: 23, change: 0, destroy: 0 },
      },
    });
  });

  it('says where a run failed, and a new run brings the environment back', async () => {
    const { id } = await recordRun(41);
    await recordRunProgress(test.db, id, {
      state: 'failed',
      stages: [stage('deploy', 'failed', ['boom'])],
      failure: {
        stage: 'deploy',
        step: 'Helm upgrade api',
        message: `\u001b[31mError:\u001b[0m timed\n out \0 ${'\ud800'}`,
        logId: 5,
      },
    });
    const failed = await environment();
    expect(failed.state).toBe('failed');
    expect(failed.stateReason).toMatch(
      /^Failed in Deploy, step Helm upgrade api: Error: timed out/,
    );
    expect(failed.lastRun?.failure).toMatchObject({ logId: 5 });
    // Over is over.
    expect(
      await recordRunProgress(test.db, id, { state: 'succeeded', stages: [] }),
    ).toBe(false);

    await recordRun(42);
    const again = await environment();
    expect(again).toMatchObject({ state: 'provisioning' });
    expect(again.stateReason).toBeUndefined();
  });

  it('says that a run was canceled', async () => {
    const { id } = await recordRun(41);
    await recordRunProgress(test.db, id, { state: 'canceled', stages: [] });
    expect(await environment()).toMatchObject({
      state: 'failed',
      stateReason: expect.stringContaining('Run #1 was canceled'),
    });
  });

  it('lets only the newest run decide about the environment', async () => {
    const first = await recordRun(41);
    await recordRun(42);
    await recordRunProgress(test.db, first.id, { state: 'failed', stages: [] });
    expect(await environment()).toMatchObject({ state: 'provisioning' });
  });

  it('never goes backwards', async () => {
    const { id } = await recordRun(41);
    const stages = [stage('plan', 'running')];
    await recordRunProgress(test.db, id, { state: 'running', stages });
    expect(
      await recordRunProgress(test.db, id, { state: 'queued', stages: [] }),
    ).toBe(false);
    expect((await environment()).lastRun).toMatchObject({
      state: 'running',
      stages: [{ name: 'plan' }],
    });
  });

  it('tells each event once when two report at once', async () => {
    const { id } = await recordRun(41);
    const replica = createDatabase(test.url);
    const progress = {
      state: 'succeeded' as const,
      stages: [stage('plan', 'succeeded')],
    };
    const changed = await Promise.all(
      [test.db, replica, test.db, replica].map(db =>
        recordRunProgress(db, id, progress),
      ),
    );
    await replica.close();
    expect(changed.filter(Boolean)).toHaveLength(1);
    expect(new Set(await story()).size).toBe((await story()).length);
  });
});

describe('leases', () => {
  const options = { limit: 10, leaseMs: 60_000 };

  it('give each run to one follower at a time', async () => {
    await recordRun(41);
    await recordRun(42);
    const taken = await Promise.all([
      leaseRuns(test.db, options),
      leaseRuns(test.db, options),
    ]);
    const leases = taken.flat();
    expect(leases.map(({ run }) => run.number).sort()).toEqual([1, 2]);
    await releaseRun(test.db, leases[0], 0);
    expect(await leaseRuns(test.db, options)).toHaveLength(1);
    await releaseRun(test.db, leases[1], 60_000);
    expect(await leaseRuns(test.db, options)).toHaveLength(0);
  });

  it('pass on when a follower dies, and its late report is ignored', async () => {
    const { id } = await recordRun(41);
    const [dead] = await leaseRuns(test.db, { limit: 1, leaseMs: 0 });
    const [next] = await leaseRuns(test.db, options);
    const progress = { state: 'running' as const, stages: [] };
    expect(await recordRunProgress(test.db, id, progress, dead.holder)).toBe(
      false,
    );
    await releaseRun(test.db, dead, 60_000);
    expect(await recordRunProgress(test.db, id, progress, next.holder)).toBe(
      true,
    );
  });

  it('keep a problem for people to see until it is over', async () => {
    const { id } = await recordRun(41);
    const { runs } = callerOf(test.db);
    const problem = { message: 'token expired', since: '2026-11-21T10:00:00Z' };
    const [first] = await leaseRuns(test.db, options);
    await releaseRun(test.db, first, 0, problem);
    expect(await runs.get({ id })).toMatchObject({ problem });
    const [second] = await leaseRuns(test.db, options);
    await releaseRun(test.db, second, 0);
    expect((await runs.get({ id })).problem).toBeUndefined();
  });

  it('are not given for runs that are over', async () => {
    const { id } = await recordRun(41);
    await recordRunProgress(test.db, id, { state: 'succeeded', stages: [] });
    expect(await leaseRuns(test.db, options)).toEqual([]);
  });
});

describe('runs.log', () => {
  let run: RunRecord;
  beforeEach(async () => {
    run = await recordRun(41);
    await recordRunProgress(test.db, run.id, {
      state: 'running',
      stages: [stage('plan', 'running')],
    });
  });

  it('reads on from a line, and knows when nothing follows', async () => {
    const lines = ['one', 'two', 'three'];
    const runLogs = jest.fn(async ({ from }: { from: number }) => ({
      lines: lines.slice(from),
      next: lines.length,
    }));
    const { runs } = callerOf(test.db, { runLogs });
    const request = { id: run.id, logId: 5, from: 1 };
    expect(await runs.log(request)).toEqual({
      lines: ['two', 'three'],
      next: 3,
      done: false,
    });
    expect(runLogs).toHaveBeenCalledWith({ buildId: 41, logId: 5, from: 1 });
    await recordRunProgress(test.db, run.id, {
      state: 'running',
      stages: [stage('plan', 'succeeded')],
    });
    expect(await runs.log({ ...request, from: 3 })).toEqual({
      lines: [],
      next: 3,
      done: true,
    });
  });

  it('says what is missing, and passes on what Azure DevOps says', async () => {
    const request = { id: run.id, logId: 5 };
    await expect(callerOf(test.db).runs.log(request)).rejects.toMatchObject({
      code: 'PRECONDITION_FAILED',
      message: expect.stringContaining('set moorline.azureDevOps'),
    });
    const runLogs = async () => {
      throw new TRPCError({ code: 'BAD_GATEWAY', message: 'token expired' });
    };
    await expect(
      callerOf(test.db, { runLogs }).runs.log(request),
    ).rejects.toMatchObject({ code: 'BAD_GATEWAY', message: 'token expired' });
  });
});

describe('runs.cancel', () => {
  it('has Azure DevOps stop it, once, and its end come from there', async () => {
    const run = await recordRun(1);
    const stopRun = jest.fn(async () => {});
    const { runs } = callerOf(test.db, { stopRun });
    expect(await runs.cancel({ id: run.id })).toMatchObject({
      state: 'queued',
    });
    await runs.cancel({ id: run.id });
    expect(stopRun.mock.calls).toEqual([[{ buildId: 1 }], [{ buildId: 1 }]]);
    expect((await story()).filter(text => /canceled/.test(text))).toEqual([
      'Run #1 is to be canceled',
    ]);
    await recordRunProgress(test.db, run.id, { state: 'canceled', stages: [] });
    expect(await runs.cancel({ id: run.id })).toMatchObject({
      state: 'canceled',
    });
    expect(stopRun).toHaveBeenCalledTimes(2);
    expect((await environment()).state).toBe('failed');
  });

  it('says what Azure DevOps says, and when there is none', async () => {
    const { id } = await recordRun(1);
    const stopRun = async () => {
      throw new TRPCError({ code: 'BAD_GATEWAY', message: 'not now' });
    };
    await expect(
      callerOf(test.db, { stopRun }).runs.cancel({ id }),
    ).rejects.toThrow('not now');
    await expect(callerOf(test.db).runs.cancel({ id })).rejects.toThrow(
      /not configured/,
    );
    expect(await story()).not.toContain('Run #1 is to be canceled');
  });
});

describe('lists', () => {
  it('come in parts, in both orders, with what they are narrowed to', async () => {
    const { runs, environments, health } = callerOf(test.db);
    for (let build = 1; build <= 5; build += 1) await recordRun(build);
    const walk = async (order: 'newest' | 'oldest', own: object) => {
      const seen: number[] = [];
      let cursor: string | undefined;
      do {
        const page = await runs.list({ ...own, order, limit: 2, cursor });
        seen.push(...page.items.map(({ number }) => number));
        cursor = page.next;
      } while (cursor);
      return seen;
    };
    const own = { environment: 'orders-dev' };
    expect(await walk('newest', own)).toEqual([5, 4, 3, 2, 1]);
    expect(await walk('oldest', {})).toEqual([1, 2, 3, 4, 5]);
    expect(await walk('newest', { state: 'running' })).toEqual([]);
    const name = 'orders-dev';
    const kinds = ['run.queued' as const];
    const first = await environments.history({ name, kinds, limit: 3 });
    const rest = await environments.history({
      name,
      kinds,
      cursor: first.next,
    });
    expect(first.items).toHaveLength(3);
    expect(rest).toMatchObject({ next: undefined });
    expect(rest.items.map(({ message }) => message)).toEqual([
      'Run #2 queued',
      'Run #1 queued',
    ]);
    const { items } = await environments.history({
      name,
      runId: rest.items[0].runId,
    });
    expect(items).toHaveLength(1);
    expect(await health.check()).toEqual({
      database: { milliseconds: expect.any(Number) },
      runs: { unfinished: 5, overdue: 0 },
    });
  });
});
