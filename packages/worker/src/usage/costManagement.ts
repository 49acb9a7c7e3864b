import type { BilledCost } from '@moorline/api';
import { TRPCError } from '@trpc/server';
import { z } from 'zod';

/** Knows what resource groups really cost. */
export interface CostSource {
  /** Of each resource group and day that there is a bill for; both days are included. */
  read(from: string, to: string): Promise<BilledCost[]>;
}

/** Where Azure Cost Management is, and of what its costs are wanted. */
export interface CostManagementOptions {
  /** Azure Resource Manager: `https://management.azure.com`. */
  endpoint: string;
  /** Such as `/subscriptions/ID`. */
  scope: string;
  /** Gives a token for Azure Resource Manager. */
  token: () => Promise<string>;
}

const API_VERSION = '2025-03-01';
const TIMEOUT_MS = 60_000;
/** More than there can be days and groups; where pages go round in a circle, it ends. */
const MOST_PAGES = 100;

const COLUMNS = ['Cost', 'UsageDate', 'ResourceGroupName', 'Currency'] as const;

const pageSchema = z.object({
  properties: z.object({
    nextLink: z.string().nullish(),
    columns: z.array(z.object({ name: z.string() })),
    rows: z.array(z.array(z.unknown())),
  }),
});

const rowSchema = z.object({
  Cost: z.number(),
  // 20261121
  UsageDate: z.number().int(),
  ResourceGroupName: z.string(),
  Currency: z.string(),
});

/** Azure Cost Management's query API; the identity needs the role Cost Management Reader on the scope. */
export function createCostManagement(
  options: CostManagementOptions,
): CostSource {
  const { origin } = new URL(options.endpoint);
  const scope = options.scope.replace(/^\/|\/$/g, '');
  const first = `${origin}/${scope}/providers/Microsoft.CostManagement/query?api-version=${API_VERSION}`;
  return {
    async read(from, to) {
      const query = JSON.stringify(queryOf(from, to));
      const costs: BilledCost[] = [];
      let next: string | undefined = first;
      for (let page = 0; next && page < MOST_PAGES; page += 1) {
        const { properties } = await ask(next, query, options);
        costs.push(...costsIn(properties));
        next = properties.nextLink ?? undefined;
        if (next && new URL(next).origin !== origin) {
          // The token is for nobody else.
          throw trouble(`names a next page at ${new URL(next).origin}`);
        }
      }
      return costs;
    },
  };
}

function queryOf(from: string, to: string) {
  return {
    type: 'ActualCost',
    timeframe: 'Custom',
    timePeriod: { from: `${from}T00:00:00Z`, to: `${to}T23:59:59Z` },
    dataset: {
      granularity: 'Daily',
      aggregation: { totalCost: { name: 'Cost', function: 'Sum' } },
      grouping: [{ type: 'Dimension', name: 'ResourceGroupName' }],
    },
  };
}

async function ask(
  url: string,
  body: string,
  { token, scope }: CostManagementOptions,
): Promise<z.infer<typeof pageSchema>> {
  const authorization = `Bearer ${await token()}`;
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body,
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch(cause => {
    throw trouble(`did not answer (${cause.cause?.code ?? cause.name})`, cause);
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw trouble(
      response.status === 403
        ? `refuses this identity (403): give it the role Cost Management Reader on ${scope}`
        : `answered ${response.status}`,
    );
  }
  const page = pageSchema.safeParse(await response.json().catch(() => {}));
  if (!page.success) throw trouble('answered what is no result of a query');
  return page.data;
}

function costsIn({
  columns,
  rows,
}: z.infer<typeof pageSchema>['properties']): BilledCost[] {
  return rows.map(values => {
    const row = rowSchema.safeParse(
      Object.fromEntries(
        COLUMNS.map(name => [
          name,
          values[columns.findIndex(column => column.name === name)],
        ]),
      ),
    );
    if (!row.success)
      throw trouble(`has no ${row.error.issues[0].path} in a row`);
    const { Cost, UsageDate, ResourceGroupName, Currency } = row.data;
    return {
      resourceGroup: ResourceGroupName,
      day: String(UsageDate).replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3'),
      cost: Cost,
      currency: Currency,
    };
  });
}

function trouble(what: string, cause?: unknown): TRPCError {
  return new TRPCError({
    code: 'BAD_GATEWAY',
    message: `Azure Cost Management ${what}. Estimates stand in for it.`,
    cause,
  });
}
