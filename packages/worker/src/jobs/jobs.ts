import type { JobKind } from '@moorline/api';
import { archiveRun } from './archiveRun';
import { collectUsage } from './collectUsage';
import { detectDrift } from './detectDrift';
import { expireEnvironment } from './expireEnvironment';
import type { Job } from './job';
import { lookForDrift } from './lookForDrift';
import { recordDrift } from './recordDrift';
import { retireEnvironment } from './retireEnvironment';

/** What is done for each kind of job. */
export type Jobs = { [K in JobKind]: Job<K> };

export const JOBS: Jobs = {
  'archive-run': archiveRun,
  'collect-usage': collectUsage,
  'detect-drift': detectDrift,
  'look-for-drift': lookForDrift,
  'record-drift': recordDrift,
  'expire-environment': expireEnvironment,
  'retire-environment': retireEnvironment,
};
