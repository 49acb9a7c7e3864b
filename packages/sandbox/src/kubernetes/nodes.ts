import { createHash } from 'node:crypto';
import { NodeObject } from './objects/cluster';
import { KubeObject, timestamp } from './objects/meta';
import { machineSize } from './machineSizes';
import { addressIn, ClusterNetwork } from './network';
import { formatBytes } from './objects/quantity';

/** A pool of equal nodes, as an AKS node pool says. */
export interface NodePool {
  name: string;
  vmSize: string;
  count: number;
  /** More nodes than `count` may come when pods wait for room. */
  maxCount: number;
  mode: 'System' | 'User';
  maxPods: number;
  zones: string[];
  region: string;
  labels: Record<string, string>;
  /** `key=value:Effect`. */
  taints: string[];
}

/** Azure keeps the first addresses of a subnet for itself. */
const FIRST_ADDRESS = 4;
const MEBIBYTE = 2 ** 20;

function taintOf(text: string) {
  const [pair, effect] = text.split(':');
  const [key, value] = pair.split('=');
  return { key, value, effect };
}

/** Eight digits that stay the same for a cluster, as in AKS's node names. */
function poolNumber(cluster: string): string {
  const digest = createHash('sha256').update(cluster).digest();
  return String(digest.readUInt32BE(0) % 1e8).padStart(8, '0');
}

/** What the kubelet of a node in good health says of it. */
export function healthyConditions() {
  const now = timestamp();
  const healthy = [
    [
      'MemoryPressure',
      'KubeletHasSufficientMemory',
      'kubelet has sufficient memory available',
    ],
    [
      'DiskPressure',
      'KubeletHasNoDiskPressure',
      'kubelet has no disk pressure',
    ],
    [
      'PIDPressure',
      'KubeletHasSufficientPID',
      'kubelet has sufficient PID available',
    ],
  ].map(([type, reason, message]) => ({
    type,
    reason,
    message,
    status: 'False' as const,
  }));
  return [
    ...healthy,
    {
      type: 'Ready',
      status: 'True' as const,
      reason: 'KubeletReady',
      message: 'kubelet is posting ready status',
    },
  ].map(condition => ({
    ...condition,
    lastHeartbeatTime: now,
    lastTransitionTime: now,
  }));
}

/**
 * One node of a pool, as its kubelet would register it.
 * @param cluster - the cluster's name, part of the node's
 * @param place - the node's number in the whole cluster, which makes its address
 */
export function nodeOf(
  cluster: string,
  pool: NodePool,
  index: number,
  place: number,
  { release, network }: { release: string; network: ClusterNetwork },
): NodeObject {
  const name = `aks-${pool.name}-${poolNumber(cluster)}-vmss${index
    .toString(36)
    .padStart(6, '0')}`;
  const size = machineSize(pool.vmSize, pool.maxPods);
  const zone = pool.zones.length
    ? `${pool.region}-${pool.zones[index % pool.zones.length]}`
    : '0';
  const labels = {
    agentpool: pool.name,
    'beta.kubernetes.io/arch': 'amd64',
    'beta.kubernetes.io/os': 'linux',
    'kubernetes.azure.com/agentpool': pool.name,
    'kubernetes.azure.com/mode': pool.mode.toLowerCase(),
    'kubernetes.azure.com/os-sku': 'Ubuntu',
    'kubernetes.io/arch': 'amd64',
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': 'linux',
    'node.kubernetes.io/instance-type': pool.vmSize,
    'topology.kubernetes.io/region': pool.region,
    'topology.kubernetes.io/zone': zone,
    ...pool.labels,
  };
  const storage = String(119_703_055_367);
  const address = addressIn(network.nodes, FIRST_ADDRESS + place);
  const common = { 'ephemeral-storage': storage, pods: String(pool.maxPods) };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels } as unknown as KubeObject['metadata'],
    spec: {
      providerID: `azure:///sandbox/${name}`,
      taints: pool.taints.length ? pool.taints.map(taintOf) : undefined,
    },
    status: {
      capacity: {
        ...common,
        cpu: String(size.cores),
        memory: formatBytes(size.memory),
      },
      allocatable: {
        ...common,
        cpu: `${size.allocatableMilliCores}m`,
        memory: formatBytes(
          Math.floor(size.allocatableMemory / MEBIBYTE) * MEBIBYTE,
        ),
      },
      addresses: [
        { type: 'InternalIP', address },
        { type: 'Hostname', address: name },
      ],
      conditions: healthyConditions(),
      nodeInfo: {
        architecture: 'amd64',
        bootID: '',
        containerRuntimeVersion: 'containerd://1.7.28',
        kernelVersion: '5.15.0-1096-azure',
        kubeProxyVersion: '',
        kubeletVersion: `v${release}`,
        machineID: '',
        operatingSystem: 'linux',
        osImage: 'Ubuntu 22.04.5 LTS',
        systemUUID: '',
      },
    },
  };
}
