import { formatBuildNumber } from './build-number';

describe('formatBuildNumber', () => {
  const revisions: string[] = [];
  const format = (text?: string) =>
    formatBuildNumber(text, {
      definitionName: 'environment-orders',
      buildId: 7,
      sourceBranchName: 'main',
      teamProject: 'platform',
      now: new Date('2026-02-03T04:05:06Z'),
      variables: { tier: 'dev' },
      nextRevision: prefix => {
        revisions.push(prefix);
        return 3;
      },
    });

  it.each([
    [undefined, '20260203.3'],
    ['$(Date:yyyy-MM-dd)$(Rev:.rr)', '2026-02-03.03'],
    ['$(Date:yyMMdd)-$(Rev:rrr)', '260203-003'],
    ['$(Build.DefinitionName)_$(BuildId)', 'environment-orders_7'],
    ['$(SourceBranchName) $(TeamProject) $(Tier)', 'main platform dev'],
    ['$(DayOfYear)/$(Month)/$(Hours)$(Minutes)$(Seconds)', '34_2_040506'],
    ['$(unknown)', '$(unknown)'],
  ])('%s is %s', (text, expected) => {
    expect(format(text)).toBe(expected);
  });

  it('counts by what is around the revision', () => {
    revisions.length = 0;
    format('release-$(Rev:r)-x');
    expect(revisions).toEqual(['release--x']);
  });
});
