import { Condition } from '../objects/meta';
import { ContainerStatus, Pod, PodStatus } from '../objects/pod';
import { withCondition } from '../controllers/controller';

/** Whether a pod begins its end when a container ends: by restart policy and exit code. */
export function restarts(
  policy: string | undefined,
  exitCode: number,
): boolean {
  if (policy === 'Never') return false;
  return policy !== 'OnFailure' || exitCode !== 0;
}

/** The phase that its containers give a pod. */
export function phaseOf(
  pod: Pod,
  init: ContainerStatus[],
  main: ContainerStatus[],
): PodStatus['phase'] {
  const policy = pod.spec.restartPolicy;
  const final = (status: ContainerStatus) => {
    const { terminated } = status.state;
    return terminated && !restarts(policy, terminated.exitCode);
  };
  const failedInit = init.some(
    status => final(status) && status.state.terminated?.exitCode,
  );
  if (failedInit) return 'Failed';
  if (main.length && main.every(final)) {
    const failed = main.some(status => status.state.terminated?.exitCode);
    return failed ? 'Failed' : 'Succeeded';
  }
  const begun = main.some(
    ({ state, lastState }) =>
      state.running || state.terminated || lastState.terminated,
  );
  return begun ? 'Running' : 'Pending';
}

/** The conditions that go with a pod's containers. */
export function conditionsOf(
  pod: Pod,
  phase: PodStatus['phase'],
  initialized: boolean,
  main: ContainerStatus[],
): Condition[] {
  const ended = phase === 'Succeeded' || phase === 'Failed';
  const unready = main
    .filter(status => !status.ready)
    .map(status => status.name);
  const ready = !ended && initialized && !unready.length;
  let reason: string | undefined;
  let message: string | undefined;
  if (phase === 'Succeeded') reason = 'PodCompleted';
  else if (phase === 'Failed') reason = 'PodFailed';
  else if (!ready) {
    reason = 'ContainersNotReady';
    message = `containers with unready status: [${unready.join(' ')}]`;
  }
  const incomplete = (pod.spec.initContainers ?? []).map(c => c.name);
  let conditions = pod.status?.conditions ?? [];
  const set = (
    type: string,
    value: boolean,
    why: string | undefined,
    words: string | undefined,
  ) => {
    conditions = withCondition(
      conditions,
      type,
      value ? 'True' : 'False',
      value ? undefined : why,
      value ? undefined : words,
    );
  };
  const done = initialized || ended;
  set('PodReadyToStartContainers', !ended, undefined, undefined);
  set(
    'Initialized',
    done,
    'ContainersNotInitialized',
    `containers with incomplete status: [${incomplete.join(' ')}]`,
  );
  set('Ready', ready, reason, message);
  set('ContainersReady', ready, reason, message);
  return conditions.map(condition => ({ lastProbeTime: null, ...condition }));
}
