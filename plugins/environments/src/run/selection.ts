import type {
  JobRecord,
  RunRecord,
  StageRecord,
  StepRecord,
} from '@moorline/api/client';

/** What of a run is open. */
export interface Selection {
  stage?: StageRecord;
  job?: JobRecord;
  step?: StepRecord;
}

const byImportance = <T extends { state: string }>(items: T[]): T | undefined =>
  items.find(({ state }) => state === 'failed') ??
  items.find(({ state }) => state === 'running') ??
  items
    .filter(({ state }) => state !== 'pending' && state !== 'skipped')
    .at(-1) ??
  items[0];

/** How long a step has taken, in milliseconds. */
function length({ startedAt, finishedAt }: StepRecord): number {
  return startedAt && finishedAt
    ? Date.parse(finishedAt) - Date.parse(startedAt)
    : 0;
}

/** Of a job that is over and well, the step that did the work: not the agent's tidying up after it. */
function longest(steps: StepRecord[]): StepRecord | undefined {
  return [...steps].sort((a, b) => length(b) - length(a))[0];
}

/**
 * What to open: what the address names, and otherwise what a person would look at
 * first: what failed, else what runs, else what ran last; of an ended job the step
 * that took longest.
 *
 * @param params - `stage` and `job` by name, `step` by its place in the job
 */
export function select(run: RunRecord, params: URLSearchParams): Selection {
  const stage =
    run.stages.find(({ name }) => name === params.get('stage')) ??
    byImportance(run.stages);
  const job =
    stage?.jobs.find(({ name }) => name === params.get('job')) ??
    byImportance(stage?.jobs ?? []);
  const place = params.get('step');
  const step =
    (place === null ? undefined : job?.steps[Number(place)]) ??
    (job?.state === 'succeeded'
      ? longest(job.steps)
      : byImportance(job?.steps ?? []));
  return { stage, job, step };
}
