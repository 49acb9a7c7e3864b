import { REGIONS, SIZES, TIERS } from '../presets';
import { EstimatedSpec, Part, partsOf } from './parts';
import {
  hasPrices,
  monthlyPrice,
  PRICES_AS_OF,
  PRICES_CURRENCY,
} from './prices';

/** One thing on the bill. */
export interface CostLine extends Part {
  /** Of one unit for a month. */
  unitPrice: number;
  monthly: number;
  /** Where the autoscaler makes more of it, what all of that costs. */
  monthlyAtMost: number;
}

/** What an environment costs in a month, about. */
export interface CostEstimate {
  /** ISO 4217. */
  currency: string;
  /** Year and month of the prices. */
  asOf: string;
  /** When as few nodes run as may. */
  total: number;
  /** When the autoscaler has added all that it may. */
  totalAtMost: number;
  /** Dearest first. */
  lines: CostLine[];
}

const cents = (amount: number) => Math.round(amount * 100) / 100;

const sum = (amounts: number[]) =>
  cents(amounts.reduce((total, amount) => total + amount, 0));

function known(field: string, value: string, values: readonly string[]) {
  if (!values.includes(value)) {
    throw new RangeError(
      `${field}: there are no prices for ${JSON.stringify(
        value,
      )}; choose one of ${values.join(', ')}`,
    );
  }
}

/**
 * Estimates the monthly cost of what a specification makes in Azure, at list prices, without discounts, taxes and traffic.
 * @throws RangeError that names the field, where a tier, size or region is not known
 */
export function estimateMonthlyCost(spec: EstimatedSpec): CostEstimate {
  const { region } = spec;
  known('tier', spec.tier, TIERS);
  known('size', spec.size, Object.keys(SIZES));
  known('region', region, Object.keys(REGIONS).filter(hasPrices));
  const lines = partsOf(spec)
    .map(part => {
      const unitPrice = monthlyPrice(part.meter, region);
      return {
        ...part,
        unitPrice,
        monthly: cents(unitPrice * part.quantity),
        monthlyAtMost: cents(unitPrice * (part.most ?? part.quantity)),
      };
    })
    .sort((a, b) => b.monthly - a.monthly);
  return {
    currency: PRICES_CURRENCY,
    asOf: PRICES_AS_OF,
    total: sum(lines.map(({ monthly }) => monthly)),
    totalAtMost: sum(lines.map(({ monthlyAtMost }) => monthlyAtMost)),
    lines,
  };
}
