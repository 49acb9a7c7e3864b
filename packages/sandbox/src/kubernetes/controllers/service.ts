import { copy } from '../objects/json';
import { KubeObject } from '../objects/meta';
import {
  Endpoints,
  EndpointSlice,
  Service,
  ServicePort,
} from '../objects/cluster';
import { isActive, isReady, Pod } from '../objects/pod';
import { TYPES } from '../schema/builtin';
import { selects } from '../store/selectors';
import { Change } from '../store/store';
import { Controller, ControllerContext, ownKey } from './controller';
import { controlledBy } from './owners';
import { shortHash } from './pods';
import { Key } from './queue';

const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
/** Load balancers answer on this machine. */
const BALANCER = { ip: '127.0.0.1', ipMode: 'VIP' };

function targetPort(
  pod: Pod | undefined,
  port: ServicePort,
): number | undefined {
  if (typeof port.targetPort === 'number') return port.targetPort;
  const named = pod?.spec.containers
    .flatMap(container => container.ports ?? [])
    .find(candidate => candidate.name === port.targetPort);
  return named?.containerPort;
}

const target = ({ metadata }: Pod) => ({
  kind: 'Pod',
  namespace: metadata.namespace,
  name: metadata.name,
  uid: metadata.uid,
});

/** Lists a Service's pods as Endpoints and as an EndpointSlice, and gives load balancers an address. */
export class ServiceController extends Controller {
  constructor(context: ControllerContext) {
    super('service-controller', context);
  }

  keys(change: Change): Key[] {
    const own = ownKey(change, TYPES.services);
    if (change.resource.key !== TYPES.pods.key) return own;
    const { namespace, labels } = change.object.metadata;
    return this.store
      .list<Service>(TYPES.services, namespace)
      .filter(
        ({ spec }) =>
          spec.selector && selects({ matchLabels: spec.selector })(labels),
      )
      .map(service => service.metadata);
  }

  reconcile({ namespace, name }: Key) {
    const service = this.store.get<Service>(TYPES.services, namespace, name);
    if (!service) {
      if (this.store.get(TYPES.endpoints, namespace, name)) {
        this.store.remove(TYPES.endpoints, namespace, name);
      }
      return;
    }
    if (service.metadata.deletionTimestamp) return;
    this.balance(service);
    const { selector } = service.spec;
    if (!selector) return;
    const chosen = selects({ matchLabels: selector });
    const pods = this.store
      .list<Pod>(TYPES.pods, namespace)
      .filter(
        pod =>
          chosen(pod.metadata.labels) && pod.status?.podIP && isActive(pod),
      );
    this.put(TYPES.endpoints, this.endpoints(service, pods));
    this.put(TYPES.endpointSlices, this.slice(service, pods));
  }

  private balance(service: Service) {
    const balanced = service.spec.type === 'LoadBalancer';
    const has = Boolean(service.status?.loadBalancer?.ingress?.length);
    if (balanced === has) return;
    this.setStatus(TYPES.services, service, {
      loadBalancer: balanced ? { ingress: [BALANCER] } : {},
    });
    if (balanced) {
      this.event(
        service,
        'Normal',
        'EnsuredLoadBalancer',
        'Ensured load balancer',
      );
    }
  }

  private put(type: typeof TYPES.endpoints, next: KubeObject) {
    const { namespace, name } = next.metadata;
    const old = this.store.get(type, namespace, name);
    if (!old) {
      this.store.create(type, copy(next));
      return;
    }
    this.store.update(type, namespace, name, draft => {
      const { metadata, ...rest } = next;
      const subsets = draft as { subsets?: unknown };
      delete subsets.subsets;
      Object.assign(draft, rest);
      draft.metadata.labels = metadata.labels;
      draft.metadata.annotations = metadata.annotations;
    });
  }

  private meta(service: Service, name: string, labels: Record<string, string>) {
    return {
      name,
      namespace: service.metadata.namespace,
      labels: { ...service.metadata.labels, ...labels },
    } as KubeObject['metadata'];
  }

  private endpoints(service: Service, pods: Pod[]): Endpoints {
    const address = (pod: Pod) => ({
      ip: pod.status?.podIP ?? '',
      nodeName: pod.spec.nodeName,
      targetRef: target(pod),
    });
    const ready = pods.filter(isReady).map(address);
    const waiting = pods.filter(pod => !isReady(pod)).map(address);
    const ports = (service.spec.ports ?? []).flatMap(port => {
      const number = targetPort(pods[0], port);
      return number
        ? [{ name: port.name, port: number, protocol: port.protocol }]
        : [];
    });
    return {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: this.meta(service, service.metadata.name, {
        [MANAGED_BY.replace('endpointslice', 'endpoints')]:
          'endpoint-controller',
      }),
      subsets: pods.length
        ? [
            {
              addresses: ready.length ? ready : undefined,
              notReadyAddresses: waiting.length ? waiting : undefined,
              ports,
            },
          ]
        : undefined,
    };
  }

  private slice(service: Service, pods: Pod[]): EndpointSlice {
    const { name } = service.metadata;
    const metadata = this.meta(
      service,
      `${name}-${shortHash(name).slice(0, 5)}`,
      {
        'kubernetes.io/service-name': name,
        [MANAGED_BY]: 'endpointslice-controller.k8s.io',
      },
    );
    return {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...metadata, ownerReferences: [controlledBy(service)] },
      addressType: 'IPv4',
      endpoints: pods.map(pod => {
        const ready =
          isReady(pod) || Boolean(service.spec.publishNotReadyAddresses);
        return {
          addresses: [pod.status?.podIP ?? ''],
          conditions: { ready, serving: ready, terminating: false },
          nodeName: pod.spec.nodeName,
          targetRef: target(pod),
        };
      }),
      ports: (service.spec.ports ?? []).map(port => ({
        name: port.name ?? '',
        port: targetPort(pods[0], port),
        protocol: port.protocol,
        appProtocol: port.appProtocol,
      })),
    };
  }
}
