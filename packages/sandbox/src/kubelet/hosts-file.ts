import type { Service } from '../kubernetes/objects/cluster';
import type { Pod } from '../kubernetes/objects/pod';
import { isReady } from '../kubernetes/objects/pod';
import { loopbackAddress } from '../network';
import { selects } from '../kubernetes/store/selectors';

const DOMAIN = 'svc.cluster.local';

/** The names that a Service has for a pod in a namespace, shortest first. */
function namesOf(name: string, namespace: string, from: string): string[] {
  const full = [
    `${name}.${namespace}`,
    `${name}.${namespace}.svc`,
    `${name}.${namespace}.${DOMAIN}`,
  ];
  return namespace === from ? [name, ...full] : full;
}

function addressesOf(service: Service, pods: Pod[]): [string, string[]][] {
  const { name, namespace = '' } = service.metadata;
  const { clusterIP, selector, publishNotReadyAddresses } = service.spec;
  if (clusterIP && clusterIP !== 'None') return [[clusterIP, [name]]];
  if (!selector) return [];
  const chosen = selects({ matchLabels: selector });
  return pods
    .filter(
      pod =>
        pod.metadata.namespace === namespace &&
        pod.status?.podIP &&
        chosen(pod.metadata.labels) &&
        (publishNotReadyAddresses || isReady(pod)),
    )
    .map(({ metadata, spec, status }) => {
      const own =
        spec.subdomain === name && `${spec.hostname ?? metadata.name}.${name}`;
      return [loopbackAddress(status?.podIP ?? ''), own ? [own, name] : [name]];
    });
}

/** What takes the place of the cluster's DNS: a pod's /etc/hosts with the Services that it can name. */
export function hostsFile(pod: Pod, services: Service[], pods: Pod[]): string {
  const { namespace: from = '', name } = pod.metadata;
  const { podIP = '127.0.0.1' } = pod.status ?? {};
  const { hostname = name, subdomain } = pod.spec;
  const own = subdomain
    ? [`${hostname}.${subdomain}.${from}.${DOMAIN}`, hostname]
    : [hostname];
  const lines = services.flatMap(service => {
    const { namespace = '' } = service.metadata;
    return addressesOf(service, pods).map(
      ([address, names]) =>
        `${address}\t${names
          .flatMap(each => namesOf(each, namespace, from))
          .join(' ')}`,
    );
  });
  return [
    '# Kubernetes-managed hosts file.',
    // All loopback addresses are this machine's; the pod's is the one that it means.
    `${podIP}\tlocalhost`,
    `${podIP}\t${own.join(' ')}`,
    ...lines,
    '',
  ].join('\n');
}
