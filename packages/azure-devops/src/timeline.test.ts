import { failureOf, stagesOf } from './timeline';
import type { TimelineRecord } from './timeline';

const record = (
  id: string,
  type: string,
  parentId: string | null,
  rest: Partial<TimelineRecord> = {},
): TimelineRecord => ({ id, type, parentId, name: id, ...rest });

const done = (result: string) => ({ state: 'completed', result });

describe('stagesOf', () => {
  it('arranges stages, jobs and steps in their order', () => {
    const stages = stagesOf([
      record('apply', 'Stage', null, { order: 2, state: 'pending' }),
      record('t2', 'Task', 'j1', {
        order: 2,
        name: 'terraform plan',
        state: 'inProgress',
        startTime: '2026-11-21T12:00:02Z',
        log: { id: 7 },
      }),
      record('t1', 'Task', 'j1', { order: 1, ...done('succeededWithIssues') }),
      record('j1', 'Job', 'p1', { name: 'Plan', state: 'inProgress' }),
      record('p1', 'Phase', 'plan', { name: 'Plan', order: 1 }),
      record('plan', 'Stage', null, {
        name: 'Plan changes',
        identifier: 'plan',
        order: 1,
        state: 'inProgress',
        startTime: '2026-11-21T12:00:00Z',
      }),
      record('p2', 'Phase', 'apply', { name: 'Apply', state: 'pending' }),
      record('c', 'Checkpoint', 'apply'),
    ]);
    expect(stages).toEqual([
      {
        name: 'plan',
        label: 'Plan changes',
        state: 'running',
        startedAt: '2026-11-21T12:00:00Z',
        finishedAt: undefined,
        jobs: [
          expect.objectContaining({
            name: 'Plan',
            state: 'running',
            steps: [
              expect.objectContaining({ name: 't1', state: 'succeeded' }),
              {
                name: 'terraform plan',
                state: 'running',
                logId: 7,
                startedAt: '2026-11-21T12:00:02Z',
                finishedAt: undefined,
                errors: [],
              },
            ],
          }),
        ],
      },
      expect.objectContaining({
        name: 'apply',
        state: 'pending',
        jobs: [expect.objectContaining({ name: 'Apply', steps: [] })],
      }),
    ]);
    expect(failureOf(stages)).toBeUndefined();
  });

  it.each([
    ['succeeded', 'succeeded'],
    ['skipped', 'skipped'],
    ['canceled', 'canceled'],
    ['failed', 'failed'],
    ['abandoned', 'failed'],
  ])('calls the result %s %s', (result, state) => {
    const [stage] = stagesOf([record('s', 'Stage', null, done(result))]);
    expect(stage.state).toBe(state);
  });
});

describe('failureOf', () => {
  const issues = [
    { type: 'warning', message: 'old' },
    { type: 'error', message: 'Error: Invalid region' },
  ];

  it('names the first step that failed, with its error and log', () => {
    const stages = stagesOf([
      record('plan', 'Stage', null, done('failed')),
      record('p', 'Phase', 'plan', done('failed')),
      record('j', 'Job', 'p', done('failed')),
      record('init', 'Task', 'j', { order: 1, ...done('succeeded') }),
      record('plan it', 'Task', 'j', {
        order: 2,
        log: { id: 9 },
        issues,
        ...done('failed'),
      }),
    ]);
    expect(failureOf(stages)).toEqual({
      stage: 'plan',
      step: 'plan it',
      message: 'Error: Invalid region',
      logId: 9,
    });
  });

  it('finds the reason on a job that lost its agent', () => {
    const stages = stagesOf([
      record('plan', 'Stage', null, done('failed')),
      record('p', 'Phase', 'plan', done('failed')),
      record('Plan', 'Job', 'p', { issues, ...done('failed') }),
    ]);
    expect(failureOf(stages)).toMatchObject({
      stage: 'plan',
      step: 'Plan',
      message: 'Error: Invalid region',
    });
  });

  it('says so when there is no reason', () => {
    const stages = stagesOf([record('plan', 'Stage', null, done('failed'))]);
    expect(failureOf(stages)).toMatchObject({
      stage: 'plan',
      message: expect.stringMatching(/see the run in Azure DevOps/),
    });
  });
});
