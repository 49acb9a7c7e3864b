import { connect, Socket } from 'net';
import type { ApiClient } from '../kubelet/api/api-client';
import { Reflector } from '../kubelet/api/reflector';
import type { EndpointSlice } from '../kubernetes/objects/cluster';
import { loopbackAddress } from './loopback';

/** Where a pod answers. */
export interface Endpoint {
  host: string;
  port: number;
}

const SERVICE_LABEL = 'kubernetes.io/service-name';
const PATIENCE_MS = 5_000;

/** The ready pods of a cluster's Services, as its EndpointSlices tell. */
export class EndpointDirectory {
  private readonly slices: Reflector<EndpointSlice>;

  /** @param changed - hears which Service has others now */
  constructor(
    api: ApiClient,
    changed: (namespace: string, service: string) => void,
  ) {
    this.slices = new Reflector(
      api,
      '/apis/discovery.k8s.io/v1/endpointslices',
      ({ metadata: { namespace = '', labels } }) => {
        const service = labels?.[SERVICE_LABEL];
        if (service) changed(namespace, service);
      },
    );
  }

  start(): Promise<void> {
    return this.slices.start();
  }

  stop(): void {
    this.slices.stop();
  }

  /** @param portName - as the Service names its port; '' for one without a name */
  of(namespace: string, service: string, portName: string): Endpoint[] {
    return this.slices
      .list()
      .filter(
        ({ metadata }) =>
          metadata.namespace === namespace &&
          metadata.labels?.[SERVICE_LABEL] === service,
      )
      .flatMap(({ endpoints, ports = [] }) => {
        const port = ports.find(({ name = '' }) => name === portName)?.port;
        return (endpoints ?? [])
          .filter(({ conditions }) => port && conditions.ready)
          .map(({ addresses: [address] }) => ({
            host: loopbackAddress(address),
            port: port ?? 0,
          }));
      });
  }
}

const dialOne = (endpoint: Endpoint, allowHalfOpen: boolean) =>
  new Promise<Socket>((resolve, reject) => {
    const socket = connect({ ...endpoint, allowHalfOpen });
    socket.setTimeout(PATIENCE_MS, () =>
      socket.destroy(new Error(`${endpoint.host} does not answer`)),
    );
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.setTimeout(0);
      socket.off('error', reject);
      socket.setNoDelay(true);
      resolve(socket);
    });
  });

/**
 * Connects to one of a Service's endpoints, or to the next where that one has just gone.
 * @param turn - which is the first
 * @returns undefined when none answers
 */
export async function dial(
  endpoints: Endpoint[],
  turn: number,
  allowHalfOpen = false,
): Promise<Socket | undefined> {
  for (let i = 0; i < endpoints.length; i++) {
    const endpoint = endpoints[(turn + i) % endpoints.length];
    try {
      return await dialOne(endpoint, allowHalfOpen);
    } catch {
      // The next may answer.
    }
  }
  return undefined;
}

/** Makes two connections one. */
export function join(one: Socket, other: Socket): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ]) {
    from.pipe(to);
    from.once('error', () => to.destroy());
    from.once('close', () => to.destroySoon());
  }
}
