import { getRun, recordDrift as record } from '@moorline/api';
import { TRPCError } from '@trpc/server';
import { readDrift } from '../runs/drift';
import type { Job } from './job';

/** Reads what a run found that other hands changed, and records it. */
export const recordDrift: Job<'record-drift'> = {
  async run(payload, { db, runs, onChange }) {
    if (!runs) return;
    const run = await getRun(db, payload.runId);
    const drift = await readDrift(runs, run);
    if (!drift) {
      throw new TRPCError({
        code: 'UNPROCESSABLE_CONTENT',
        message: `The logs of run #${run.number} do not say what differs: no line begins with drift.json. Bring the platform's pipeline up to date, or discard this job.`,
      });
    }
    const changed = await record(db, payload, drift);
    if (changed) onChange(changed);
  },
};
