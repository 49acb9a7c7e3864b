import { z } from 'zod';

/** What an environment used and cost in a day. */
export const usageRecordSchema = z.object({
  /** In UTC, such as `2026-11-21`. */
  day: z.string(),
  /** At least; the autoscaler may have added some. */
  nodes: z.number(),
  /** Cores of the nodes, times hours; at least. */
  cpuHours: z.number(),
  cost: z.number(),
  /** ISO 4217. */
  currency: z.string(),
  /** Where the cost is from: list prices, or Azure's bill. */
  source: z.enum(['estimate', 'azure']),
});
export type UsageRecord = z.infer<typeof usageRecordSchema>;

/** What a resource group cost in a day, as Azure says. */
export interface BilledCost {
  resourceGroup: string;
  /** In UTC, such as `2026-11-21`. */
  day: string;
  cost: number;
  /** ISO 4217. */
  currency: string;
}
