import { Tier } from '@moorline/environment-model';
import { Database, query } from '../database/database';
import type { DeliveryFigures } from './records';

/** Over which releases figures are taken. */
export interface FiguresRequest {
  from: Date;
  to: Date;
  environment?: string;
  service?: string;
  tier?: Tier;
}

const DAY_MS = 86_400_000;

/** The four figures of delivery. */
export async function deliveryFigures(
  db: Database,
  { from, to, environment, service, tier }: FiguresRequest,
): Promise<DeliveryFigures> {
  const [row] = await query<{
    deployments: number;
    endings: number;
    failures: number;
    lead_time: number | null;
    time_to_restore: number | null;
  }>(
    db,
    `WITH deliveries AS (
       SELECT r.*,
              r.state = 'failed' OR EXISTS (SELECT 1 FROM releases t WHERE t.takes_back_id = r.id) AS went_wrong,
              (SELECT min(s.finished_at) FROM releases s
               WHERE s.environment_id = r.environment_id AND s.service = r.service
                 AND s.state = 'succeeded' AND s.number > r.number) AS restored_at
       FROM releases r JOIN environments e ON e.id = r.environment_id
       WHERE r.kind <> 'rollback' AND r.finished_at >= $1 AND r.finished_at < $2
         AND ($3::text IS NULL OR e.name = $3)
         AND ($4::text IS NULL OR r.service = $4)
         AND ($5::text IS NULL OR e.spec->>'tier' = $5)
     )
     SELECT count(*) FILTER (WHERE state = 'succeeded')::int AS deployments,
            count(*)::int AS endings,
            count(*) FILTER (WHERE went_wrong)::int AS failures,
            percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM finished_at - committed_at))
              FILTER (WHERE state = 'succeeded' AND committed_at IS NOT NULL) AS lead_time,
            percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM restored_at - finished_at))
              FILTER (WHERE went_wrong AND restored_at IS NOT NULL) AS time_to_restore
     FROM deliveries`,
    [from, to, environment, service, tier],
  );
  const { deployments, endings, failures } = row;
  const days = (to.getTime() - from.getTime()) / DAY_MS;
  return {
    from: from.toISOString(),
    to: to.toISOString(),
    deployments,
    deploymentsPerDay: deployments / days,
    leadTime: row.lead_time ?? undefined,
    failureRate: endings > 0 ? failures / endings : undefined,
    timeToRestore: row.time_to_restore ?? undefined,
  };
}
