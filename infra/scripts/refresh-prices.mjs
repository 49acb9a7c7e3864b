#!/usr/bin/env node
// Reads the prices of packages/environment-model/src/cost/price-table.json anew, from Azure's public price list, which
// needs no sign-in: node infra/scripts/refresh-prices.mjs [--url https://prices.azure.com/api/retail/prices]
//
// Each meter of the table has a query: what the list must say of it. Regions are told apart by what nodes cost there. It
// writes all prices or none; review the difference, and run node --test infra/tests/cost.test.mjs.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const LIST = 'https://prices.azure.com/api/retail/prices';

const FILE = fileURLToPath(
  new URL(
    '../../packages/environment-model/src/cost/price-table.json',
    import.meta.url,
  ),
);

const DAYS_A_MONTH = 365 / 12;

/** How many of the list's units are one of ours. */
const CONVERSIONS = {
  hour: { '1 Hour': 1 },
  month: {
    '1/Month': 1,
    '1 /Month': 1,
    '1/Day': DAYS_A_MONTH,
    '1 Hour': DAYS_A_MONTH * 24,
  },
  GB: { '1 GB': 1 },
  'GB a month': { '1 GB/Month': 1 },
  'GiB a month': { '1 GiB/Month': 1, '1 GB/Month': 1, '1/Month': 1 },
  '10,000 operations': { '10K': 1 },
  '10 million samples': { '10M': 1, '1M': 10 },
};

/** All items of the list that a filter finds. */
async function itemsOf(url, filter) {
  const items = [];
  let next = `${url}?${new URLSearchParams({
    currencyCode: 'USD',
    $filter: filter,
  })}`;
  while (next) {
    const response = await fetch(next);
    if (!response.ok) {
      throw new Error(`${next} answered ${response.status}`);
    }
    const page = await response.json();
    items.push(...page.Items);
    next = page.NextPageLink;
  }
  return items;
}

const isOrdinary = ({ productName, skuName, retailPrice }) =>
  retailPrice > 0 &&
  !/Windows/.test(productName) &&
  !/Spot|Low Priority|Free/.test(skuName);

/** What a meter costs in a region; undefined where the list has nothing of the kind. */
async function priceOf(url, { query, unit, per = 1 }, region) {
  const filter = Object.entries({
    ...query,
    armRegionName: region,
    priceType: 'Consumption',
  })
    .map(([field, value]) => `${field} eq '${value}'`)
    .join(' and ');
  // Where use is cheaper by volume, the first step is what small environments pay.
  const [item] = (await itemsOf(url, filter))
    .filter(isOrdinary)
    .filter(({ unitOfMeasure }) => CONVERSIONS[unit][unitOfMeasure])
    .sort((a, b) => a.tierMinimumUnits - b.tierMinimumUnits);
  return (
    item && (item.retailPrice * CONVERSIONS[unit][item.unitOfMeasure]) / per
  );
}

const rounded = (value, digits) => Number(value.toPrecision(digits));

/**
 * The table with prices of today.
 * @throws Error that names what the list does not have
 */
export async function refresh(table, { url = LIST, now = new Date() } = {}) {
  const missing = [];
  const find = async (id, region) => {
    const price = await priceOf(url, table.meters[id], region);
    if (price === undefined) missing.push(`${id} in ${region}`);
    return price ?? NaN;
  };

  const meters = {};
  for (const [id, meter] of Object.entries(table.meters)) {
    const price = await find(id, table.baseRegion);
    meters[id] = { ...meter, price: rounded(price, 4) };
  }

  const nodes = Object.keys(meters).filter(id => id.startsWith('node:'));
  const regions = {};
  for (const region of Object.keys(table.regions)) {
    let ratio = 0;
    for (const id of nodes) {
      ratio += (await find(id, region)) / meters[id].price / nodes.length;
    }
    regions[region] = rounded(ratio, 3);
  }

  if (missing.length > 0) {
    throw new Error(
      `The price list has no ${missing.join(
        ', no ',
      )}: correct the query in the table.`,
    );
  }
  return {
    ...table,
    asOf: now.toISOString().slice(0, 7),
    provenance: `Read from the price list on ${now
      .toISOString()
      .slice(0, 10)}; regions by what nodes cost there.`,
    regions,
    meters,
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { url: { type: 'string' } } });
  const table = JSON.parse(fs.readFileSync(FILE, 'utf8'));
  const refreshed = await refresh(table, values);
  fs.writeFileSync(FILE, `${JSON.stringify(refreshed, null, 2)}\n`);
  console.log(path.relative(process.cwd(), FILE));
}
