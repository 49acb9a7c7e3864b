import { Database, transaction } from '../database/database';
import { queueExpiry } from '../environments/queueExpiry';
import { queueTakeDown } from '../environments/takeDown';
import {
  EnvironmentRow,
  SELECT_ENVIRONMENTS,
  toEnvironmentRecord,
} from '../rows';
import { selectJobs } from './queries';

/** Which environments wait for a job of a kind. */
const WAITING = {
  'expire-environment': `e.expires_at IS NOT NULL AND e.state NOT IN ('retiring', 'retired')`,
  // One that a run has failed to take down waits for a person.
  'retire-environment': `e.state = 'retiring' AND NOT EXISTS (
    SELECT 1 FROM runs r WHERE r.environment_id = e.id AND r.purpose = 'retire')`,
};

/**
 * Queues what environments wait for and no job is there for: those that were to expire or to retire before that was done by
 * jobs. What a person has discarded stays so. Done again, it changes nothing.
 */
export async function queueMissingJobs(db: Database): Promise<void> {
  await transaction(db, async connection => {
    const jobs = await selectJobs(connection);
    const waiting = async (kind: keyof typeof WAITING) => {
      const { rows } = await connection.query<EnvironmentRow>(
        `${SELECT_ENVIRONMENTS}
         WHERE ${WAITING[kind]}
           AND NOT EXISTS (SELECT 1 FROM (${jobs}) j WHERE j.environment = e.name AND j.kind = $1)
           AND NOT EXISTS (SELECT 1 FROM events v WHERE v.environment_id = e.id AND v.kind = 'job.discarded')`,
        [kind],
      );
      return rows.map(toEnvironmentRecord);
    };
    for (const { id, expiresAt } of await waiting('expire-environment')) {
      if (expiresAt) await queueExpiry(connection, id, new Date(expiresAt));
    }
    for (const environment of await waiting('retire-environment')) {
      await queueTakeDown(connection, environment);
    }
  });
}
