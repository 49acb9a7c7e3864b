import { SIZES, TIERS } from '../presets';
import { estimateUsage } from './usage';

const spec = {
  tier: 'dev',
  size: 'small',
  region: 'eastus2',
  database: 'statefulset',
} as const;

it('counts nodes and their cores', () => {
  expect(estimateUsage(spec, 24)).toMatchObject({
    nodes: 1,
    cpuHours: 2 * 24,
    currency: 'USD',
  });
  // Three nodes of eight cores, and three of two for the system.
  expect(
    estimateUsage({ ...spec, tier: 'prod', size: 'large' }, 1),
  ).toMatchObject({ nodes: 6, cpuHours: 3 * 8 + 3 * 2 });
});

it('knows what every environment costs by the hour', () => {
  for (const tier of TIERS) {
    for (const size of Object.keys(SIZES) as (keyof typeof SIZES)[]) {
      const day = estimateUsage({ ...spec, tier, size }, 24);
      expect(day.cost).toBeGreaterThan(0);
      expect(day.cpuHours).toBeGreaterThan(0);
      expect(estimateUsage({ ...spec, tier, size }, 0).cost).toBe(0);
    }
  }
});
