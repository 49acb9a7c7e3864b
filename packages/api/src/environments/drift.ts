import type { Context } from '../context';
import {
  Database,
  Queryable,
  toJsonb,
  transaction,
} from '../database/database';
import { WORKER, addEvents } from '../events';
import type { JobPayload } from '../jobs/kinds';
import { queueJob } from '../jobs/queue';
import type { DriftRecord, EnvironmentRecord, RunRecord } from '../records';
import { findRun } from '../runs/queries';
import { queueByJob } from '../runs/queueOnce';
import { differenceOf, lockEnvironment } from './change';
import { findEnvironment } from './queries';

/** How many resources a message names. */
const NAMED = 3;

/** Sees to it that each environment that is ready is compared with what was applied. */
export async function queueDriftChecks(db: Database): Promise<void> {
  const at = new Date().toISOString();
  await transaction(db, async connection => {
    const { rows } = await connection.query<{ id: string }>(
      `SELECT id FROM environments WHERE state = 'ready'`,
    );
    for (const { id } of rows) {
      const payload = { environmentId: id, at };
      await queueJob(connection, 'detect-drift', payload, { key: id });
    }
  });
}

/**
 * Queues the run that looks for what other hands changed, and records it. Done again, it changes nothing.
 *
 * @returns The environment's name when there is a new run.
 */
export async function detectDrift(
  ctx: Required<Pick<Context, 'db' | 'actor' | 'queueRun'>>,
  { environmentId, at }: JobPayload<'detect-drift'>,
): Promise<string | undefined> {
  const environment = await ctx.db.use(connection =>
    findEnvironment(connection, 'e.id = $1', environmentId),
  );
  if (environment?.state !== 'ready' || !environment.lastRun) return undefined;
  const { created } = await queueByJob(ctx, {
    key: `drift-${environmentId}-${at}`,
    environment: environment.name,
    pipelineId: environment.lastRun.pipelineId,
    purpose: 'drift',
    templateParameters: { action: 'drift' },
  });
  return created ? environment.name : undefined;
}

/**
 * Writes down what a run found that other hands changed; tells of it when that is not known yet. What was found before the
 * environment was last applied counts for nothing.
 *
 * @returns The environment's name when there is news.
 */
export async function recordDrift(
  db: Database,
  { environmentId, runId }: JobPayload<'record-drift'>,
  drift: DriftRecord,
): Promise<string | undefined> {
  return transaction(db, async connection => {
    const environment = await lockEnvironment(
      connection,
      'e.id = $1',
      environmentId,
    );
    const run = await findRun(connection, 'r.id = $1', [runId]);
    if (!run || !environment || isOutdated(environment, run)) return undefined;
    await writeDrift(connection, environmentId, drift);
    const difference = differenceOf(
      { drift: environment.drift?.resources ?? [] },
      { drift: drift.resources },
    );
    if (Object.keys(difference).length === 0) return undefined;
    await addEvents(connection, [
      {
        environmentId,
        runId,
        kind: 'environment.drift',
        message: describe(drift),
        actor: WORKER,
        difference,
      },
    ]);
    return environment.name;
  });
}

/** Writes down what differs from what was applied; nothing, once it is applied again. */
export async function writeDrift(
  connection: Queryable,
  environmentId: string,
  drift: DriftRecord | undefined,
): Promise<void> {
  await connection.query('UPDATE environments SET drift = $2 WHERE id = $1', [
    environmentId,
    drift && toJsonb(drift),
  ]);
}

function isOutdated({ state, lastRun }: EnvironmentRecord, run: RunRecord) {
  return state !== 'ready' || (lastRun?.number ?? 0) > run.number;
}

function describe({ resources }: DriftRecord): string {
  if (resources.length === 0) return 'All is as it was applied again';
  const named = resources
    .slice(0, NAMED)
    .map(({ address, action }) => `${address} was ${action}`);
  const more = resources.length - named.length;
  return `By other hands: ${named.join(', ')}${
    more > 0 ? ` and ${more} more` : ''
  }`;
}
