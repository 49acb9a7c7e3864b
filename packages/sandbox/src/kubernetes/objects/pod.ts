import { Condition, KubeObject, ObjectMeta } from './meta';

/** The parts of a Pod that the sandbox reads or writes; what it does not know passes through untouched. */
export interface Container {
  name: string;
  image?: string;
  command?: string[];
  args?: string[];
  imagePullPolicy?: string;
  restartPolicy?: string;
  terminationMessagePath?: string;
  terminationMessagePolicy?: string;
  ports?: ContainerPort[];
  env?: EnvVar[];
  envFrom?: {
    prefix?: string;
    configMapRef?: OptionalRef;
    secretRef?: OptionalRef;
  }[];
  resources?: Resources;
  volumeMounts?: VolumeMount[];
  securityContext?: SecurityContext;
  livenessProbe?: Probe;
  readinessProbe?: Probe;
  startupProbe?: Probe;
  lifecycle?: { postStart?: LifecycleHandler; preStop?: LifecycleHandler };
  workingDir?: string;
}

export interface OptionalRef {
  name?: string;
  optional?: boolean;
}

export interface KeyRef extends OptionalRef {
  key: string;
}

export interface EnvVar {
  name: string;
  value?: string;
  valueFrom?: {
    configMapKeyRef?: KeyRef;
    secretKeyRef?: KeyRef;
    fieldRef?: FieldRef;
    resourceFieldRef?: ResourceFieldRef;
  };
}

export interface FieldRef {
  apiVersion?: string;
  fieldPath: string;
}

export interface ResourceFieldRef {
  containerName?: string;
  /** `limits.memory` */
  resource: string;
  divisor?: string;
}

export interface VolumeMount {
  name: string;
  mountPath: string;
  readOnly?: boolean;
  subPath?: string;
  subPathExpr?: string;
}

export interface ContainerPort {
  name?: string;
  containerPort: number;
  hostPort?: number;
  protocol?: string;
}

export interface Resources {
  requests?: Record<string, string>;
  limits?: Record<string, string>;
}

export interface Probe {
  initialDelaySeconds?: number;
  timeoutSeconds?: number;
  periodSeconds?: number;
  successThreshold?: number;
  failureThreshold?: number;
  exec?: ExecAction;
  httpGet?: HttpGetAction;
  tcpSocket?: { host?: string; port: number | string };
  grpc?: { port: number; service?: string };
}

export interface ExecAction {
  command?: string[];
}

export interface HttpGetAction {
  host?: string;
  path?: string;
  port: number | string;
  scheme?: string;
  httpHeaders?: { name: string; value: string }[];
}

/** What is done at a turn of a container's life. */
export interface LifecycleHandler {
  exec?: ExecAction;
  httpGet?: HttpGetAction;
  sleep?: { seconds: number };
}

export interface SecurityContext {
  runAsUser?: number;
  runAsGroup?: number;
  runAsNonRoot?: boolean;
  privileged?: boolean;
  allowPrivilegeEscalation?: boolean;
  readOnlyRootFilesystem?: boolean;
  capabilities?: { add?: string[]; drop?: string[] };
  seccompProfile?: { type: string; localhostProfile?: string };
  procMount?: string;
  windowsOptions?: { hostProcess?: boolean };
  seLinuxOptions?: { type?: string; user?: string; role?: string };
  sysctls?: { name: string; value: string }[];
  fsGroup?: number;
}

export interface KeyToPath {
  key: string;
  path: string;
  mode?: number;
}

/** Keys of a ConfigMap or Secret as files. */
export interface FilesOf {
  optional?: boolean;
  defaultMode?: number;
  items?: KeyToPath[];
}

/** Fields of the pod as files. */
export interface DownwardFiles {
  defaultMode?: number;
  items?: {
    path: string;
    mode?: number;
    fieldRef?: FieldRef;
    resourceFieldRef?: ResourceFieldRef;
  }[];
}

export interface ProjectedSource {
  configMap?: FilesOf & { name?: string };
  secret?: FilesOf & { name?: string };
  downwardAPI?: DownwardFiles;
  serviceAccountToken?: {
    path: string;
    audience?: string;
    expirationSeconds?: number;
  };
}

export interface Volume {
  name: string;
  configMap?: FilesOf & { name?: string };
  secret?: FilesOf & { secretName?: string };
  persistentVolumeClaim?: { claimName: string; readOnly?: boolean };
  emptyDir?: object;
  projected?: { sources?: ProjectedSource[]; defaultMode?: number };
  hostPath?: { path: string; type?: string };
  downwardAPI?: DownwardFiles;
  csi?: { driver: string; volumeAttributes?: Record<string, string> };
  ephemeral?: unknown;
  [source: string]: unknown;
}

export interface Toleration {
  key?: string;
  operator?: string;
  value?: string;
  effect?: string;
  tolerationSeconds?: number;
}

export interface NodeSelectorTerm {
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
  matchFields?: { key: string; operator: string; values?: string[] }[];
}

export interface PodSpec {
  containers: Container[];
  initContainers?: Container[];
  ephemeralContainers?: Container[];
  volumes?: Volume[];
  nodeName?: string;
  nodeSelector?: Record<string, string>;
  affinity?: {
    nodeAffinity?: {
      requiredDuringSchedulingIgnoredDuringExecution?: {
        nodeSelectorTerms: NodeSelectorTerm[];
      };
    };
  };
  tolerations?: Toleration[];
  restartPolicy?: string;
  terminationGracePeriodSeconds?: number;
  activeDeadlineSeconds?: number;
  dnsPolicy?: string;
  securityContext?: SecurityContext;
  schedulerName?: string;
  serviceAccountName?: string;
  serviceAccount?: string;
  automountServiceAccountToken?: boolean;
  enableServiceLinks?: boolean;
  preemptionPolicy?: string;
  priority?: number;
  priorityClassName?: string;
  hostname?: string;
  subdomain?: string;
  hostNetwork?: boolean;
  hostPID?: boolean;
  hostIPC?: boolean;
  readinessGates?: { conditionType: string }[];
}

export interface PodTemplate {
  metadata?: Partial<ObjectMeta>;
  spec: PodSpec;
}

export interface ContainerState {
  waiting?: { reason?: string; message?: string };
  running?: { startedAt: string };
  terminated?: {
    exitCode: number;
    reason?: string;
    message?: string;
    startedAt?: string;
    finishedAt?: string;
    containerID?: string;
  };
}

export interface ContainerStatus {
  name: string;
  image: string;
  imageID: string;
  containerID?: string;
  ready: boolean;
  started?: boolean;
  restartCount: number;
  state: ContainerState;
  lastState: ContainerState;
}

export interface PodStatus {
  phase?: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
  reason?: string;
  message?: string;
  conditions?: Condition[];
  hostIP?: string;
  hostIPs?: { ip: string }[];
  podIP?: string;
  podIPs?: { ip: string }[];
  startTime?: string;
  qosClass?: string;
  observedGeneration?: number;
  containerStatuses?: ContainerStatus[];
  initContainerStatuses?: ContainerStatus[];
}

export interface Pod extends KubeObject {
  spec: PodSpec;
  status?: PodStatus;
}

/** True while a pod counts as ready: its Ready condition holds and it is not being deleted. */
export function isReady(pod: Pod): boolean {
  const ready = pod.status?.conditions?.find(c => c.type === 'Ready');
  return !pod.metadata.deletionTimestamp && ready?.status === 'True';
}

/** True for a pod that ran to its end. */
export function isFinished(pod: Pod): boolean {
  return ['Succeeded', 'Failed'].includes(pod.status?.phase ?? '');
}

/** True for a pod that counts towards replicas: neither finished nor being deleted. */
export function isActive(pod: Pod): boolean {
  return !pod.metadata.deletionTimestamp && !isFinished(pod);
}

/** Both kinds of containers that a pod starts, in the order of their start. */
export function allContainers(spec: PodSpec): Container[] {
  return [...(spec.initContainers ?? []), ...(spec.containers ?? [])];
}

/** What is known of both kinds. */
export const containerStatuses = ({ status }: Pod): ContainerStatus[] => [
  ...(status?.initContainerStatuses ?? []),
  ...(status?.containerStatuses ?? []),
];
