import type { JobKind } from '@moorline/api';
import { archiveRun } from './archiveRun';
import { expireEnvironment } from './expireEnvironment';
import type { Job } from './job';
import { retireEnvironment } from './retireEnvironment';

/** What is done for each kind of job. */
export type Jobs = { [K in JobKind]: Job<K> };

export const JOBS: Jobs = {
  'archive-run': archiveRun,
  'expire-environment': expireEnvironment,
  'retire-environment': retireEnvironment,
};
