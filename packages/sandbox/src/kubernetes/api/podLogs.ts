import type { ServerResponse } from 'node:http';
import {
  allContainers,
  containerStatuses,
  ContainerStatus,
  isFinished,
  Pod,
} from '../objects/pod';
import type { LogLine } from '../kubelet/containerLog';
import { badRequest } from './errors';

/** What nodes know of the logs of their pods' containers. */
export interface PodLogs {
  /** What a container wrote, or with `previous` the run before. */
  lines(pod: Pod, container: string, previous: boolean): LogLine[];
  /** Hears of each further line. @returns ends it */
  follow(
    pod: Pod,
    container: string,
    hear: (line: LogLine) => void,
  ): () => void;
}

/** Tells of each change of a pod, and with undefined that it is gone. @returns ends it */
export type PodWatch = (hear: (pod: Pod | undefined) => void) => () => void;

const DEFAULT_CONTAINER = 'kubectl.kubernetes.io/default-container';

function chooseContainer(pod: Pod, wanted: string | null): string {
  const { containers, initContainers = [] } = pod.spec;
  const { name, annotations } = pod.metadata;
  if (wanted) {
    if (allContainers(pod.spec).some(c => c.name === wanted)) return wanted;
    throw badRequest(`container ${wanted} is not valid for pod ${name}`);
  }
  const fallback = annotations?.[DEFAULT_CONTAINER];
  if (fallback) return fallback;
  if (containers.length === 1) return containers[0].name;
  const choices = containers.map(c => c.name).join(' ');
  const inits = initContainers.length
    ? ` or one of the init containers: [${initContainers
        .map(c => c.name)
        .join(' ')}]`
    : '';
  throw badRequest(
    `a container name must be specified for pod ${name}, choose one of: [${choices}]${inits}`,
  );
}

const statusOf = (pod: Pod, container: string): ContainerStatus | undefined =>
  containerStatuses(pod).find(status => status.name === container);

function checkStarted(pod: Pod, container: string, previous: boolean) {
  const status = statusOf(pod, container);
  const { name } = pod.metadata;
  if (previous) {
    if (status?.lastState.terminated) return;
    throw badRequest(
      `previous terminated container "${container}" in pod "${name}" not found`,
    );
  }
  const waiting = status
    ? status.state.waiting
    : { reason: 'ContainerCreating' };
  if (!waiting || status?.lastState.terminated) return;
  const { reason = 'ContainerCreating' } = waiting;
  const why =
    reason === 'ErrImagePull' || reason === 'ImagePullBackOff'
      ? 'trying and failing to pull image'
      : reason;
  throw badRequest(
    `container "${container}" in pod "${name}" is waiting to start: ${why}`,
  );
}

function selectLines(lines: LogLine[], query: URLSearchParams): LogLine[] {
  const seconds = query.get('sinceSeconds');
  const sinceTime = query.get('sinceTime');
  let since = 0;
  if (seconds) since = Date.now() - Number(seconds) * 1000;
  if (sinceTime) since = Date.parse(sinceTime);
  const recent = lines.filter(line => line.at >= since);
  const tail = query.get('tailLines');
  if (tail === null) return recent;
  return Number(tail) > 0 ? recent.slice(-Number(tail)) : [];
}

/** Answers a container's log, and follows it until the container ends or the client leaves. */
export function sendPodLog(
  pod: Pod,
  query: URLSearchParams,
  response: ServerResponse,
  logs: PodLogs,
  watch: PodWatch,
) {
  const container = chooseContainer(pod, query.get('container'));
  const previous = query.get('previous') === 'true';
  checkStarted(pod, container, previous);
  const stamped = query.get('timestamps') === 'true';
  const write = ({ at, text }: LogLine) => {
    const time = stamped ? `${new Date(at).toISOString()} ` : '';
    response.write(`${time}${text}\n`);
  };
  response.writeHead(200, {
    'content-type': 'text/plain',
    'cache-control': 'no-cache, private',
  });
  selectLines(logs.lines(pod, container, previous), query).forEach(write);
  const running = Boolean(statusOf(pod, container)?.state.running);
  if (query.get('follow') !== 'true' || previous || !running) {
    response.end();
    return;
  }
  response.flushHeaders();
  const unfollow = logs.follow(pod, container, write);
  const unwatch = watch(now => {
    const runs = now && !isFinished(now) && statusOf(now, container);
    if (!runs || !runs.state.running) response.end();
  });
  response.on('close', () => {
    unfollow();
    unwatch();
  });
}
