import { Container, PodSpec, Probe, Volume } from '../objects/pod';

function probe(target: Probe | undefined) {
  if (!target) return;
  target.timeoutSeconds ??= 1;
  target.periodSeconds ??= 10;
  target.successThreshold ??= 1;
  target.failureThreshold ??= 3;
  if (target.httpGet) {
    target.httpGet.path ??= '/';
    target.httpGet.scheme ??= 'HTTP';
  }
  if (target.grpc) target.grpc.service ??= '';
}

/** `latest`, spoken or not, is pulled each time. */
function pullPolicy(image: string | undefined): string {
  const name = (image ?? '').split('/').pop() ?? '';
  if (name.includes('@')) return 'IfNotPresent';
  const tag = name.includes(':') ? name.split(':')[1] : 'latest';
  return tag === 'latest' ? 'Always' : 'IfNotPresent';
}

function container(target: Container) {
  target.resources ??= {};
  const { limits } = target.resources;
  if (limits) {
    target.resources.requests = { ...limits, ...target.resources.requests };
  }
  target.terminationMessagePath ??= '/dev/termination-log';
  target.terminationMessagePolicy ??= 'File';
  target.imagePullPolicy ??= pullPolicy(target.image);
  target.ports?.forEach(port => {
    port.protocol ??= 'TCP';
  });
  target.env?.forEach(({ valueFrom }) => {
    if (valueFrom?.fieldRef) valueFrom.fieldRef.apiVersion ??= 'v1';
  });
  probe(target.livenessProbe);
  probe(target.readinessProbe);
  probe(target.startupProbe);
}

const FILE_MODE = 0o644;

function volume(target: Volume) {
  const { configMap, secret, projected, downwardAPI, hostPath } = target;
  for (const source of [configMap, secret, projected, downwardAPI]) {
    if (source) source.defaultMode ??= FILE_MODE;
  }
  if (hostPath) hostPath.type ??= '';
  if (Object.keys(target).length === 1) target.emptyDir = {};
}

/** The defaults of a pod's spec, in a pod or in a template. */
export function defaultPodSpec(spec: PodSpec | undefined) {
  if (!spec) return;
  spec.restartPolicy ??= 'Always';
  spec.terminationGracePeriodSeconds ??= 30;
  spec.dnsPolicy ??= 'ClusterFirst';
  spec.securityContext ??= {};
  spec.schedulerName ??= 'default-scheduler';
  if (spec.serviceAccountName) spec.serviceAccount = spec.serviceAccountName;
  else if (spec.serviceAccount) spec.serviceAccountName = spec.serviceAccount;
  spec.initContainers?.forEach(container);
  spec.containers?.forEach(container);
  spec.volumes?.forEach(volume);
}
