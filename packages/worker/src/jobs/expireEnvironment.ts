import { expireEnvironment as expire } from '@moorline/api';
import type { Job } from './job';

/** Retires an environment whose time has come. */
export const expireEnvironment: Job<'expire-environment'> = {
  async run(payload, services) {
    const retired = await expire(services, payload);
    if (retired) services.onChange(retired);
  },
};
