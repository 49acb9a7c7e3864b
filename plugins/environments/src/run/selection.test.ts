import { failedRun, runRecord } from '../__testUtils__';
import { select } from './selection';

const names = (selection: ReturnType<typeof select>) => [
  selection.stage?.name,
  selection.job?.name,
  selection.step?.name,
];

describe('select', () => {
  const none = new URLSearchParams();

  it('opens what failed, then what runs, then what ran last', () => {
    expect(names(select(failedRun(), none))).toEqual([
      'deploy',
      'Terraform',
      'Deploy it',
    ]);
    const running = runRecord([
      'succeeded',
      'running',
      'pending',
      'pending',
      'pending',
    ]);
    expect(names(select(running, none))).toEqual([
      'plan',
      'Terraform',
      'Plan it',
    ]);
    const between = runRecord([
      'succeeded',
      'pending',
      'pending',
      'pending',
      'pending',
    ]);
    expect(names(select(between, none))[0]).toBe('validate');
    expect(select(runRecord([], { stages: [] }), none)).toEqual({});
  });

  it('opens what the address names, and passes over what it does not know', () => {
    const run = failedRun();
    const link = new URLSearchParams('stage=plan&job=Terraform&step=0');
    expect(names(select(run, link))).toEqual([
      'plan',
      'Terraform',
      'Check out',
    ]);
    const stale = new URLSearchParams('stage=gone&step=99');
    expect(names(select(run, stale))).toEqual([
      'deploy',
      'Terraform',
      'Deploy it',
    ]);
  });
});
