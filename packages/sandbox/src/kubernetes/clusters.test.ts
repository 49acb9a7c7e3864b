import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { ResourceStore } from '../resources';
import { createClusters } from './clusters';
import { TYPES } from './schema/builtin';
import {
  CLUSTER_ID,
  CLUSTER_VALUES,
  QUICK,
  SandboxCluster,
  until,
} from './testing/sandboxCluster';

const POOL = 'azurerm_kubernetes_cluster_node_pool';
const deployment = (name: string) => ({
  metadata: { name },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: {
        containers: [{ name: 'a', image: 'ghcr.io/moorline/trpc-api:0.1.0' }],
      },
    },
  },
});

describe('a served cluster', () => {
  let cluster: SandboxCluster;
  beforeAll(async () => {
    cluster = await SandboxCluster.start();
  });
  afterAll(() => cluster.stop());

  const names = async () =>
    (await cluster.call('/api/v1/nodes')).body.items.map(
      (node: { metadata: { name: string } }) => node.metadata.name,
    );

  it('lets in by its token alone', async () => {
    expect((await cluster.call('/api', { token: 'wrong' })).status).toBe(401);
    expect((await cluster.call('/healthz', { token: '' })).body).toBe('ok');
    const { status, body } = await cluster.call('/version');
    expect([status, body.gitVersion]).toEqual([200, 'v1.34.0']);
    expect(cluster.clusters.kubeconfig('RG-Test', 'AKS-TEST')).toContain(
      cluster.token,
    );
    expect(cluster.clusters.kubeconfig('rg-test', 'other')).toBeUndefined();
  });

  it('has the nodes of its pools, sized as their machines', async () => {
    expect(await names()).toEqual([
      expect.stringMatching(/^aks-system-\d{8}-vmss000000$/),
      expect.stringMatching(/^aks-system-\d{8}-vmss000001$/),
    ]);
    const { body } = await cluster.call('/api/v1/nodes');
    expect(body.items[0].status.capacity).toMatchObject({
      cpu: '4',
      memory: '16Gi',
    });
    expect(body.items[0].status.allocatable.cpu).toBe('3860m');

    const id = `${CLUSTER_ID}/agentPools/user`;
    const values = {
      name: 'user',
      kubernetes_cluster_id: CLUSTER_ID.toUpperCase(),
      vm_size: 'Standard_D2s_v5',
      node_count: 1,
      node_taints: ['team=blue:NoSchedule'],
    };
    cluster.resources.put({ type: POOL, id, values });
    expect((await names())[2]).toMatch(/^aks-user-/);
    cluster.resources.delete(id);
    expect(await names()).toHaveLength(2);
  });

  it('grows a pool that may grow when pods wait for room', async () => {
    const id = `${CLUSTER_ID}/agentPools/burst`;
    const values = {
      name: 'burst',
      kubernetes_cluster_id: CLUSTER_ID,
      vm_size: 'Standard_D16s_v5',
      auto_scaling_enabled: true,
      min_count: 1,
      max_count: 2,
    };
    cluster.resources.put({ type: POOL, id, values });
    const body = deployment('big');
    const [container] = body.spec.template.spec.containers;
    Object.assign(container, { resources: { requests: { cpu: '10' } } });
    Object.assign(body.spec, { replicas: 2 });
    await cluster.call('/apis/apps/v1/namespaces/default/deployments', {
      body,
    });
    await until(names, list => list.length === 4);
    const path = '/apis/apps/v1/namespaces/default/deployments/big';
    const status = await until(
      async () => (await cluster.call(path)).body.status,
      ({ readyReplicas }) => readyReplicas === 2,
    );
    expect(status.availableReplicas).toBe(2);
    cluster.resources.delete(id);
  });

  it('answers what the Kubernetes tab asks for', async () => {
    const body = deployment('tab');
    await cluster.call('/apis/apps/v1/namespaces/default/deployments', {
      body,
    });
    const selector = 'labelSelector=app%3Dtab';
    await until(
      async () => (await cluster.call(`/api/v1/pods?${selector}`)).body.items,
      pods => pods[0]?.status.phase === 'Running',
    );
    const kinds = [
      '/api/v1/pods',
      '/api/v1/services',
      '/api/v1/configmaps',
      '/api/v1/limitranges',
      '/api/v1/resourcequotas',
      '/apis/apps/v1/deployments',
      '/apis/apps/v1/replicasets',
      '/apis/apps/v1/statefulsets',
      '/apis/apps/v1/daemonsets',
      '/apis/autoscaling/v2/horizontalpodautoscalers',
      '/apis/batch/v1/jobs',
      '/apis/batch/v1/cronjobs',
      '/apis/networking.k8s.io/v1/ingresses',
    ];
    for (const path of kinds) {
      const answer = await cluster.call(`${path}?${selector}`);
      expect([path, answer.status]).toEqual([path, 200]);
      expect(answer.body.kind).toMatch(/List$/);
    }
    const metrics = '/apis/metrics.k8s.io/v1beta1/namespaces/default/pods';
    const first = await cluster.call(`${metrics}?${selector}`);
    expect(first.body.items[0].containers[0].usage).toEqual({
      cpu: expect.stringMatching(/^\d+n$/),
      memory: expect.stringMatching(/^\d+Ki$/),
    });
  });

  it('pages lists, expires old watches, and keeps the version of no-op writes', async () => {
    const maps = '/api/v1/namespaces/default/configmaps';
    for (const name of ['a', 'b', 'c']) {
      await cluster.call(maps, { body: { metadata: { name }, data: {} } });
    }
    const page = await cluster.call(`${maps}?limit=2`);
    expect(page.body.metadata.remainingItemCount).toBe(2);
    const rest = await cluster.call(
      `${maps}?limit=5&continue=${page.body.metadata.continue}`,
    );
    expect(rest.body.items.map((o: any) => o.metadata.name)).toEqual([
      'c',
      'kube-root-ca.crt',
    ]);
    const [map] = page.body.items;
    const put = await cluster.call(`${maps}/a`, { method: 'PUT', body: map });
    expect(put.body.metadata.resourceVersion).toBe(
      map.metadata.resourceVersion,
    );
    const stale = { ...map, data: { x: '1' } };
    await cluster.call(`${maps}/a`, { method: 'PUT', body: stale });
    const lost = await cluster.call(`${maps}/a`, {
      method: 'PUT',
      body: { ...stale, data: {} },
    });
    expect([lost.status, lost.body.reason]).toEqual([409, 'Conflict']);

    const watch = await cluster.call(
      `${maps}?watch=true&resourceVersion=999999&timeoutSeconds=1`,
    );
    expect(watch.body.object).toMatchObject({ code: 410, reason: 'Expired' });
    const bookmarked = await cluster.call<string>(
      `${maps}?watch=true&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan&timeoutSeconds=1`,
    );
    const lines = bookmarked.body
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(lines.map(line => line.type)).toEqual([
      'ADDED',
      'ADDED',
      'ADDED',
      'ADDED',
      'BOOKMARK',
    ]);
    expect(lines[4].object.metadata.annotations).toEqual({
      'k8s.io/initial-events-end': 'true',
    });
  });

  it('goes with its resource', async () => {
    cluster.resources.delete(CLUSTER_ID);
    const { status, body } = await cluster.call('/api', { token: 'any' });
    expect([status, body.message]).toEqual([
      404,
      'there is no cluster "aks-test" in resource group "rg-test"',
    ]);
  });
});

describe('a directory of clusters', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'moorline-clusters-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const store = () => {
    const resources = new ResourceStore({ folder: join(folder, 'resources') });
    resources.put({
      type: 'azurerm_kubernetes_cluster',
      id: CLUSTER_ID,
      values: CLUSTER_VALUES,
    });
    return resources;
  };
  const open = (resources: ResourceStore) =>
    createClusters({
      resources,
      baseUrl: 'https://localhost:7443',
      dataFolder: join(folder, 'data'),
      timing: QUICK,
    });
  const get = (clusters: ReturnType<typeof open>) => {
    const cluster = clusters.get('rg-test', 'aks-test');
    if (!cluster) throw new Error('no cluster');
    return cluster;
  };

  it('keeps clusters over a restart, and forgets those made anew', async () => {
    const resources = store();
    const first = open(resources);
    const { token, store: objects } = get(first);
    const before = objects.list(TYPES.nodes).map(node => node.metadata.uid);
    const { revision } = objects;
    first.stop();

    const second = open(store());
    expect(get(second).token).toBe(token);
    const after = get(second).store.list(TYPES.nodes);
    expect(after.map(node => node.metadata.uid)).toEqual(before);
    expect(get(second).store.compacted).toBeGreaterThan(revision);
    second.stop();

    resources.delete(CLUSTER_ID);
    const third = open(store());
    expect(get(third).token).not.toBe(token);
    third.stop();
  });

  it('hands out another kubeconfig when one stands in', () => {
    const file = join(folder, 'real.yaml');
    writeFileSync(file, 'apiVersion: v1\nkind: Config\n');
    const options = { resources: store(), baseUrl: 'https://localhost:7443' };
    const clusters = createClusters({ ...options, kubeconfigFile: file });
    expect(clusters.kubeconfig('rg-test', 'aks-test')).toContain(
      'kind: Config',
    );
    expect(clusters.kubeconfig('rg-test', 'none')).toBeUndefined();
    expect(clusters.get('rg-test', 'aks-test')).toBeUndefined();
    const missing = join(folder, 'none.yaml');
    expect(() =>
      createClusters({ ...options, kubeconfigFile: missing }),
    ).toThrow(/MOORLINE_KUBECONFIG names .*none\.yaml, which cannot be read/);
  });
});
