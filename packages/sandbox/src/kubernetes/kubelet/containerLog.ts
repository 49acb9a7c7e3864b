import type { PodLogs } from '../api/podLogs';
import { allContainers, containerStatuses, Pod } from '../objects/pod';
import { imageOf } from '../images';

export interface LogLine {
  /** Milliseconds since 1970. */
  at: number;
  text: string;
}

/** How often a running container says that it is alive. */
const HEARTBEAT_MS = 30_000;
const MOST_HEARTBEATS = 200;

const parts = (pod: Pod, name: string) => {
  const container = allContainers(pod.spec).find(c => c.name === name);
  const status = containerStatuses(pod).find(s => s.name === name);
  return { container, status };
};

const beatText = (at: number) =>
  `${new Date(at).toISOString()} INFO alive for another ${
    HEARTBEAT_MS / 1000
  } s`;

/**
 * What a container has written so far. The sandbox runs no processes: the lines say so, tell what would run, and follow
 * the container's times, so that the same question gets the same answer.
 */
function logOf(pod: Pod, name: string): LogLine[] {
  const { container, status } = parts(pod, name);
  const last = status?.lastState.terminated;
  const { running, terminated } = status?.state ?? {};
  const startedAt =
    running?.startedAt ?? terminated?.startedAt ?? last?.startedAt;
  if (!container || !startedAt) return [];
  const start = Date.parse(startedAt);
  const image = imageOf(container.image ?? '');
  const words = [...(container.command ?? []), ...(container.args ?? [])];
  const ports = (container.ports ?? []).map(port => port.containerPort);
  const lines = [
    `sandbox: container ${name} of image ${container.image} (no process runs here)`,
    ...(words.length ? [`sandbox: it would run ${JSON.stringify(words)}`] : []),
    ...(image?.log ?? []),
    ...(ports.length ? [`listening on ${ports.join(', ')}`] : []),
  ].map(text => ({ at: start, text }));
  const ended = terminated ?? (running ? undefined : last);
  const until = ended?.finishedAt ? Date.parse(ended.finishedAt) : Date.now();
  if (running) {
    const beats = Math.floor((until - start) / HEARTBEAT_MS);
    const from = Math.max(1, beats - MOST_HEARTBEATS + 1);
    for (let i = from; i <= beats; i++) {
      const at = start + i * HEARTBEAT_MS;
      lines.push({ at, text: beatText(at) });
    }
  } else if (ended) {
    lines.push({ at: until, text: `sandbox: exit code ${ended.exitCode}` });
  }
  return lines;
}

const FOLLOW_EVERY_MS = 5_000;

/** Logs of pods that do not run. */
export const IMAGINED_LOGS: PodLogs = {
  lines: (pod, container) => logOf(pod, container),
  follow(pod, container, hear) {
    let told = Date.now();
    const timer = setInterval(() => {
      const line = nextLine(pod, container, told);
      told = Date.now();
      if (line) hear(line);
    }, FOLLOW_EVERY_MS);
    return () => clearInterval(timer);
  },
};

/** The heartbeat that fell due after a moment, if one did. @param since - milliseconds since 1970 */
function nextLine(pod: Pod, name: string, since: number): LogLine | undefined {
  const startedAt = parts(pod, name).status?.state.running?.startedAt;
  if (!startedAt) return undefined;
  const start = Date.parse(startedAt);
  const beats = Math.floor((Date.now() - start) / HEARTBEAT_MS);
  const at = start + beats * HEARTBEAT_MS;
  return beats > 0 && at > since ? { at, text: beatText(at) } : undefined;
}
