/** What an environment is doing, as the record knows it. */
export const ENVIRONMENT_STATES = [
  'requested',
  'provisioning',
  'ready',
  'failed',
  'retiring',
  'retired',
] as const;
export type EnvironmentState = (typeof ENVIRONMENT_STATES)[number];

/** What a pipeline run is doing. The last three are final. */
export const RUN_STATES = [
  'queued',
  'running',
  'succeeded',
  'failed',
  'canceled',
] as const;
export type RunState = (typeof RUN_STATES)[number];

/** What a stage, a job or a step of a run is doing. */
export const STAGE_STATES = [
  'pending',
  'running',
  'succeeded',
  'failed',
  'skipped',
  'canceled',
] as const;
export type StageState = (typeof STAGE_STATES)[number];

/**
 * Which state may follow which. A new run brings an environment back to provisioning, from failed and from ready. Where
 * nothing was made yet there is nothing to take down, so that it is retired at once.
 */
export const ENVIRONMENT_TRANSITIONS: Readonly<
  Record<EnvironmentState, readonly EnvironmentState[]>
> = {
  requested: ['provisioning', 'failed', 'retired'],
  provisioning: ['ready', 'failed'],
  ready: ['provisioning', 'retiring'],
  failed: ['provisioning', 'retiring', 'retired'],
  retiring: ['retired'],
  retired: [],
};

/** Which state of a run may follow which. A short run may be over before anyone saw it running. */
export const RUN_TRANSITIONS: Readonly<Record<RunState, readonly RunState[]>> =
  {
    queued: ['running', 'succeeded', 'failed', 'canceled'],
    running: ['succeeded', 'failed', 'canceled'],
    succeeded: [],
    failed: [],
    canceled: [],
  };

/** Whether the environment may go from one state to the other. Staying is always allowed. */
export function canTransition(
  from: EnvironmentState,
  to: EnvironmentState,
): boolean {
  return from === to || ENVIRONMENT_TRANSITIONS[from].includes(to);
}

/** Whether the run may go from one state to the other. Staying is always allowed. */
export function canRunTransition(from: RunState, to: RunState): boolean {
  return from === to || RUN_TRANSITIONS[from].includes(to);
}

/** Whether the run is over. */
export function isFinished(state: RunState): boolean {
  return RUN_TRANSITIONS[state].length === 0;
}
