import type { Resource, ResourceStore } from '../resources';
import { valueAt } from './objects/json';
import { ClusterNetwork, DEFAULT_NETWORK } from './network';
import { NodePool } from './nodes';

export const CLUSTER_TYPE = 'azurerm_kubernetes_cluster';
export const POOL_TYPE = 'azurerm_kubernetes_cluster_node_pool';

const DEFAULT_VM_SIZE = 'Standard_D2s_v5';
const DEFAULT_MAX_PODS = 250;
const DEFAULT_RELEASE = '1.34.1';

/** What the sandbox's Azure says about a cluster. */
export interface ClusterDescription {
  id: string;
  resourceGroup: string;
  name: string;
  /** Kubernetes release, `1.34.1`. */
  release: string;
  pools: NodePool[];
  network: ClusterNetwork;
}

const text = (source: unknown, path: string) => {
  const value = valueAt(source, path);
  return typeof value === 'string' && value ? value : undefined;
};
const list = (source: unknown, path: string) => {
  const value = valueAt(source, path);
  return Array.isArray(value) ? value.map(String) : [];
};

/** A full release for what `kubernetes_version` may say: nothing, `1.34` or `1.34.2`. */
function releaseOf(cluster: Resource): string {
  const version =
    text(cluster.values, 'current_kubernetes_version') ??
    text(cluster.values, 'kubernetes_version');
  if (!version || !/^\d+\.\d+(\.\d+)?$/.test(version)) return DEFAULT_RELEASE;
  return version.split('.').length === 2 ? `${version}.0` : version;
}

function poolOf(
  values: unknown,
  region: string,
  mode: NodePool['mode'],
): NodePool {
  const number = (path: string) => Number(valueAt(values, path)) || 0;
  const scaling = valueAt(values, 'auto_scaling_enabled') === true;
  const count =
    number('node_count') || (scaling ? number('min_count') : 0) || 1;
  const taints = list(values, 'node_taints');
  if (valueAt(values, 'only_critical_addons_enabled') === true) {
    taints.push('CriticalAddonsOnly=true:NoSchedule');
  }
  const labels = valueAt(values, 'node_labels');
  return {
    name: text(values, 'name') ?? 'default',
    vmSize: text(values, 'vm_size') ?? DEFAULT_VM_SIZE,
    count,
    maxCount: scaling ? Math.max(count, number('max_count')) : count,
    mode: text(values, 'mode') === 'System' ? 'System' : mode,
    maxPods: number('max_pods') || DEFAULT_MAX_PODS,
    zones: list(values, 'zones'),
    region,
    labels: (labels ?? {}) as Record<string, string>,
    taints,
  };
}

const sameId = (a: unknown, b: string) =>
  String(a).toLowerCase() === b.toLowerCase();

/** Reads a cluster and its node pools from the store. */
export function describeCluster(
  cluster: Resource,
  resources: ResourceStore,
): ClusterDescription {
  const { values, id } = cluster;
  const region = text(values, 'location') ?? 'westeurope';
  const defaultPool = valueAt(values, 'default_node_pool.0') ?? {};
  const pools = resources
    .list(POOL_TYPE)
    .filter(pool => sameId(pool.values.kubernetes_cluster_id, id))
    .map(pool => poolOf(pool.values, region, 'User'));
  const subnet = text(defaultPool, 'vnet_subnet_id');
  const nodes = subnet && resources.get(subnet, 'azurerm_subnet');
  const profile = 'network_profile.0';
  return {
    id,
    resourceGroup: text(values, 'resource_group_name') ?? '',
    name: text(values, 'name') ?? '',
    release: releaseOf(cluster),
    pools: [poolOf(defaultPool, region, 'System'), ...pools],
    network: {
      pods: text(values, `${profile}.pod_cidr`) ?? DEFAULT_NETWORK.pods,
      services:
        text(values, `${profile}.service_cidr`) ?? DEFAULT_NETWORK.services,
      nodes:
        (nodes && list(nodes.values, 'address_prefixes')[0]) ??
        DEFAULT_NETWORK.nodes,
    },
  };
}
