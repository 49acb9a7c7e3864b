import type { NodeObject } from '../kubernetes/objects/cluster';
import type { KubeObject } from '../kubernetes/objects/meta';
import { Sandbox, startSandbox } from '../sandbox';
import { PodCluster } from './__testUtils__/pod-cluster';
import { ApiClient } from './api/api-client';
import { NodeRegistration } from './node-registration';

jest.setTimeout(60_000);

interface Lease extends KubeObject {
  spec: {
    holderIdentity: string;
    leaseDurationSeconds: number;
    renewTime: string;
  };
}

describe('a node that registers', () => {
  let sandbox: Sandbox;
  let api: ApiClient;
  beforeAll(async () => {
    sandbox = await startSandbox({ without: ['terraform'] });
    api = new ApiClient(() => PodCluster.in(sandbox).access);
  });
  afterAll(async () => {
    api?.stop();
    await sandbox?.stop();
  });

  const lease = () =>
    api.get<Lease>(
      '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/laptop',
    );
  const register = async () => {
    const onError = jest.fn();
    const options = { api, name: 'laptop', port: 10250, onError };
    const registration = new NodeRegistration(options);
    await registration.start();
    registration.stop();
  };

  it('is ready, has a lease, and is taken over by the next kubelet', async () => {
    await register();
    const node = await api.get<NodeObject>('/api/v1/nodes/laptop');
    expect(node?.metadata.labels).toMatchObject({
      'kubernetes.io/hostname': 'laptop',
    });
    expect(node?.status).toMatchObject({
      addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
      capacity: { pods: '110', cpu: expect.stringMatching(/^\d+$/) },
      daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    });
    expect(node?.status?.conditions).toContainEqual(
      expect.objectContaining({ type: 'Ready', status: 'True' }),
    );
    const first = await lease();
    expect(first).toMatchObject({
      metadata: {
        ownerReferences: [{ kind: 'Node', uid: node?.metadata.uid }],
      },
      spec: { holderIdentity: 'laptop', leaseDurationSeconds: 40 },
    });

    await register();
    const again = await api.get<NodeObject>('/api/v1/nodes/laptop');
    expect(again?.metadata.uid).toBe(node?.metadata.uid);
    const { renewTime = '' } = (await lease())?.spec ?? {};
    expect(renewTime > (first?.spec.renewTime ?? '')).toBe(true);
    expect(renewTime).toMatch(/\.\d{6}Z$/);
  });
});
