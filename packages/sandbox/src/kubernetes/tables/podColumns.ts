import { ContainerStatus, Pod } from '../objects/pod';
import { ageOf, orNone } from './words';
import { Columns } from './columns';

function initProgress(pod: Pod): string | undefined {
  const statuses = pod.status?.initContainerStatuses ?? [];
  const at = statuses.findIndex(
    status => status.state.terminated?.exitCode !== 0,
  );
  if (at < 0) return undefined;
  const { terminated, waiting } = statuses[at].state;
  if (terminated) {
    return `Init:${terminated.reason ?? `ExitCode:${terminated.exitCode}`}`;
  }
  if (waiting?.reason && waiting.reason !== 'PodInitializing') {
    return `Init:${waiting.reason}`;
  }
  return `Init:${at}/${pod.spec.initContainers?.length ?? statuses.length}`;
}

/** The word that `kubectl get pods` prints under STATUS. */
export function podStatusText(pod: Pod): string {
  const { status } = pod;
  if (pod.metadata.deletionTimestamp) return 'Terminating';
  const init = initProgress(pod);
  if (init && status?.phase !== 'Failed') return init;
  let text: string = status?.reason || status?.phase || 'Unknown';
  for (const { state } of [...(status?.containerStatuses ?? [])].reverse()) {
    if (state.waiting?.reason) text = state.waiting.reason;
    else if (state.terminated) {
      text = state.terminated.reason || `ExitCode:${state.terminated.exitCode}`;
    }
  }
  return text;
}

function restarts(statuses: ContainerStatus[]): string {
  const count = statuses.reduce((sum, status) => sum + status.restartCount, 0);
  const last = statuses
    .map(status => status.lastState.terminated?.finishedAt ?? '')
    .sort()
    .pop();
  return count && last ? `${count} (${ageOf(last)} ago)` : String(count);
}

export const podColumns: Columns<Pod> = {
  Ready: pod => {
    const ready = (pod.status?.containerStatuses ?? []).filter(c => c.ready);
    return `${ready.length}/${pod.spec.containers.length}`;
  },
  Status: podStatusText,
  Restarts: pod => restarts(pod.status?.containerStatuses ?? []),
  Age: pod => ageOf(pod.metadata.creationTimestamp),
  'IP*': pod => orNone(pod.status?.podIP),
  'Node*': pod => orNone(pod.spec.nodeName),
  'Nominated Node*': () => '<none>',
  'Readiness Gates*': () => '<none>',
};
