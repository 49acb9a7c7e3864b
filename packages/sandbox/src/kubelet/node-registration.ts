import { arch, cpus, release, totalmem } from 'os';
import { healthyConditions } from '../kubernetes/nodes';
import type { NodeObject } from '../kubernetes/objects/cluster';
import { formatBytes } from '../kubernetes/objects/quantity';
import { ApiClient, ApiRefusal } from './api/api-client';

/** Options of a {@link NodeRegistration}. */
export interface NodeRegistrationOptions {
  api: ApiClient;
  /** The node's name. */
  name: string;
  /** Where the API server finds the kubelet on the loopback interface; left out: nowhere. */
  port?: number;
  /** Hears of a lease that cannot be renewed. */
  onError: (what: string, error: unknown) => void;
}

/** What a real kubelet does, whose node is lost 40 seconds after the last time. */
const RENEW_MS = 10_000;
const LEASE_SECONDS = 40;
const LEASES = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';
const MOST_PODS = 110;
const ADDRESS = '127.0.0.1';
const ARCHITECTURES: Record<string, string> = { x64: 'amd64' };

const isRefused = (error: unknown, status: number) =>
  error instanceof ApiRefusal && error.status === status;

/** Makes this machine a node of a cluster, and keeps it one. */
export class NodeRegistration {
  private timer?: NodeJS.Timeout;

  constructor(private readonly options: NodeRegistrationOptions) {}

  /** Registers the node, or takes it over, and says that it is ready. @throws ApiRefusal */
  async start(): Promise<void> {
    const { api, name, onError } = this.options;
    const node = this.describe();
    try {
      await api.create('/api/v1/nodes', node);
    } catch (error) {
      if (!isRefused(error, 409)) throw error;
    }
    const { metadata } = await api.patch<NodeObject>(
      `/api/v1/nodes/${name}/status`,
      { status: node.status },
    );
    await this.renew(metadata.uid);
    this.timer = setInterval(() => {
      this.renew(metadata.uid).catch(error =>
        onError(`the lease of node ${name}`, error),
      );
    }, RENEW_MS);
  }

  /** Lets the lease run out: the cluster then takes the node for lost, as one whose kubelet has stopped. */
  stop(): void {
    clearInterval(this.timer);
  }

  private async renew(uid: string): Promise<void> {
    const { api, name } = this.options;
    // Leases have microseconds.
    const renewTime = new Date().toISOString().replace('Z', '000Z');
    try {
      await api.patch(`${LEASES}/${name}`, { spec: { renewTime } });
    } catch (error) {
      if (!isRefused(error, 404)) throw error;
      const owner = { apiVersion: 'v1', kind: 'Node', name, uid };
      await api.create(LEASES, {
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: { name, ownerReferences: [owner] },
        spec: {
          holderIdentity: name,
          leaseDurationSeconds: LEASE_SECONDS,
          renewTime,
        },
      });
    }
  }

  private describe() {
    const { name, port } = this.options;
    const architecture = ARCHITECTURES[arch()] ?? arch();
    const resources = {
      cpu: String(cpus().length),
      memory: formatBytes(totalmem()),
      pods: String(MOST_PODS),
    };
    return {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: {
        name,
        labels: {
          'kubernetes.io/arch': architecture,
          'kubernetes.io/hostname': name,
          'kubernetes.io/os': 'linux',
        },
      },
      status: {
        capacity: resources,
        allocatable: resources,
        // The API server would look a host name up.
        addresses: [{ type: 'InternalIP', address: ADDRESS }],
        conditions: healthyConditions(),
        ...(port && { daemonEndpoints: { kubeletEndpoint: { Port: port } } }),
        nodeInfo: {
          architecture,
          bootID: '',
          containerRuntimeVersion: 'processes://',
          kernelVersion: release(),
          kubeProxyVersion: '',
          kubeletVersion: 'moorline',
          machineID: '',
          operatingSystem: 'linux',
          osImage: 'Linux',
          systemUUID: '',
        },
      },
    };
  }
}
