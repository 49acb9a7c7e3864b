import { isDeepStrictEqual } from 'util';
import { ApiClient, ApiRefusal } from '../../kubelet/api/api-client';
import { Follower, Reflector } from '../../kubelet/api/reflector';
import type {
  Namespace,
  Service,
  ServicePort,
} from '../../kubernetes/objects/cluster';
import type { Condition, KubeObject } from '../../kubernetes/objects/meta';
import type { EndpointDirectory } from '../endpoints';
import {
  attach,
  backendProblem,
  GROUP,
  isServed,
  Surroundings,
} from './attachment';
import { conditionsOf, Finding } from './conditions';
import type { HttpGateway } from './http-gateway';
import type { Backend, GatewayRule } from './matching';
import type {
  BackendRef,
  GatewayClass,
  GatewayObject,
  HttpRoute,
  Listener,
  ParentStatus,
} from './objects';

/** Whose classes the sandbox serves: Envoy Gateway's, which it stands in for. */
export const CONTROLLER = 'gateway.envoyproxy.io/gatewayclass-controller';

/** Options of a {@link GatewayController}. */
export interface GatewayControllerOptions {
  api: ApiClient;
  endpoints: EndpointDirectory;
  service: (namespace: string, name: string) => Service | undefined;
  gateway: HttpGateway;
  /** Hears of a status that cannot be written. */
  onError: (what: string, error: unknown) => void;
}

const ROOT = `/apis/${GROUP}/v1`;
const DELAY_MS = 20;
const GONE_OR_CHANGED = [404, 409];

const pathOf = (plural: string, { metadata }: KubeObject) =>
  [
    ROOT,
    ...(metadata.namespace ? ['namespaces', metadata.namespace] : []),
    plural,
    metadata.name,
    'status',
  ].join('/');

/** Serves one cluster's Gateways and HTTPRoutes by the sandbox's gateway, and says in their status how that is going. */
export class GatewayController {
  private readonly classes: Reflector<GatewayClass>;
  private readonly gateways: Reflector<GatewayObject>;
  private readonly routes: Reflector<HttpRoute>;
  private readonly namespaces: Reflector<Namespace>;
  private timer?: NodeJS.Timeout;
  private stopped = false;

  constructor(private readonly options: GatewayControllerOptions) {
    const { api } = options;
    const follow = <T extends KubeObject>(path: string) =>
      new Reflector<T>(api, path, (() => this.changed()) as Follower<T>);
    this.classes = follow<GatewayClass>(`${ROOT}/gatewayclasses`);
    this.gateways = follow<GatewayObject>(`${ROOT}/gateways`);
    this.routes = follow<HttpRoute>(`${ROOT}/httproutes`);
    this.namespaces = follow<Namespace>('/api/v1/namespaces');
  }

  /** Begins; a cluster without the Gateway API is asked again from time to time. */
  start(): void {
    this.followed.forEach(each => void each.start());
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    this.followed.forEach(each => each.stop());
    this.options.gateway.serve(this, []);
  }

  /** Something that routes refer to is another. */
  changed(): void {
    if (this.stopped) return;
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.sync().catch(error => {
        const passing =
          error instanceof ApiRefusal && GONE_OR_CHANGED.includes(error.status);
        if (!this.stopped && !passing) this.options.onError('gateway', error);
      });
    }, DELAY_MS);
  }

  private get followed(): { start(): Promise<void>; stop(): void }[] {
    return [this.classes, this.gateways, this.routes, this.namespaces];
  }

  private async sync(): Promise<void> {
    const attached = new Map<string, number>();
    const rules: GatewayRule[] = [];
    const statuses = this.routes.list().map(route => {
      const parents = this.attach(route, attached, rules);
      return { route, parents };
    });
    // Requests first: a status says what is so already.
    this.options.gateway.serve(this, rules);
    for (const each of this.classes.list()) await this.tellClass(each);
    for (const gateway of this.gateways.list()) {
      if (this.isOurs(gateway)) await this.tellGateway(gateway, attached);
    }
    for (const { route, parents } of statuses) {
      await this.tell('httproutes', route, { parents });
    }
  }

  private readonly surroundings: Surroundings = {
    gateway: (namespace, name) => {
      const gateway = this.gateways.get(namespace, name);
      return gateway && this.isOurs(gateway) ? gateway : undefined;
    },
    namespace: name => this.namespaces.get(undefined, name),
    hasPort: (namespace, name, port) =>
      Boolean(this.portOf(namespace, name, port)),
  };

  private portOf(
    namespace: string,
    name: string,
    port: number | undefined,
  ): ServicePort | undefined {
    const service = this.options.service(namespace, name);
    return service?.spec.ports?.find(each => each.port === port);
  }

  private isOurs({ spec }: GatewayObject): boolean {
    const found = this.classes.get(undefined, spec.gatewayClassName);
    return found?.spec.controllerName === CONTROLLER;
  }

  /** Adds what a route serves to `rules`. @returns what its status says of its gateways */
  private attach(
    route: HttpRoute,
    attached: Map<string, number>,
    rules: GatewayRule[],
  ): ParentStatus[] {
    const { parentRefs = [], rules: own = [] } = route.spec;
    const { namespace = '', generation } = route.metadata;
    const before = route.status?.parents ?? [];
    const problem = own
      .flatMap(({ backendRefs = [] }) => backendRefs)
      .map(ref => backendProblem(route.metadata, ref, this.surroundings))
      .find(Boolean);
    const others = before.filter(
      ({ controllerName }) => controllerName !== CONTROLLER,
    );
    const parents = parentRefs.flatMap(parentRef => {
      const found = attach(route, parentRef, this.surroundings);
      if (!found) return [];
      const { hostnames } = found;
      if (hostnames) rules.push(...this.rulesOf(route, hostnames));
      for (const listener of found.listeners) {
        const key = `${parentRef.namespace ?? namespace}/${
          parentRef.name
        }/${listener}`;
        attached.set(key, (attached.get(key) ?? 0) + 1);
      }
      const old = before.find(
        each =>
          each.controllerName === CONTROLLER &&
          isDeepStrictEqual(each.parentRef, parentRef),
      );
      const conditions = conditionsOf(
        [
          { type: 'Accepted', problem: found.problem },
          { type: 'ResolvedRefs', problem },
        ],
        generation,
        old?.conditions,
      );
      return [{ parentRef, controllerName: CONTROLLER, conditions }];
    });
    return [...others, ...parents];
  }

  private rulesOf(route: HttpRoute, hostnames: string[]): GatewayRule[] {
    const { creationTimestamp, namespace = '', name } = route.metadata;
    return (route.spec.rules ?? []).map((rule, index) => ({
      hostnames,
      matches: rule.matches ?? [],
      backends: (rule.backendRefs ?? []).map(ref => this.backendOf(route, ref)),
      order: [creationTimestamp, namespace, name, index].join('/'),
    }));
  }

  private backendOf({ metadata }: HttpRoute, ref: BackendRef): Backend {
    const { namespace = '' } = metadata;
    return {
      weight: ref.weight ?? 1,
      endpoints: () => {
        if (backendProblem(metadata, ref, this.surroundings)) return undefined;
        const port = this.portOf(namespace, ref.name, ref.port);
        return this.options.endpoints.of(namespace, ref.name, port?.name ?? '');
      },
    };
  }

  private async tellClass(each: GatewayClass): Promise<void> {
    if (each.spec.controllerName !== CONTROLLER) return;
    const conditions = this.conditions(each, [{ type: 'Accepted' }]);
    await this.tell('gatewayclasses', each, { conditions });
  }

  private async tellGateway(
    gateway: GatewayObject,
    attached: Map<string, number>,
  ): Promise<void> {
    const { namespace, name } = gateway.metadata;
    const listeners = gateway.spec.listeners.map(listener => {
      const before = gateway.status?.listeners?.find(
        each => each.name === listener.name,
      );
      return {
        name: listener.name,
        attachedRoutes:
          attached.get(`${namespace}/${name}/${listener.name}`) ?? 0,
        supportedKinds: [{ group: GROUP, kind: 'HTTPRoute' }],
        conditions: this.conditions(
          gateway,
          this.findingsOf(listener),
          before?.conditions,
        ),
      };
    });
    const port = this.options.gateway.port;
    await this.tell('gateways', gateway, {
      addresses: [{ type: 'IPAddress', value: '127.0.0.1' }],
      listeners,
      conditions: this.conditions(gateway, [
        { type: 'Accepted' },
        {
          type: 'Programmed',
          message: `The sandbox answers for it at http://127.0.0.1:${port}`,
        },
      ]),
    });
  }

  private findingsOf(listener: Listener): Finding[] {
    const { protocol } = listener;
    const problem = isServed(listener)
      ? undefined
      : {
          reason: 'UnsupportedProtocol',
          message: `the sandbox's gateway has no ${protocol}: use HTTP`,
        };
    return [
      { type: 'Accepted', problem },
      {
        type: 'Programmed',
        problem: problem && { ...problem, reason: 'Invalid' },
      },
      { type: 'ResolvedRefs' },
    ];
  }

  private conditions(
    object: KubeObject & { status?: { conditions?: Condition[] } },
    findings: Finding[],
    before = object.status?.conditions,
  ): Condition[] {
    return conditionsOf(findings, object.metadata.generation, before);
  }

  /** Writes a status that is another than before. */
  private async tell(
    plural: string,
    object: KubeObject & { status?: object },
    status: object,
  ): Promise<void> {
    const next = { ...object.status, ...status };
    if (isDeepStrictEqual(object.status ?? {}, next)) return;
    await this.options.api.patch(pathOf(plural, object), { status });
  }
}
