import { Region } from '../presets';
import table from './price-table.json';

/** A thing that Azure has a price for. */
export type Meter = keyof typeof table.meters;

/** When the prices were written down, and in what currency they are. */
export const PRICES_AS_OF = table.asOf;
export const PRICES_CURRENCY = table.currency;

/** By which Azure counts. */
export const HOURS_A_MONTH = 730;

/** What one of a meter's units costs in a region in a month; hours are those of a whole month. */
export function monthlyPrice(meter: Meter, region: Region): number {
  const { price, unit } = table.meters[meter];
  const hours = unit === 'hour' ? HOURS_A_MONTH : 1;
  return price * hours * table.regions[region];
}

/** Whether there are prices for a region. */
export const hasPrices = (region: string): region is Region =>
  Object.hasOwn(table.regions, region);
