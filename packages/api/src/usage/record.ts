import {
  EnvironmentSpec,
  estimateUsage,
  nodeResourceGroupName,
  resourceGroupName,
} from '@moorline/environment-model';
import { Database, Queryable, transaction } from '../database/database';
import type { BilledCost, UsageRecord } from './records';

const HOUR_MS = 3_600_000;

interface MadeRow {
  id: string;
  name: string;
  spec: EnvironmentSpec;
  created_at: Date;
}

interface Usage extends UsageRecord {
  environmentId: string;
}

/**
 * Writes down for days what environments used and cost then: what Azure billed where that is known, else an estimate. What
 * Azure billed stands until it says otherwise. Done again, it changes nothing else.
 *
 * @param days In UTC, such as `2026-11-21`; those that are over.
 * @param billed Costs by resource group and day; left out: nobody knows.
 */
export async function recordUsage(
  db: Database,
  days: string[],
  billed: BilledCost[] = [],
): Promise<void> {
  await transaction(db, async connection => {
    for (const environment of await environmentsMade(connection)) {
      const groups = [
        resourceGroupName(environment.name),
        nodeResourceGroupName(environment.name),
      ];
      const own = billed.filter(({ resourceGroup }) =>
        groups.includes(resourceGroup.toLowerCase()),
      );
      for (const day of days) {
        const usage = usageOf(environment, day, own);
        if (usage) await writeUsage(connection, usage);
      }
    }
  });
}

/** Those of which there is something in Azure. */
async function environmentsMade(connection: Queryable): Promise<MadeRow[]> {
  const { rows } = await connection.query<MadeRow>(
    `SELECT id, name, spec, created_at FROM environments e
     WHERE state <> 'retired' AND EXISTS (SELECT 1 FROM runs r WHERE r.environment_id = e.id)
     ORDER BY id`,
  );
  return rows;
}

function usageOf(
  { id, spec, created_at }: MadeRow,
  day: string,
  billed: BilledCost[],
): Usage | undefined {
  const hours = (Date.parse(day) + 24 * HOUR_MS - Number(created_at)) / HOUR_MS;
  if (hours <= 0) return undefined;
  const usage = {
    environmentId: id,
    day,
    ...estimateUsage(spec, Math.min(hours, 24)),
  };
  const today = billed.filter(cost => cost.day === day);
  if (today.length === 0) return { ...usage, source: 'estimate' };
  const [{ currency }] = today;
  const cost = today.reduce((sum, part) => sum + part.cost, 0);
  return { ...usage, cost, currency, source: 'azure' };
}

async function writeUsage(
  connection: Queryable,
  { environmentId, day, nodes, cpuHours, cost, currency, source }: Usage,
): Promise<void> {
  await connection.query(
    `INSERT INTO usage (environment_id, day, nodes, cpu_hours, cost, currency, source)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (environment_id, day)
       DO UPDATE SET cost = excluded.cost, currency = excluded.currency, source = excluded.source
       WHERE excluded.source = 'azure'`,
    [environmentId, day, nodes, cpuHours, cost, currency, source],
  );
}
