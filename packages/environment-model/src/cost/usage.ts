import { estimateMonthlyCost } from './estimate';
import { EstimatedSpec } from './parts';
import { HOURS_A_MONTH } from './prices';

/** What an environment uses and costs in some hours, about. */
export interface UsageEstimate {
  nodes: number;
  /** Cores of the nodes, times hours. */
  cpuHours: number;
  cost: number;
  /** ISO 4217. */
  currency: string;
}

const NODE = 'node:';

/** Estimates what an environment uses when as few nodes run as may, at list prices. @throws RangeError as the cost does */
export function estimateUsage(
  spec: EstimatedSpec,
  hours: number,
): UsageEstimate {
  const { total, currency, lines } = estimateMonthlyCost(spec);
  const pools = lines.filter(({ meter }) => meter.startsWith(NODE));
  const sum = (of: (pool: (typeof pools)[number]) => number) =>
    pools.reduce((amount, pool) => amount + of(pool), 0);
  return {
    nodes: sum(({ quantity }) => quantity),
    cpuHours: sum(({ meter, quantity }) => coresOf(meter) * quantity) * hours,
    cost: Math.round((total / HOURS_A_MONTH) * hours * 100) / 100,
    currency,
  };
}

/** Azure's names of machines say how many cores they have: `Standard_D4ds_v5` has four. */
function coresOf(meter: string): number {
  const [, cores] = /^node:Standard_[A-Z]+(\d+)/.exec(meter) ?? [];
  return Number(cores);
}
