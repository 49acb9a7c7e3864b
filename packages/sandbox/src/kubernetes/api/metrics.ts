import { createHash } from 'node:crypto';
import { NodeObject } from '../objects/cluster';
import { KubeObject, timestamp } from '../objects/meta';
import { Container, Pod } from '../objects/pod';
import { parseQuantity } from '../objects/quantity';
import { TYPES } from '../schema/builtin';
import { ResourceType } from '../schema/resourceType';
import { Store } from '../store/store';

const WINDOW_MS = 15_000;
const MEBIBYTE = 2 ** 20;
const IDLE_CPU = 0.005;
const IDLE_MEMORY = 24 * MEBIBYTE;
const NODE_CPU = 0.12;
const NODE_MEMORY = 1100 * MEBIBYTE;

export interface Usage {
  /** Cores. */
  cpu: number;
  /** Bytes. */
  memory: number;
}

/** A number from 0 to 1 that stays the same for the same words. */
function share(...words: (string | number)[]): number {
  const digest = createHash('sha256').update(words.join('|')).digest();
  return digest.readUInt32BE(0) / 0xffffffff;
}

/** What a container uses: a part of what it asks for, which drifts a little with time and is the same when asked twice. */
export function containerUsage(
  pod: Pod,
  container: Container,
  at: number = Date.now(),
): Usage {
  const { requests = {} } = container.resources ?? {};
  const cpu = parseQuantity(requests.cpu) ?? 0;
  const memory = parseQuantity(requests.memory) ?? 0;
  const seed = [pod.metadata.uid, container.name];
  const window = Math.floor(at / WINDOW_MS);
  const load = 0.2 + 0.25 * share(...seed) + 0.05 * share(...seed, window);
  const fill = 0.4 + 0.2 * share(...seed, 'memory');
  return {
    cpu: cpu ? cpu * load : IDLE_CPU * (0.5 + share(...seed, window)),
    memory: memory ? memory * fill : IDLE_MEMORY * (0.8 + 0.4 * fill),
  };
}

const wire = ({ cpu, memory }: Usage) => ({
  cpu: `${Math.round(cpu * 1e9)}n`,
  memory: `${Math.round(memory / 1024)}Ki`,
});

const isRunning = (pod: Pod) => pod.status?.phase === 'Running';

/** The resources a pod uses at a moment; nothing while it does not run. */
export function podUsage(pod: Pod, at?: number): Usage {
  const total: Usage = { cpu: 0, memory: 0 };
  if (!isRunning(pod)) return total;
  for (const container of pod.spec.containers) {
    const usage = containerUsage(pod, container, at);
    total.cpu += usage.cpu;
    total.memory += usage.memory;
  }
  return total;
}

/** `metrics.k8s.io`: what pods or nodes use at this moment. */
export function metricsOf(
  type: ResourceType,
  store: Store,
  namespace?: string,
): KubeObject[] {
  const at = Date.now();
  const base = (of: KubeObject) => ({
    kind: type.kind,
    apiVersion: type.groupVersion,
    metadata: {
      name: of.metadata.name,
      namespace: of.metadata.namespace,
      labels: of.metadata.labels,
      creationTimestamp: timestamp(at),
    } as KubeObject['metadata'],
    timestamp: timestamp(at - (at % WINDOW_MS)),
    window: `${WINDOW_MS / 1000}s`,
  });
  const pods = store.list<Pod>(TYPES.pods, namespace).filter(isRunning);
  if (type.key === TYPES.podMetrics.key) {
    return pods.map(pod => ({
      ...base(pod),
      containers: pod.spec.containers.map(container => ({
        name: container.name,
        usage: wire(containerUsage(pod, container, at)),
      })),
    }));
  }
  return store.list<NodeObject>(TYPES.nodes).map(node => {
    const usage = { cpu: NODE_CPU, memory: NODE_MEMORY };
    for (const pod of pods) {
      if (pod.spec.nodeName !== node.metadata.name) continue;
      const { cpu, memory } = podUsage(pod, at);
      usage.cpu += cpu;
      usage.memory += memory;
    }
    return { ...base(node), usage: wire(usage) };
  });
}
