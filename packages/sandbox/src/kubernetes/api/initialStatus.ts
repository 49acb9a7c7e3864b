import { KubeObject } from '../objects/meta';
import { TYPES } from '../schema/builtin';
import { hasSubresource, ResourceType } from '../schema/resourceType';

const INITIAL: Record<string, object> = {
  [TYPES.namespaces.key]: { phase: 'Active' },
  [TYPES.claims.key]: { phase: 'Pending' },
  [TYPES.volumes.key]: { phase: 'Pending' },
  [TYPES.services.key]: { loadBalancer: {} },
  [TYPES.ingresses.key]: { loadBalancer: {} },
  [TYPES.deployments.key]: {},
  [TYPES.replicaSets.key]: { replicas: 0 },
  [TYPES.replicationControllers.key]: { replicas: 0 },
  [TYPES.statefulSets.key]: { replicas: 0, availableReplicas: 0 },
  [TYPES.daemonSets.key]: {
    currentNumberScheduled: 0,
    numberMisscheduled: 0,
    desiredNumberScheduled: 0,
    numberReady: 0,
  },
  [TYPES.jobs.key]: {},
  [TYPES.cronJobs.key]: {},
  [TYPES.autoscalers.key]: { desiredReplicas: 0, currentMetrics: null },
  [TYPES.disruptionBudgets.key]: {
    disruptionsAllowed: 0,
    currentHealthy: 0,
    desiredHealthy: 0,
    expectedPods: 0,
  },
};

/** The status a new object begins with: what a client sends is dropped, but a node's, which registers itself. */
export function beginStatus(type: ResourceType, object: KubeObject) {
  if (!hasSubresource(type, 'status') || type.key === TYPES.nodes.key) return;
  const withStatus = object as KubeObject & { status?: object };
  const initial = INITIAL[type.key];
  if (initial) withStatus.status = { ...initial };
  else delete withStatus.status;
}
