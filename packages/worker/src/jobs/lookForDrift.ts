import { queueDriftChecks } from '@moorline/api';
import type { Job } from './job';

/** Has each environment that is ready compared with what was applied; without Azure DevOps there is nobody to do it. */
export const lookForDrift: Job<'look-for-drift'> = {
  async run(_, { db, runs }) {
    if (runs) await queueDriftChecks(db);
  },
};
