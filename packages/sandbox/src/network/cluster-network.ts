import { ApiAccess, ApiClient } from '../kubelet/api/api-client';
import type { Service } from '../kubernetes/objects/cluster';
import { EndpointDirectory } from './endpoints';
import { GatewayController } from './gateway/gateway-controller';
import type { HttpGateway } from './gateway/http-gateway';
import { ServiceAddresses } from './service-addresses';
import { ServiceProxy } from './service-proxy';

/** Options of a {@link ClusterNetwork}. */
export interface ClusterNetworkOptions {
  /** The Kubernetes API whose Services and routes it serves. */
  access: () => ApiAccess;
  gateway: HttpGateway;
  onError: (what: string, error: unknown) => void;
}

/** What leads to the pods of one cluster: from other pods by Services, from outside by the gateway. */
export class ClusterNetwork {
  private readonly api: ApiClient;
  private readonly addresses = new ServiceAddresses();
  private readonly endpoints: EndpointDirectory;
  private readonly proxy: ServiceProxy;
  private readonly gateways: GatewayController;

  constructor({ access, gateway, onError }: ClusterNetworkOptions) {
    const api = new ApiClient(access);
    this.api = api;
    const { addresses } = this;
    this.endpoints = new EndpointDirectory(api, (namespace, service) =>
      this.proxy.sync(namespace, service),
    );
    const { endpoints } = this;
    this.proxy = new ServiceProxy({
      api,
      addresses,
      endpoints,
      changed: () => this.gateways.changed(),
      onError,
    });
    this.gateways = new GatewayController({
      api,
      endpoints,
      service: (namespace, name) => this.proxy.service(namespace, name),
      gateway,
      onError,
    });
  }

  /** Begins; returns when the Services that there are answer. */
  async start(): Promise<void> {
    this.gateways.start();
    await this.endpoints.start();
    await this.proxy.start();
  }

  /** Ends all connections. */
  stop(): void {
    this.gateways.stop();
    this.proxy.stop();
    this.endpoints.stop();
    this.api.stop();
  }

  /** A Service with the address at which pods of this machine reach it. */
  asHere(service: Service): Service {
    const clusterIP = this.addresses.of(service);
    if (!clusterIP) return service;
    return { ...service, spec: { ...service.spec, clusterIP } };
  }
}
