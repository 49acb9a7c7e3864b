import type { Database } from '../database/database';
import { environmentId } from '../environments/queries';
import type { UsageRecord } from './records';

/** Which days, both included. */
export interface UsageRequest {
  name: string;
  from: string;
  to: string;
}

/** What an environment used and cost day by day, the oldest first. @throws NOT_FOUND */
export async function environmentUsage(
  db: Database,
  { name, from, to }: UsageRequest,
): Promise<UsageRecord[]> {
  return db.use(async connection => {
    const { rows } = await connection.query<UsageRecord>(
      `SELECT day::text, nodes, cpu_hours AS "cpuHours", cost, currency, source FROM usage
       WHERE environment_id = $1 AND day BETWEEN $2 AND $3 ORDER BY day`,
      [await environmentId(connection, name), from, to],
    );
    return rows;
  });
}
