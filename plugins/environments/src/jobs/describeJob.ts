import type { BackgroundJobRecord } from '@moorline/api/client';

const DOES: Record<BackgroundJobRecord['kind'], string> = {
  'archive-run': 'Keep the logs of a run',
  'collect-usage': 'Record usage and cost',
  'look-for-drift': 'Look for drift everywhere',
  'detect-drift': 'Look for drift',
  'record-drift': 'Read what drift was found',
  'expire-environment': 'Retire it when its time has come',
  'retire-environment': 'Take it down',
};

/** What a job does, in a few words; the job of a newer API goes by its name. */
export function describeJob({ kind }: BackgroundJobRecord): string {
  return DOES[kind] ?? kind;
}
