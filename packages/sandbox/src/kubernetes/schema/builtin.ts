import { typeNameOf } from './schema';
import { ALL_VERBS, ResourceType, Subresource, Verb } from './resourceType';

interface Options {
  short?: string[];
  cluster?: boolean;
  status?: boolean;
  scale?: boolean;
  /** Counts generations. */
  generation?: boolean;
  all?: boolean;
  more?: Subresource[];
  form?: ResourceType['form'];
}

const CHANGE: Verb[] = ['get', 'patch', 'update'];

function define(
  groupVersion: string,
  plural: string,
  kind: string,
  options: Options = {},
): ResourceType {
  const [group, version] = groupVersion.includes('/')
    ? groupVersion.split('/')
    : ['', groupVersion];
  const form = options.form ?? 'stored';
  const subresources: Subresource[] = [];
  if (options.status)
    subresources.push({ name: 'status', kind, verbs: CHANGE });
  if (options.scale) {
    subresources.push({
      name: 'scale',
      groupVersion: 'autoscaling/v1',
      kind: 'Scale',
      verbs: CHANGE,
    });
  }
  subresources.push(...(options.more ?? []));
  let verbs = ALL_VERBS;
  if (form === 'review') verbs = ['create'];
  if (form === 'metrics') verbs = ['get', 'list'];
  return {
    group,
    version,
    groupVersion,
    plural,
    kind,
    singular: kind.toLowerCase(),
    shortNames: options.short ?? [],
    categories: options.all ? ['all'] : [],
    namespaced: !options.cluster,
    verbs,
    subresources,
    key: `${group}/${plural}`,
    generation: options.generation ?? false,
    schema: typeNameOf(groupVersion, kind),
    form,
  };
}

const POD_SUBRESOURCES: Subresource[] = [
  { name: 'binding', kind: 'Binding', verbs: ['create'] },
  { name: 'ephemeralcontainers', kind: 'Pod', verbs: CHANGE },
  {
    name: 'eviction',
    groupVersion: 'policy/v1',
    kind: 'Eviction',
    verbs: ['create'],
  },
  { name: 'log', kind: 'Pod', verbs: ['get'] },
];
const TOKEN: Subresource = {
  name: 'token',
  groupVersion: 'authentication.k8s.io/v1',
  kind: 'TokenRequest',
  verbs: ['create'],
};

/** The kinds that controllers and admission work on by name. */
export const TYPES = {
  namespaces: define('v1', 'namespaces', 'Namespace', {
    short: ['ns'],
    cluster: true,
    status: true,
    more: [{ name: 'finalize', kind: 'Namespace', verbs: ['update'] }],
  }),
  nodes: define('v1', 'nodes', 'Node', {
    short: ['no'],
    cluster: true,
    status: true,
  }),
  pods: define('v1', 'pods', 'Pod', {
    short: ['po'],
    status: true,
    all: true,
    generation: true,
    more: POD_SUBRESOURCES,
  }),
  services: define('v1', 'services', 'Service', {
    short: ['svc'],
    status: true,
    all: true,
  }),
  endpoints: define('v1', 'endpoints', 'Endpoints', { short: ['ep'] }),
  configMaps: define('v1', 'configmaps', 'ConfigMap', { short: ['cm'] }),
  secrets: define('v1', 'secrets', 'Secret'),
  serviceAccounts: define('v1', 'serviceaccounts', 'ServiceAccount', {
    short: ['sa'],
    more: [TOKEN],
  }),
  events: define('v1', 'events', 'Event', { short: ['ev'] }),
  volumes: define('v1', 'persistentvolumes', 'PersistentVolume', {
    short: ['pv'],
    cluster: true,
    status: true,
  }),
  claims: define('v1', 'persistentvolumeclaims', 'PersistentVolumeClaim', {
    short: ['pvc'],
    status: true,
  }),
  quotas: define('v1', 'resourcequotas', 'ResourceQuota', {
    short: ['quota'],
    status: true,
  }),
  limitRanges: define('v1', 'limitranges', 'LimitRange', { short: ['limits'] }),
  replicationControllers: define(
    'v1',
    'replicationcontrollers',
    'ReplicationController',
    { short: ['rc'], status: true, scale: true, generation: true, all: true },
  ),
  podTemplates: define('v1', 'podtemplates', 'PodTemplate', {
    generation: true,
  }),
  deployments: define('apps/v1', 'deployments', 'Deployment', {
    short: ['deploy'],
    status: true,
    scale: true,
    generation: true,
    all: true,
  }),
  replicaSets: define('apps/v1', 'replicasets', 'ReplicaSet', {
    short: ['rs'],
    status: true,
    scale: true,
    generation: true,
    all: true,
  }),
  statefulSets: define('apps/v1', 'statefulsets', 'StatefulSet', {
    short: ['sts'],
    status: true,
    scale: true,
    generation: true,
    all: true,
  }),
  daemonSets: define('apps/v1', 'daemonsets', 'DaemonSet', {
    short: ['ds'],
    status: true,
    generation: true,
    all: true,
  }),
  controllerRevisions: define(
    'apps/v1',
    'controllerrevisions',
    'ControllerRevision',
  ),
  jobs: define('batch/v1', 'jobs', 'Job', {
    status: true,
    generation: true,
    all: true,
  }),
  cronJobs: define('batch/v1', 'cronjobs', 'CronJob', {
    short: ['cj'],
    status: true,
    generation: true,
    all: true,
  }),
  autoscalers: define(
    'autoscaling/v2',
    'horizontalpodautoscalers',
    'HorizontalPodAutoscaler',
    { short: ['hpa'], status: true, all: true },
  ),
  ingresses: define('networking.k8s.io/v1', 'ingresses', 'Ingress', {
    short: ['ing'],
    status: true,
    generation: true,
  }),
  networkPolicies: define(
    'networking.k8s.io/v1',
    'networkpolicies',
    'NetworkPolicy',
    { short: ['netpol'], generation: true },
  ),
  disruptionBudgets: define(
    'policy/v1',
    'poddisruptionbudgets',
    'PodDisruptionBudget',
    { short: ['pdb'], status: true, generation: true },
  ),
  endpointSlices: define(
    'discovery.k8s.io/v1',
    'endpointslices',
    'EndpointSlice',
    { generation: true },
  ),
  storageClasses: define(
    'storage.k8s.io/v1',
    'storageclasses',
    'StorageClass',
    {
      short: ['sc'],
      cluster: true,
    },
  ),
  priorityClasses: define(
    'scheduling.k8s.io/v1',
    'priorityclasses',
    'PriorityClass',
    { short: ['pc'], cluster: true, generation: true },
  ),
  customResources: define(
    'apiextensions.k8s.io/v1',
    'customresourcedefinitions',
    'CustomResourceDefinition',
    { short: ['crd', 'crds'], cluster: true, status: true, generation: true },
  ),
  podMetrics: define('metrics.k8s.io/v1beta1', 'pods', 'PodMetrics', {
    form: 'metrics',
  }),
  nodeMetrics: define('metrics.k8s.io/v1beta1', 'nodes', 'NodeMetrics', {
    form: 'metrics',
    cluster: true,
  }),
} satisfies Record<string, ResourceType>;

const RBAC = 'rbac.authorization.k8s.io/v1';
const ADMISSION = 'admissionregistration.k8s.io/v1';
const AUTHORIZATION = 'authorization.k8s.io/v1';
const AUTHENTICATION = 'authentication.k8s.io/v1';
const REVIEW: Options = { form: 'review', cluster: true };

/** Every resource that a new cluster serves. */
export const BUILTIN: ResourceType[] = [
  ...Object.values(TYPES),
  define(
    'autoscaling/v1',
    'horizontalpodautoscalers',
    'HorizontalPodAutoscaler',
    { short: ['hpa'], status: true, all: true },
  ),
  define(RBAC, 'roles', 'Role'),
  define(RBAC, 'rolebindings', 'RoleBinding'),
  define(RBAC, 'clusterroles', 'ClusterRole', { cluster: true }),
  define(RBAC, 'clusterrolebindings', 'ClusterRoleBinding', { cluster: true }),
  define('networking.k8s.io/v1', 'ingressclasses', 'IngressClass', {
    cluster: true,
    generation: true,
  }),
  define('storage.k8s.io/v1', 'csidrivers', 'CSIDriver', { cluster: true }),
  define('storage.k8s.io/v1', 'csinodes', 'CSINode', { cluster: true }),
  define('storage.k8s.io/v1', 'volumeattachments', 'VolumeAttachment', {
    cluster: true,
    status: true,
  }),
  define('coordination.k8s.io/v1', 'leases', 'Lease'),
  define('node.k8s.io/v1', 'runtimeclasses', 'RuntimeClass', { cluster: true }),
  define(
    ADMISSION,
    'mutatingwebhookconfigurations',
    'MutatingWebhookConfiguration',
    { cluster: true, generation: true },
  ),
  define(
    ADMISSION,
    'validatingwebhookconfigurations',
    'ValidatingWebhookConfiguration',
    { cluster: true, generation: true },
  ),
  define(
    AUTHORIZATION,
    'selfsubjectaccessreviews',
    'SelfSubjectAccessReview',
    REVIEW,
  ),
  define(
    AUTHORIZATION,
    'selfsubjectrulesreviews',
    'SelfSubjectRulesReview',
    REVIEW,
  ),
  define(AUTHORIZATION, 'subjectaccessreviews', 'SubjectAccessReview', REVIEW),
  define(
    AUTHORIZATION,
    'localsubjectaccessreviews',
    'LocalSubjectAccessReview',
    {
      form: 'review',
    },
  ),
  define(AUTHENTICATION, 'selfsubjectreviews', 'SelfSubjectReview', REVIEW),
  define(AUTHENTICATION, 'tokenreviews', 'TokenReview', REVIEW),
];
