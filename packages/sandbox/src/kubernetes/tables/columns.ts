import {
  Endpoints,
  EventObject,
  Namespace,
  NodeObject,
  Secret,
  Service,
  StorageClass,
} from '../objects/cluster';
import { valueAt } from '../objects/json';
import { KubeObject, LabelSelector } from '../objects/meta';
import { PodTemplate } from '../objects/pod';
import {
  CronJob,
  DaemonSet,
  Deployment,
  HorizontalPodAutoscaler,
  Job,
  PersistentVolume,
  PersistentVolumeClaim,
  PodDisruptionBudget,
  ReplicaSet,
  StatefulSet,
} from '../objects/workloads';
import { TYPES } from '../schema/builtin';
import { selectorText } from '../store/selectors';
import { podColumns } from './podColumns';
import { ageOf, humanDuration, orNone } from './words';

export type Cell = string | number | boolean;
/** Columns by title; a title ending in `*` is printed only by `-o wide`. */
export type Columns<T = KubeObject> = Record<string, (object: T) => Cell>;

const Age = (object: KubeObject) => ageOf(object.metadata.creationTimestamp);
const CreatedAt = (object: KubeObject) => object.metadata.creationTimestamp;

interface Templated extends KubeObject {
  spec: { template: PodTemplate; selector?: LabelSelector };
}
const WORKLOAD: Columns<Templated> = {
  'Containers*': o =>
    o.spec.template.spec.containers.map(c => c.name).join(','),
  'Images*': o => o.spec.template.spec.containers.map(c => c.image).join(','),
  'Selector*': o => orNone(selectorText(o.spec.selector)),
};
const { 'Selector*': _, ...WORKLOAD_UNSELECTED } = WORKLOAD;

const MODES: Record<string, string> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};
const modes = (list: string[] | undefined) =>
  (list ?? []).map(mode => MODES[mode] ?? mode).join(',');

function externalAddress({ spec, status }: Service): string {
  if (spec.type === 'ExternalName') return spec.externalName ?? '';
  const ingress = status?.loadBalancer?.ingress ?? [];
  if (ingress.length) return ingress.map(i => i.ip ?? i.hostname).join(',');
  return spec.type === 'LoadBalancer' ? '<pending>' : '<none>';
}

function servicePorts({ spec }: Service): string {
  const ports = (spec.ports ?? []).map(
    ({ port, nodePort, protocol }) =>
      `${port}${nodePort ? `:${nodePort}` : ''}/${protocol}`,
  );
  return orNone(ports.join(','));
}

function endpointAddresses({ subsets = [] }: Endpoints): string {
  const all = subsets.flatMap(subset =>
    (subset.addresses ?? []).flatMap(({ ip }) =>
      (subset.ports ?? [undefined]).map(port =>
        port ? `${ip}:${port.port}` : ip,
      ),
    ),
  );
  const more = all.length > 3 ? ` + ${all.length - 3} more...` : '';
  return orNone(all.slice(0, 3).join(',') + more);
}

function nodeStatus(node: NodeObject): string {
  const ready = node.status?.conditions?.find(c => c.type === 'Ready');
  const word = ready?.status === 'True' ? 'Ready' : 'NotReady';
  return node.spec.unschedulable ? `${word},SchedulingDisabled` : word;
}

function jobStatus(job: Job): string {
  const ended = job.status?.conditions?.find(
    c =>
      c.status === 'True' &&
      ['Complete', 'Failed', 'Suspended'].includes(c.type),
  );
  return ended?.type ?? 'Running';
}

function jobDuration({ status }: Job): string {
  if (!status?.startTime) return '';
  const end = status.completionTime
    ? Date.parse(status.completionTime)
    : Date.now();
  return humanDuration(Math.floor((end - Date.parse(status.startTime)) / 1000));
}

function autoscalerTargets({ spec, status }: HorizontalPodAutoscaler): string {
  const targets = (spec.metrics ?? []).map((metric, i) => {
    const wanted = metric.resource?.target;
    const now = valueAt(status?.currentMetrics?.[i], 'resource.current') as
      | { averageUtilization?: number; averageValue?: string }
      | undefined;
    const current =
      wanted?.averageUtilization === undefined
        ? now?.averageValue
        : now?.averageUtilization && `${now.averageUtilization}%`;
    const goal =
      wanted?.averageUtilization === undefined
        ? wanted?.averageValue
        : `${wanted.averageUtilization}%`;
    return `${metric.resource?.name ?? metric.type}: ${
      current || '<unknown>'
    }/${goal ?? '<auto>'}`;
  });
  return orNone(targets.join(', '));
}

interface Ingress extends KubeObject {
  spec: {
    ingressClassName?: string;
    rules?: { host?: string }[];
    tls?: unknown[];
  };
  status?: Service['status'];
}

const roleOf = (object: KubeObject) =>
  `${valueAt(object, 'roleRef.kind')}/${valueAt(object, 'roleRef.name')}`;

const size = (value: unknown) => Object.keys(value ?? {}).length;
const columns: Record<string, Columns<never>> = {};
function print<T extends KubeObject>(key: string, list: Columns<T>) {
  columns[key] = list;
}

print(TYPES.pods.key, podColumns);
print<Service>(TYPES.services.key, {
  Type: o => o.spec.type ?? 'ClusterIP',
  'Cluster-IP': o => orNone(o.spec.clusterIP),
  'External-IP': externalAddress,
  'Port(s)': servicePorts,
  Age,
  'Selector*': o => orNone(selectorText({ matchLabels: o.spec.selector })),
});
print(TYPES.configMaps.key, {
  Data: o => size(valueAt(o, 'data')) + size(valueAt(o, 'binaryData')),
  Age,
});
print<Secret>(TYPES.secrets.key, {
  Type: o => o.type ?? 'Opaque',
  Data: o => size(o.data),
  Age,
});
print<NodeObject>(TYPES.nodes.key, {
  Status: nodeStatus,
  Roles: () => '<none>',
  Age,
  Version: o => o.status?.nodeInfo?.kubeletVersion ?? '',
  'Internal-IP*': o =>
    orNone(o.status?.addresses?.find(a => a.type === 'InternalIP')?.address),
  'External-IP*': () => '<none>',
  'OS-Image*': o => o.status?.nodeInfo?.osImage ?? '',
  'Kernel-Version*': o => o.status?.nodeInfo?.kernelVersion ?? '',
  'Container-Runtime*': o => o.status?.nodeInfo?.containerRuntimeVersion ?? '',
});
print<Namespace>(TYPES.namespaces.key, {
  Status: o => o.status?.phase ?? 'Active',
  Age,
});
print<Endpoints>(TYPES.endpoints.key, { Endpoints: endpointAddresses, Age });
print(TYPES.serviceAccounts.key, {
  Secrets: o => size(valueAt(o, 'secrets')),
  Age,
});
print<PersistentVolumeClaim>(TYPES.claims.key, {
  Status: o =>
    o.metadata.deletionTimestamp ? 'Terminating' : o.status?.phase ?? '',
  Volume: o => o.spec.volumeName ?? '',
  Capacity: o => o.status?.capacity?.storage ?? '',
  'Access Modes': o => modes(o.status?.accessModes),
  StorageClass: o => o.spec.storageClassName ?? '',
  VolumeAttributesClass: () => '<unset>',
  Age,
  'VolumeMode*': o => o.spec.volumeMode ?? '',
});
print<PersistentVolume>(TYPES.volumes.key, {
  Capacity: o => o.spec.capacity?.storage ?? '',
  'Access Modes': o => modes(o.spec.accessModes),
  'Reclaim Policy': o => o.spec.persistentVolumeReclaimPolicy ?? '',
  Status: o => o.status?.phase ?? '',
  Claim: o =>
    o.spec.claimRef
      ? `${o.spec.claimRef.namespace}/${o.spec.claimRef.name}`
      : '',
  StorageClass: o => o.spec.storageClassName ?? '',
  VolumeAttributesClass: () => '<unset>',
  Reason: () => '',
  Age,
  'VolumeMode*': o => o.spec.volumeMode ?? '',
});
print<Deployment>(TYPES.deployments.key, {
  Ready: o => `${o.status?.readyReplicas ?? 0}/${o.spec.replicas}`,
  'Up-to-date': o => o.status?.updatedReplicas ?? 0,
  Available: o => o.status?.availableReplicas ?? 0,
  Age,
  ...WORKLOAD,
});
print<ReplicaSet>(TYPES.replicaSets.key, {
  Desired: o => o.spec.replicas,
  Current: o => o.status?.replicas ?? 0,
  Ready: o => o.status?.readyReplicas ?? 0,
  Age,
  ...WORKLOAD,
});
print<StatefulSet>(TYPES.statefulSets.key, {
  Ready: o => `${o.status?.readyReplicas ?? 0}/${o.spec.replicas}`,
  Age,
  ...WORKLOAD_UNSELECTED,
});
print<DaemonSet>(TYPES.daemonSets.key, {
  Desired: o => o.status?.desiredNumberScheduled ?? 0,
  Current: o => o.status?.currentNumberScheduled ?? 0,
  Ready: o => o.status?.numberReady ?? 0,
  'Up-to-date': o => o.status?.updatedNumberScheduled ?? 0,
  Available: o => o.status?.numberAvailable ?? 0,
  'Node Selector': o =>
    orNone(selectorText({ matchLabels: o.spec.template.spec.nodeSelector })),
  Age,
  ...WORKLOAD,
});
print<Job>(TYPES.jobs.key, {
  Status: jobStatus,
  Completions: o =>
    `${o.status?.succeeded ?? 0}/${
      o.spec.completions ?? `1 of ${o.spec.parallelism}`
    }`,
  Duration: jobDuration,
  Age,
  ...WORKLOAD,
});
print<CronJob>(TYPES.cronJobs.key, {
  Schedule: o => o.spec.schedule,
  Timezone: o => orNone(o.spec.timeZone),
  Suspend: o => (o.spec.suspend ? 'True' : 'False'),
  Active: o => o.status?.active?.length ?? 0,
  'Last Schedule': o =>
    o.status?.lastScheduleTime ? ageOf(o.status.lastScheduleTime) : '<none>',
  Age,
});
print<HorizontalPodAutoscaler>(TYPES.autoscalers.key, {
  Reference: o => `${o.spec.scaleTargetRef.kind}/${o.spec.scaleTargetRef.name}`,
  Targets: autoscalerTargets,
  MinPods: o => String(o.spec.minReplicas),
  MaxPods: o => o.spec.maxReplicas,
  Replicas: o => o.status?.currentReplicas ?? 0,
  Age,
});
print<Ingress>(TYPES.ingresses.key, {
  Class: o => orNone(o.spec.ingressClassName),
  Hosts: o => (o.spec.rules ?? []).flatMap(r => r.host ?? []).join(',') || '*',
  Address: o =>
    (o.status?.loadBalancer?.ingress ?? [])
      .map(i => i.ip ?? i.hostname)
      .join(','),
  Ports: o => (o.spec.tls?.length ? '80, 443' : '80'),
  Age,
});
print(TYPES.networkPolicies.key, {
  'Pod-Selector': o =>
    orNone(selectorText(valueAt(o, 'spec.podSelector') as LabelSelector)),
  Age,
});
print<PodDisruptionBudget>(TYPES.disruptionBudgets.key, {
  'Min Available': o => String(o.spec.minAvailable ?? 'N/A'),
  'Max Unavailable': o => String(o.spec.maxUnavailable ?? 'N/A'),
  'Allowed Disruptions': o => o.status?.disruptionsAllowed ?? 0,
  Age,
});
print<StorageClass>(TYPES.storageClasses.key, {
  Provisioner: o => o.provisioner,
  ReclaimPolicy: o => o.reclaimPolicy ?? 'Delete',
  VolumeBindingMode: o => o.volumeBindingMode ?? 'Immediate',
  AllowVolumeExpansion: o => Boolean(o.allowVolumeExpansion),
  Age,
});
print(TYPES.controllerRevisions.key, {
  Controller: o => {
    const owner = o.metadata.ownerReferences?.find(ref => ref.controller);
    return owner ? `${owner.kind.toLowerCase()}.apps/${owner.name}` : '<none>';
  },
  Revision: o => Number(valueAt(o, 'revision')),
  Age,
});
print(TYPES.endpointSlices.key, {
  AddressType: o => String(valueAt(o, 'addressType')),
  Ports: o =>
    orNone(
      (valueAt(o, 'ports') as { port: number }[] | undefined)
        ?.map(p => p.port)
        .join(','),
    ),
  Endpoints: o =>
    orNone(
      (valueAt(o, 'endpoints') as { addresses: string[] }[] | undefined)
        ?.flatMap(e => e.addresses)
        .join(','),
    ),
  Age,
});
for (const plural of ['rolebindings', 'clusterrolebindings']) {
  print(`rbac.authorization.k8s.io/${plural}`, { Role: roleOf, Age });
}
for (const key of [
  'rbac.authorization.k8s.io/roles',
  'rbac.authorization.k8s.io/clusterroles',
  TYPES.customResources.key,
  TYPES.limitRanges.key,
]) {
  print(key, { 'Created At': CreatedAt });
}
print('coordination.k8s.io/leases', {
  Holder: o => String(valueAt(o, 'spec.holderIdentity') ?? ''),
  Age,
});

/** The columns of events, which begin with no name. */
export const eventColumns: Columns<EventObject> = {
  'Last Seen': o => ageOf(o.lastTimestamp ?? o.eventTime),
  Type: o => o.type,
  Reason: o => o.reason,
  Object: o =>
    `${(o.involvedObject.kind ?? '').toLowerCase()}/${o.involvedObject.name}`,
  'Subobject*': o => o.involvedObject.fieldPath ?? '',
  'Source*': o =>
    [o.source?.component, o.source?.host].filter(Boolean).join(', '),
  Message: o => (o.message ?? '').trim(),
  'First Seen*': o => ageOf(o.firstTimestamp ?? o.eventTime),
  'Count*': o => String(o.count ?? 1),
  'Name*': o => o.metadata.name,
};

/** The columns after the name of a built-in kind; only the age where none are declared. */
export function builtinColumns(key: string): Columns<KubeObject> {
  return (columns[key] as Columns<KubeObject> | undefined) ?? { Age };
}
