import type {
  ClusterObjects,
  DeploymentFetchResponse,
  PodFetchResponse,
  StatefulSetsFetchResponse,
} from '@backstage/plugin-kubernetes-common';
import type { HealthState } from '../common';
import { Diagnosis, diagnose } from './diagnose';

type Pod = PodFetchResponse['resources'][number];
type Controller =
  | DeploymentFetchResponse['resources'][number]
  | StatefulSetsFetchResponse['resources'][number];

/** A Deployment or StatefulSet with its pods. */
export interface Workload {
  kind: 'Deployment' | 'StatefulSet';
  name: string;
  ready: number;
  wanted: number;
  /** Of the first container. */
  image?: string;
  /** Of all its pods' containers together. */
  restarts: number;
  createdAt?: string;
  health: HealthState;
  /** Why it is not healthy, and what to try. */
  diagnosis?: Diagnosis;
  pods: WorkloadPod[];
}

/** A pod as a row. */
export interface WorkloadPod {
  name: string;
  phase: string;
  ready: boolean;
  restarts: number;
  node?: string;
  startedAt?: string;
}

/** A Helm release: what was installed together under one name. */
export interface Release {
  name: string;
  ready: number;
  wanted: number;
  health: HealthState;
  /** One sentence, when it is not healthy. */
  problem?: string;
  workloads: Workload[];
}

/** The releases in a cluster, by name, from what plugin-kubernetes found there. */
export function releasesOf(cluster: ClusterObjects): Release[] {
  const pods = cluster.resources.flatMap(entry =>
    entry.type === 'pods' ? entry.resources : [],
  );
  const workloads = cluster.resources.flatMap(entry => {
    if (entry.type === 'deployments') {
      return entry.resources.map(item => ({
        release: releaseName(item),
        workload: workloadOf('Deployment', item, pods),
      }));
    }
    if (entry.type === 'statefulsets') {
      return entry.resources.map(item => ({
        release: releaseName(item),
        workload: workloadOf('StatefulSet', item, pods),
      }));
    }
    return [];
  });

  const byName = new Map<string, Workload[]>();
  for (const { release, workload } of workloads) {
    byName.set(release, [...(byName.get(release) ?? []), workload]);
  }
  return [...byName]
    .map(([name, members]) => summarize(name, members))
    .sort((a, b) => a.name.localeCompare(b.name));
}

function summarize(name: string, workloads: Workload[]): Release {
  const sum = (key: 'ready' | 'wanted') =>
    workloads.reduce((total, workload) => total + workload[key], 0);
  const worst = (['unhealthy', 'starting'] as const).find(health =>
    workloads.some(workload => workload.health === health),
  );
  return {
    name,
    ready: sum('ready'),
    wanted: sum('wanted'),
    health: worst ?? 'healthy',
    problem: workloads.find(({ diagnosis }) => diagnosis)?.diagnosis?.what,
    workloads,
  };
}

/** Helm puts its release's name on everything; what was made by hand stands for itself. */
function releaseName({ metadata }: Controller): string {
  return (
    metadata?.labels?.['app.kubernetes.io/instance'] ??
    metadata?.annotations?.['meta.helm.sh/release-name'] ??
    metadata?.name ??
    'unnamed'
  );
}

function workloadOf(
  kind: Workload['kind'],
  item: Controller,
  allPods: Pod[],
): Workload {
  const selector = Object.entries(item.spec?.selector?.matchLabels ?? {});
  const pods = allPods.filter(
    pod =>
      pod.metadata?.namespace === item.metadata?.namespace &&
      selector.length > 0 &&
      selector.every(([key, value]) => pod.metadata?.labels?.[key] === value),
  );
  const wanted = item.spec?.replicas ?? 1;
  const ready = item.status?.readyReplicas ?? 0;
  // While a new version cannot start the pods of the one before stay, so that all wanted may be ready and yet not well.
  const { unavailableReplicas = 0 } = (item.status ?? {}) as {
    unavailableReplicas?: number;
  };
  const isWell = ready >= wanted && unavailableReplicas === 0;
  const diagnosis = isWell
    ? undefined
    : diagnose(pods.filter(pod => !pod.metadata?.deletionTimestamp));
  let health: HealthState = 'healthy';
  if (diagnosis) health = 'unhealthy';
  else if (!isWell) health = 'starting';
  return {
    kind,
    name: item.metadata?.name ?? 'unnamed',
    ready,
    wanted,
    image: item.spec?.template?.spec?.containers?.[0]?.image,
    restarts: pods.reduce((sum, pod) => sum + restartsOf(pod), 0),
    createdAt: timeOf(item.metadata?.creationTimestamp),
    health,
    diagnosis:
      diagnosis && ready >= wanted
        ? {
            ...diagnosis,
            advice: `${diagnosis.advice} What ran before still serves.`,
          }
        : diagnosis,
    pods: pods.map(pod => ({
      name: pod.metadata?.name ?? 'unnamed',
      phase: pod.metadata?.deletionTimestamp
        ? 'Terminating'
        : pod.status?.phase ?? 'Unknown',
      ready:
        pod.status?.conditions?.some(
          ({ type, status }) => type === 'Ready' && status === 'True',
        ) ?? false,
      restarts: restartsOf(pod),
      node: pod.spec?.nodeName,
      startedAt: timeOf(pod.status?.startTime),
    })),
  };
}

function restartsOf(pod: Pod): number {
  return (pod.status?.containerStatuses ?? []).reduce(
    (sum, { restartCount }) => sum + restartCount,
    0,
  );
}

/** Times are typed as dates, and arrive as the JSON they travelled as. */
function timeOf(time: Date | string | undefined): string | undefined {
  return time === undefined ? undefined : new Date(time).toISOString();
}
