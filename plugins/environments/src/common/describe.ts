import type {
  EnvironmentRecord,
  RunRecord,
  StageRecord,
} from '@moorline/api/client';

/** The stage that a run is in, or failed in; undefined before and after. */
export function currentStage(run?: RunRecord): StageRecord | undefined {
  return run?.stages.find(
    ({ state }) => state === 'running' || state === 'failed',
  );
}

/** Where a run failed, as people call that stage; undefined when it did not fail or nothing says where. */
export function failedStage(run?: RunRecord): string | undefined {
  const name = run?.failure?.stage;
  return (
    run?.stages.find(stage => stage.name === name)?.label ??
    name ??
    currentStage(run)?.label
  );
}

/** The environment's state in a few words, saying where: "Failed in Deploy", "Provisioning: Apply". */
export function stateLabel(environment: EnvironmentRecord): string | undefined {
  const stage = currentStage(environment.lastRun);
  if (environment.state === 'failed') {
    if (!environment.lastRun) return 'Failed before its first run';
    const label = failedStage(environment.lastRun);
    return label ? `Failed in ${label}` : undefined;
  }
  if (environment.state === 'provisioning') {
    if (stage) return `Provisioning: ${stage.label}`;
    if (environment.lastRun?.state === 'queued') return 'Waiting for an agent';
  }
  return undefined;
}
