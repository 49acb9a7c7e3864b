import type { StageRecord } from '@moorline/api';
import { planCounts, planLogs } from './plan';

describe('planCounts', () => {
  it.each<[string[], object | undefined]>([
    [
      ['2026-11-21T10:00:00Z Plan: 23 to add, 1 to change, 2 to destroy.'],
      { add: 23, change: 1, destroy: 2 },
    ],
    [
      ['\u001b[1mPlan:\u001b[0m 1 to add, 0 to change, 0 to destroy.'],
      { add: 1, change: 0, destroy: 0 },
    ],
    [
      ['Plan: 4 to import, 3 to add, 0 to change, 0 to destroy.'],
      { add: 3, change: 0, destroy: 0 },
    ],
    [
      ['No changes. Your infrastructure matches the configuration.'],
      { add: 0, change: 0, destroy: 0 },
    ],
    [
      ['echo "No changes. "', 'Plan: 1 to add, 1 to change, 1 to destroy.'],
      { add: 1, change: 1, destroy: 1 },
    ],
    [['Planning failed.', ''], undefined],
    [[], undefined],
  ])('reads %j', (lines, counts) => {
    expect(planCounts(lines)).toEqual(counts);
  });
});

describe('planLogs', () => {
  const step = (name: string, logId?: number) => ({
    name,
    logId,
    state: 'succeeded' as const,
    errors: [],
  });
  const stage = (state: StageRecord['state']): StageRecord => ({
    name: 'plan',
    label: 'Plan',
    state,
    jobs: [
      {
        name: 'plan',
        state,
        steps: [
          step('Checkout', 1),
          step('Terraform plan', 2),
          step('Publish'),
          step('Show', 4),
        ],
      },
    ],
  });

  it('has the likeliest first, once the plan is made', () => {
    expect(planLogs([stage('succeeded')])).toEqual([2, 1, 4]);
    expect(planLogs([stage('running')])).toBeUndefined();
    expect(planLogs([])).toBeUndefined();
  });
});
