import { ApiError } from '../api/errors';
import { addressIn, sizeOfRange } from '../network';
import { Service } from '../objects/cluster';
import { TYPES } from '../schema/builtin';
import { Store } from '../store/store';

/** The first address of the range is the API server's, the tenth CoreDNS's. */
const FIRST_FREE = 11;
const NODE_PORTS = { first: 30_000, last: 32_767 };

/** Gives Services their cluster addresses and node ports. */
export class ServiceAddresses {
  private next = FIRST_FREE;
  private nextPort = NODE_PORTS.first;

  constructor(private readonly store: Store, private readonly range: string) {}

  private freeAddress(): string {
    const taken = new Set(
      this.store
        .list<Service>(TYPES.services)
        .map(service => service.spec.clusterIP),
    );
    const last = sizeOfRange(this.range) - 2;
    for (let tries = 0; tries < last; tries++) {
      const address = addressIn(this.range, this.next);
      this.next = this.next >= last ? FIRST_FREE : this.next + 1;
      if (!taken.has(address)) return address;
    }
    throw new ApiError(
      500,
      'InternalError',
      'Internal error occurred: failed to allocate a serviceIP: range is full',
    );
  }

  private freePort(taken: Set<number>): number {
    for (let tries = 0; tries <= NODE_PORTS.last - NODE_PORTS.first; tries++) {
      const port = this.nextPort;
      this.nextPort =
        port >= NODE_PORTS.last ? NODE_PORTS.first : this.nextPort + 1;
      if (!taken.has(port)) return port;
    }
    throw new ApiError(
      500,
      'InternalError',
      'Internal error occurred: failed to allocate a nodePort: range is full',
    );
  }

  /** Fills in addresses and ports, keeping those of the old form. */
  allocate(service: Service, old: Service | undefined) {
    const { spec } = service;
    if (!spec || spec.type === 'ExternalName') return;
    spec.clusterIP ||= old?.spec.clusterIP || this.freeAddress();
    spec.clusterIPs ??= [spec.clusterIP];
    if (spec.type !== 'NodePort' && spec.type !== 'LoadBalancer') return;
    const taken = new Set(
      this.store
        .list<Service>(TYPES.services)
        .flatMap(other => other.spec.ports ?? [])
        .flatMap(port => port.nodePort ?? []),
    );
    for (const port of spec.ports ?? []) {
      const before = old?.spec.ports?.find(
        other => other.port === port.port && other.protocol === port.protocol,
      );
      port.nodePort ??= before?.nodePort ?? this.freePort(taken);
      taken.add(port.nodePort);
    }
  }
}
