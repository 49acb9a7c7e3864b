import type { RunFailure, RunProgress, RunRecord } from '@moorline/api';
import { failureOf } from '@moorline/azure-devops';
import { planLogs, readPlan } from './plan';
import type { RunSource, SourceRun } from './source';

/**
 * Reads how far a run has come: two requests, and once more for the plan's log.
 * @param plansRead Ids of the runs whose plan was read; a log that tells no counts is not read again and again.
 */
export async function readProgress(
  source: RunSource,
  run: RunRecord,
  plansRead: Set<string>,
): Promise<RunProgress> {
  // The run first: when it is over, the timeline read after it is the last word.
  const seen = await source.getRun(run.buildId);
  const stages = await source.getTimeline(run.buildId);
  let { plan } = run;
  const logs = planLogs(stages);
  if (!plan && logs && !plansRead.has(run.id)) {
    plan = await readPlan(source, run.buildId, logs);
    plansRead.add(run.id);
  }
  return {
    state: seen.state,
    startedAt: seen.startedAt,
    finishedAt: seen.finishedAt,
    stages,
    plan,
    failure: failureOf(stages) ?? unplannedFailure(seen),
  };
}

/** A run that never had stages says why by itself: most often its YAML is broken. */
function unplannedFailure(run: SourceRun): RunFailure | undefined {
  return run.problems.length > 0
    ? {
        stage: 'pipeline',
        step: 'Read the YAML',
        message: run.problems.join('\n'),
      }
    : undefined;
}
