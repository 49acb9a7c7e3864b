import type { JobKind } from '@moorline/api';
import { expireEnvironment } from './expireEnvironment';
import type { Job } from './job';
import { retireEnvironment } from './retireEnvironment';

/** What is done for each kind of job. */
export type Jobs = { [K in JobKind]: Job<K> };

export const JOBS: Jobs = {
  'expire-environment': expireEnvironment,
  'retire-environment': retireEnvironment,
};
