import { REGIONS, SIZES, TIERS, Region } from '../presets';
import { EstimatedSpec } from './parts';
import { estimateMonthlyCost } from './estimate';

const spec = (change: Partial<EstimatedSpec> = {}): EstimatedSpec => ({
  tier: 'dev',
  size: 'small',
  region: 'eastus2',
  database: 'statefulset',
  ...change,
});

describe('estimateMonthlyCost', () => {
  it('adds up what is on the bill, dearest first', () => {
    const { total, totalAtMost, lines, currency, asOf } = estimateMonthlyCost(
      spec(),
    );
    expect(currency).toBe('USD');
    expect(asOf).toMatch(/^\d{4}-\d\d$/);
    expect(lines[0]).toMatchObject({
      meter: 'node:Standard_D2ds_v5',
      quantity: 1,
      most: 3,
    });
    expect(lines.map(({ monthly }) => monthly)).toEqual(
      lines.map(({ monthly }) => monthly).sort((a, b) => b - a),
    );
    const sum = (key: 'monthly' | 'monthlyAtMost') =>
      lines.reduce((amount, line) => amount + line[key], 0);
    expect(total).toBeCloseTo(sum('monthly'), 2);
    expect(totalAtMost).toBeCloseTo(sum('monthlyAtMost'), 2);
  });

  it('knows each tier and size in each region, and what is more costs more', () => {
    const sizes = Object.keys(SIZES) as (keyof typeof SIZES)[];
    for (const region of Object.keys(REGIONS) as Region[]) {
      const totals = TIERS.map(tier =>
        sizes.map(
          size => estimateMonthlyCost(spec({ tier, size, region })).total,
        ),
      );
      for (const row of [
        ...totals,
        ...sizes.map((_, at) => totals.map(of => of[at])),
      ]) {
        expect(row).toEqual([...row].sort((a, b) => a - b));
        expect(row.every(total => total > 50 && total < 20_000)).toBe(true);
      }
    }
  });

  it.each([
    ['dev', 'statefulset', 16, 0],
    ['prod', 'statefulset', 8, 0],
    ['prod', 'flexibleServer', 0, 2],
  ] as const)(
    'counts disks and servers of the database of %s, %s',
    (tier, database, disks, servers) => {
      const { lines } = estimateMonthlyCost(spec({ tier, database }));
      const quantityOf = (meter: string) =>
        lines.find(line => line.meter.startsWith(meter))?.quantity ?? 0;
      expect(quantityOf('volume')).toBe(disks);
      expect(quantityOf('database:')).toBe(servers);
    },
  );

  it('counts what is asked for beside the tier', () => {
    const meters = (options: EstimatedSpec['options']) =>
      estimateMonthlyCost(spec({ options })).lines.map(({ meter }) => meter);
    expect(meters({ managedDatabase: true })).toContain(
      'database:B_Standard_B1ms',
    );
    expect(meters({ edge: true })).toContain('edge-firewall');
    expect(meters({ apiManagement: true })).toContain(
      'api-management:Developer',
    );
    expect(meters({ freeSubscription: true })).toContain(
      'node:Standard_B2s_v2',
    );
    expect(meters(undefined)).not.toContain('edge');
  });

  it.each([
    [{ region: 'westus' }, /^region: .*"westus"; choose one of/],
    [{ region: 'constructor' }, /^region: /],
    [{ size: 'huge' }, /^size: .*"huge"; choose one of small, medium, large$/],
    [{ tier: 'test' }, /^tier: .*"test"; choose one of dev, staging, prod$/],
  ])('refuses %p, and says what to choose', (change, message) => {
    expect(() =>
      estimateMonthlyCost({ ...spec(), ...change } as EstimatedSpec),
    ).toThrow(message);
  });
});
