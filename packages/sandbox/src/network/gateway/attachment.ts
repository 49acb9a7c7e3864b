import type { Namespace } from '../../kubernetes/objects/cluster';
import { selects } from '../../kubernetes/store/selectors';
import type { Finding } from './conditions';
import { hostMatches } from './matching';
import type {
  BackendRef,
  GatewayObject,
  HttpRoute,
  Listener,
  ParentRef,
} from './objects';

export const GROUP = 'gateway.networking.k8s.io';

/** What a route refers to. */
export interface Surroundings {
  gateway: (namespace: string, name: string) => GatewayObject | undefined;
  namespace: (name: string) => Namespace | undefined;
  /** Whether a Service has a port. */
  hasPort: (namespace: string, name: string, port: number) => boolean;
}

/** Whether a gateway of the sandbox can serve a listener. */
export const isServed = ({ protocol }: Listener) => protocol === 'HTTP';

function admits(
  { allowedRoutes }: Listener,
  gateway: GatewayObject,
  route: HttpRoute,
  { namespace }: Surroundings,
): boolean {
  const { from = 'Same', selector } = allowedRoutes?.namespaces ?? {};
  const own = route.metadata.namespace ?? '';
  if (from === 'All') return true;
  if (from === 'Same') return own === gateway.metadata.namespace;
  return selects(selector ?? {})(namespace(own)?.metadata.labels);
}

/** The route's names that a listener takes. */
function sharedNames({ hostname }: Listener, names: string[]): string[] {
  if (!hostname) return names;
  if (!names.length) return [hostname];
  return names.flatMap(name => {
    if (hostMatches(hostname, name)) return [name];
    return hostMatches(name, hostname) ? [hostname] : [];
  });
}

const onlyPlain = ({ rules = [] }: HttpRoute['spec']) =>
  rules.every(
    ({ filters = [], backendRefs = [] }) =>
      !filters.length && backendRefs.every(each => !each.filters?.length),
  );

/** How a route and a gateway that it names get on. */
export interface Attachment {
  /** The gateway's listeners that have the route. */
  listeners: string[];
  /** What the route is served for; none: all names. Undefined where it is not served. */
  hostnames?: string[];
  problem?: Finding['problem'];
}

/** Attaches a route to a gateway. @returns undefined when the gateway is another controller's, or is not there */
export function attach(
  route: HttpRoute,
  parent: ParentRef,
  around: Surroundings,
): Attachment | undefined {
  const { namespace = '' } = route.metadata;
  if ((parent.kind ?? 'Gateway') !== 'Gateway') return undefined;
  if ((parent.group ?? GROUP) !== GROUP) return undefined;
  const gateway = around.gateway(parent.namespace ?? namespace, parent.name);
  if (!gateway) return undefined;
  const fail = (reason: string, message: string): Attachment => ({
    listeners: [],
    problem: { reason, message },
  });
  const meant = gateway.spec.listeners.filter(
    each =>
      isServed(each) &&
      (!parent.sectionName || parent.sectionName === each.name) &&
      (!parent.port || parent.port === each.port),
  );
  if (!meant.length) {
    return fail('NoMatchingParent', 'the gateway has no such HTTP listener');
  }
  const open = meant.filter(each => admits(each, gateway, route, around));
  if (!open.length) {
    return fail(
      'NotAllowedByListeners',
      `the gateway's listeners take no routes of the namespace ${namespace}`,
    );
  }
  const names = route.spec.hostnames ?? [];
  const shared = open.map(each => ({ each, names: sharedNames(each, names) }));
  const fitting = shared.filter(
    ({ each, names: own }) => own.length || (!each.hostname && !names.length),
  );
  if (!fitting.length) {
    return fail(
      'NoMatchingListenerHostname',
      'no listener of the gateway has the hostnames of the route',
    );
  }
  if (!onlyPlain(route.spec)) {
    return fail('UnsupportedValue', "the sandbox's gateway has no filters");
  }
  return {
    listeners: fitting.map(({ each }) => each.name),
    hostnames: [...new Set(fitting.flatMap(({ names: own }) => own))],
  };
}

/** What is wrong with what a route leads to. */
export function backendProblem(
  { namespace = '' }: HttpRoute['metadata'],
  { group = '', kind = 'Service', namespace: other, name, port }: BackendRef,
  { hasPort }: Surroundings,
): Finding['problem'] {
  if (group || kind !== 'Service') {
    return { reason: 'InvalidKind', message: `${kind} ${name}: not a Service` };
  }
  if (other && other !== namespace) {
    return {
      reason: 'RefNotPermitted',
      message: `Service ${other}/${name} is in another namespace`,
    };
  }
  if (!port || !hasPort(namespace, name, port)) {
    return {
      reason: 'BackendNotFound',
      message: `Service ${namespace}/${name} with port ${port} not found`,
    };
  }
  return undefined;
}
