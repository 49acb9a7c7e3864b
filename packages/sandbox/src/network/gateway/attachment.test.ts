import type { KubeObject } from '../../kubernetes/objects/meta';
import { attach, backendProblem, Surroundings } from './attachment';
import type { GatewayObject, HttpRoute, Listener } from './objects';

const metadata = (name: string, namespace?: string, labels = {}) =>
  ({ name, namespace, labels } as KubeObject['metadata']);

const gatewayWith = (...listeners: Partial<Listener>[]): GatewayObject => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: metadata('public', 'gateways'),
  spec: {
    gatewayClassName: 'envoy',
    listeners: listeners.map((listener, i) => ({
      name: `l${i}`,
      port: 80,
      protocol: 'HTTP',
      allowedRoutes: { namespaces: { from: 'All' } },
      ...listener,
    })),
  },
});

const route = (spec: HttpRoute['spec'] = {}): HttpRoute => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: metadata('api', 'orders'),
  spec: { hostnames: ['api.example.com'], ...spec },
});

const around = (gateway?: GatewayObject): Surroundings => ({
  gateway: (namespace, name) =>
    namespace === 'gateways' && name === 'public' ? gateway : undefined,
  namespace: name => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: metadata(name, undefined, { team: name }),
  }),
  hasPort: (namespace, name, port) =>
    namespace === 'orders' && name === 'api' && port === 8080,
});

const PARENT = { name: 'public', namespace: 'gateways' };
const selected = (team: string) => ({
  allowedRoutes: {
    namespaces: {
      from: 'Selector' as const,
      selector: { matchLabels: { team } },
    },
  },
});

describe('attach', () => {
  it('takes the listeners that have the route, and the names that both have', () => {
    const gateway = gatewayWith(
      {},
      { hostname: '*.example.com' },
      { hostname: 'other.example.com' },
      { protocol: 'HTTPS' },
      selected('orders'),
      selected('others'),
    );
    expect(attach(route(), PARENT, around(gateway))).toEqual({
      listeners: ['l0', 'l1', 'l4'],
      hostnames: ['api.example.com'],
    });
    const [open, wide] = [{ hostnames: [] }, { hostnames: ['*.com'] }];
    const narrow = around(gatewayWith({ hostname: 'a.com' }));
    expect(attach(route(open), PARENT, narrow)?.hostnames).toEqual(['a.com']);
    expect(attach(route(wide), PARENT, narrow)?.hostnames).toEqual(['a.com']);
    expect(
      attach(route(open), PARENT, around(gatewayWith({})))?.hostnames,
    ).toEqual([]);
  });

  it('says why a route is not taken', () => {
    const reason = (
      gateway: GatewayObject,
      spec?: HttpRoute['spec'],
      parent = {},
    ) =>
      attach(route(spec), { ...PARENT, ...parent }, around(gateway))?.problem
        ?.reason;
    const open = gatewayWith({});
    expect(reason(open, {}, { sectionName: 'tls' })).toBe('NoMatchingParent');
    expect(reason(gatewayWith({ protocol: 'TCP' }))).toBe('NoMatchingParent');
    expect(reason(gatewayWith({ allowedRoutes: undefined }))).toBe(
      'NotAllowedByListeners',
    );
    expect(reason(gatewayWith({ hostname: 'x.org' }))).toBe(
      'NoMatchingListenerHostname',
    );
    expect(reason(open, { rules: [{ filters: [{}] }] })).toBe(
      'UnsupportedValue',
    );
  });

  it('leaves to others what is not its own', () => {
    expect(attach(route(), PARENT, around())).toBeUndefined();
    const mesh = { ...PARENT, group: '', kind: 'Service' };
    expect(attach(route(), mesh, around(gatewayWith({})))).toBeUndefined();
  });
});

it('says what is wrong with where a route leads', () => {
  const problem = (ref: object) =>
    backendProblem(
      route().metadata,
      { name: 'api', port: 8080, ...ref },
      around(),
    )?.reason;
  expect(problem({})).toBeUndefined();
  expect(problem({ port: 80 })).toBe('BackendNotFound');
  expect(problem({ name: 'none' })).toBe('BackendNotFound');
  expect(problem({ namespace: 'others' })).toBe('RefNotPermitted');
  expect(problem({ kind: 'ConfigMap' })).toBe('InvalidKind');
});
