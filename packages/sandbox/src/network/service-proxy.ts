import { createServer, Server, Socket } from 'net';
import type { ApiClient } from '../kubelet/api/api-client';
import { Reflector } from '../kubelet/api/reflector';
import type { Service, ServicePort } from '../kubernetes/objects/cluster';
import { dial, EndpointDirectory, join } from './endpoints';
import { ServiceAddresses } from './service-addresses';

/** Options of a {@link ServiceProxy}. */
export interface ServiceProxyOptions {
  api: ApiClient;
  addresses: ServiceAddresses;
  endpoints: EndpointDirectory;
  /** Hears that a Service came, changed or went. */
  changed: () => void;
  /** Hears of ports that cannot be had. */
  onError: (what: string, error: unknown) => void;
}

const keyOf = (namespace: string, name: string, { port }: ServicePort) =>
  `${namespace}/${name}:${port}`;

/**
 * What kube-proxy is on a node: each TCP port of a Service is listened on at the Service's address, and leads to its ready
 * pods in turn. Without ready pods nobody listens, so that clients are refused at once.
 */
export class ServiceProxy {
  private readonly services: Reflector<Service>;
  private readonly servers = new Map<string, Server>();
  private readonly connections = new Set<Socket>();
  private turn = 0;

  constructor(private readonly options: ServiceProxyOptions) {
    this.services = new Reflector<Service>(
      options.api,
      '/api/v1/services',
      ({ metadata: { namespace = '', name } }) => {
        this.sync(namespace, name);
        options.changed();
      },
    );
  }

  start(): Promise<void> {
    return this.services.start();
  }

  stop(): void {
    this.services.stop();
    for (const server of this.servers.values()) server.close();
    for (const connection of this.connections) connection.destroy();
    this.servers.clear();
  }

  service(namespace: string, name: string): Service | undefined {
    return this.services.get(namespace, name);
  }

  /** Listens where a Service is to be found now, and nowhere else. */
  sync(namespace: string, name: string): void {
    const service = this.services.get(namespace, name);
    const address = service && this.options.addresses.of(service);
    const ports = (address && service?.spec.ports) || [];
    const wanted = new Map(
      ports
        .filter(({ protocol = 'TCP', name: portName = '' }) => {
          const ready = this.options.endpoints.of(namespace, name, portName);
          return protocol === 'TCP' && ready.length;
        })
        .map(port => [keyOf(namespace, name, port), port]),
    );
    for (const [key, server] of this.servers) {
      if (key.startsWith(`${namespace}/${name}:`) && !wanted.has(key)) {
        this.servers.delete(key);
        server.close();
      }
    }
    for (const [key, { port, name: portName = '' }] of wanted) {
      if (this.servers.has(key)) continue;
      const server = createServer({ allowHalfOpen: true }, client => {
        void this.forward(client, namespace, name, portName);
      });
      server.on('error', error => {
        this.servers.delete(key);
        this.options.onError(`Service ${key}`, error);
      });
      server.listen(port, address);
      this.servers.set(key, server);
    }
  }

  private async forward(
    client: Socket,
    namespace: string,
    name: string,
    portName: string,
  ): Promise<void> {
    this.connections.add(client);
    client.once('close', () => this.connections.delete(client));
    client.on('error', () => {});
    client.setNoDelay(true);
    const endpoints = this.options.endpoints.of(namespace, name, portName);
    const pod = await dial(endpoints, this.turn++, true);
    if (!pod) client.resetAndDestroy();
    else if (client.destroyed) pod.destroy();
    else join(client, pod);
  }
}
