import { ConfigMap, Secret, Service, StorageClass } from '../objects/cluster';
import { JsonObject, KubeObject } from '../objects/meta';
import { Pod } from '../objects/pod';
import {
  CronJob,
  DaemonSet,
  Deployment,
  HorizontalPodAutoscaler,
  Job,
  JobSpec,
  PersistentVolumeClaim,
  ReplicaSet,
  StatefulSet,
} from '../objects/workloads';
import { TYPES } from '../schema/builtin';
import { ResourceType } from '../schema/resourceType';
import { defaultPodSpec } from './pod';

/** The storage class a claim gets when it names none, as on AKS. */
export const DEFAULT_STORAGE_CLASS = 'default';

const table: Record<string, (object: never) => void> = {};
function defaults<T extends KubeObject>(
  type: ResourceType,
  fill: (object: T) => void,
) {
  table[type.key] = fill;
}

defaults<Pod>(TYPES.pods, ({ spec }) => {
  defaultPodSpec(spec);
  if (spec) spec.enableServiceLinks ??= true;
});

defaults<Deployment>(TYPES.deployments, ({ spec }) => {
  if (!spec) return;
  spec.replicas ??= 1;
  spec.revisionHistoryLimit ??= 10;
  spec.progressDeadlineSeconds ??= 600;
  spec.strategy ??= {};
  spec.strategy.type ??= 'RollingUpdate';
  if (spec.strategy.type === 'RollingUpdate') {
    const rolling = (spec.strategy.rollingUpdate ??= {
      maxSurge: '25%',
      maxUnavailable: '25%',
    });
    rolling.maxSurge ??= '25%';
    rolling.maxUnavailable ??= '25%';
  }
  defaultPodSpec(spec.template?.spec);
});

defaults<ReplicaSet>(TYPES.replicaSets, ({ spec }) => {
  if (!spec) return;
  spec.replicas ??= 1;
  defaultPodSpec(spec.template?.spec);
});

function claim(spec: PersistentVolumeClaim['spec'] | undefined) {
  if (spec) spec.volumeMode ??= 'Filesystem';
}

defaults<StatefulSet>(TYPES.statefulSets, ({ spec }) => {
  if (!spec) return;
  spec.replicas ??= 1;
  spec.revisionHistoryLimit ??= 10;
  spec.podManagementPolicy ??= 'OrderedReady';
  spec.updateStrategy ??= {};
  spec.updateStrategy.type ??= 'RollingUpdate';
  if (spec.updateStrategy.type === 'RollingUpdate') {
    spec.updateStrategy.rollingUpdate ??= { partition: 0 };
    spec.updateStrategy.rollingUpdate.partition ??= 0;
  }
  const retention = (spec.persistentVolumeClaimRetentionPolicy ??= {});
  retention.whenDeleted ??= 'Retain';
  retention.whenScaled ??= 'Retain';
  defaultPodSpec(spec.template?.spec);
  for (const template of spec.volumeClaimTemplates ?? []) {
    template.apiVersion ??= 'v1';
    template.kind ??= 'PersistentVolumeClaim';
    claim(template.spec);
    template.status ??= { phase: 'Pending' };
  }
});

defaults<DaemonSet>(TYPES.daemonSets, ({ spec }) => {
  if (!spec) return;
  spec.revisionHistoryLimit ??= 10;
  spec.updateStrategy ??= {};
  spec.updateStrategy.type ??= 'RollingUpdate';
  if (spec.updateStrategy.type === 'RollingUpdate') {
    const rolling = (spec.updateStrategy.rollingUpdate ??= {});
    rolling.maxUnavailable ??= 1;
    rolling.maxSurge ??= 0;
  }
  defaultPodSpec(spec.template?.spec);
});

function jobSpec(spec: JobSpec | undefined) {
  if (!spec) return;
  if (spec.completions === undefined && spec.parallelism === undefined) {
    spec.completions = 1;
  }
  spec.parallelism ??= 1;
  spec.completionMode ??= 'NonIndexed';
  spec.backoffLimit ??= 6;
  spec.suspend ??= false;
  spec.podReplacementPolicy ??= 'TerminatingOrFailed';
  defaultPodSpec(spec.template?.spec);
}

/** A job chooses its pods by its own uid. */
function jobSelector({ metadata, spec }: Job) {
  if (!metadata.uid || !spec?.template || spec.manualSelector) return;
  if (spec.selector) return;
  const uid = { 'batch.kubernetes.io/controller-uid': metadata.uid };
  spec.selector = { matchLabels: uid };
  spec.template.metadata ??= {};
  spec.template.metadata.labels = {
    ...spec.template.metadata.labels,
    ...uid,
    'batch.kubernetes.io/job-name': metadata.name,
    'controller-uid': metadata.uid,
    'job-name': metadata.name,
  };
}

defaults<Job>(TYPES.jobs, job => {
  jobSpec(job.spec);
  jobSelector(job);
});

defaults<CronJob>(TYPES.cronJobs, ({ spec }) => {
  if (!spec) return;
  spec.concurrencyPolicy ??= 'Allow';
  spec.suspend ??= false;
  spec.successfulJobsHistoryLimit ??= 3;
  spec.failedJobsHistoryLimit ??= 1;
  // Its jobs get the defaults of jobs when they are made, but the pods' are written here already.
  defaultPodSpec(spec.jobTemplate?.spec?.template?.spec);
});

defaults<Service>(TYPES.services, service => {
  const spec = (service.spec ??= {});
  spec.type ??= 'ClusterIP';
  spec.sessionAffinity ??= 'None';
  spec.ports?.forEach(port => {
    port.protocol ??= 'TCP';
    port.targetPort ??= port.port;
  });
  if (spec.type === 'ExternalName') return;
  spec.ipFamilies ??= ['IPv4'];
  spec.ipFamilyPolicy ??= 'SingleStack';
  spec.internalTrafficPolicy ??= 'Cluster';
  if (spec.type === 'ClusterIP') return;
  spec.externalTrafficPolicy ??= 'Cluster';
  if (spec.type === 'LoadBalancer') spec.allocateLoadBalancerNodePorts ??= true;
});

defaults<Secret>(TYPES.secrets, secret => {
  secret.type ??= 'Opaque';
  if (!secret.stringData) return;
  const data: Record<string, string> = { ...secret.data };
  for (const [key, value] of Object.entries(secret.stringData)) {
    data[key] = Buffer.from(value).toString('base64');
  }
  secret.data = data;
  delete secret.stringData;
});

defaults<ConfigMap>(TYPES.configMaps, () => {});

defaults<KubeObject>(TYPES.namespaces, ({ metadata }) => {
  if (!metadata.name) return;
  metadata.labels = {
    ...metadata.labels,
    'kubernetes.io/metadata.name': metadata.name,
  };
});

defaults<PersistentVolumeClaim>(TYPES.claims, ({ spec }) => {
  claim(spec);
  if (spec) spec.storageClassName ??= DEFAULT_STORAGE_CLASS;
});

defaults<StorageClass>(TYPES.storageClasses, object => {
  object.reclaimPolicy ??= 'Delete';
  object.volumeBindingMode ??= 'Immediate';
});

defaults<HorizontalPodAutoscaler>(TYPES.autoscalers, ({ spec }) => {
  if (!spec) return;
  spec.minReplicas ??= 1;
  spec.metrics ??= [
    {
      type: 'Resource',
      resource: {
        name: 'cpu',
        target: { type: 'Utilization', averageUtilization: 80 },
      },
    },
  ];
});

interface Policy extends KubeObject {
  spec?: {
    podSelector?: object;
    policyTypes?: string[];
    ingress?: { ports?: { protocol?: string }[] }[];
    egress?: { ports?: { protocol?: string }[] }[];
  };
}

defaults<Policy>(TYPES.networkPolicies, ({ spec }) => {
  if (!spec) return;
  spec.policyTypes ??= ['Ingress', ...(spec.egress ? ['Egress'] : [])];
  for (const rule of [...(spec.ingress ?? []), ...(spec.egress ?? [])]) {
    rule.ports?.forEach(port => {
      port.protocol ??= 'TCP';
    });
  }
});

const SCOPED = new Set(['rolebindings', 'clusterrolebindings']);

function roleBinding(object: JsonObject) {
  const subjects = object.subjects as { kind: string; apiGroup?: string }[];
  subjects?.forEach(subject => {
    if (subject.kind !== 'ServiceAccount') {
      subject.apiGroup ??= 'rbac.authorization.k8s.io';
    }
  });
}

/** Fills in what the API would, in place; safe on partial objects, which server-side apply sends. */
export function setDefaults<T extends KubeObject>(
  type: ResourceType,
  object: T,
): T {
  const fill = table[type.key] as ((object: T) => void) | undefined;
  fill?.(object);
  if (SCOPED.has(type.plural)) roleBinding(object as unknown as JsonObject);
  return object;
}
