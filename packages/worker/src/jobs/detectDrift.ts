import { detectDrift as detect } from '@moorline/api';
import type { Job } from './job';

/** Queues the pipeline that compares an environment with what was applied. */
export const detectDrift: Job<'detect-drift'> = {
  async run(payload, services) {
    const changed = await detect(services, payload);
    if (changed) services.onChange(changed);
  },
};
