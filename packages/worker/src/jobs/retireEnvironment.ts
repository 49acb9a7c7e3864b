import { takeDown } from '@moorline/api';
import type { Job } from './job';

/** Queues the pipeline that takes an environment down. */
export const retireEnvironment: Job<'retire-environment'> = {
  async run(payload, services) {
    const changed = await takeDown(services, payload);
    if (changed) services.onChange(changed);
  },
};
