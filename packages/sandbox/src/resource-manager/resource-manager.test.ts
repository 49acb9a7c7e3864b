import { ContainerServiceClient } from '@azure/arm-containerservice';
import express from 'express';
import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import path from 'path';
import { request } from 'https';
import { ensureServerIdentity, ServerIdentity } from '../certificate-authority';
import { ListeningServer, listenHttps } from '../http';
import { ResourceStore } from '../resources';
import { createResourceManager } from './create-resource-manager';

const SUBSCRIPTION = '00000000-0000-4000-8000-000000000001';
const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-orders`;
const clusterId = (name: string) =>
  `${GROUP}/providers/Microsoft.ContainerService/managedClusters/${name}`;

function addCluster(resources: ResourceStore, name: string) {
  resources.put({
    type: 'azurerm_kubernetes_cluster',
    id: clusterId(name),
    values: {
      name,
      location: 'westeurope',
      resource_group_name: 'rg-orders',
      kubernetes_version: '1.35',
      current_kubernetes_version: '1.35.4',
      sku_tier: 'Standard',
      fqdn: `${name}.hcp.westeurope.azmk8s.io`,
      local_account_disabled: true,
      oidc_issuer_enabled: true,
      oidc_issuer_url: 'https://issuer.example/',
      role_based_access_control_enabled: true,
      tags: { team: 'orders' },
      kube_config: [{ password: 'never shown' }],
      identity: [{ type: 'SystemAssigned', principal_id: 'p', tenant_id: 't' }],
      network_profile: [{ network_plugin: 'azure', pod_cidr: '' }],
      default_node_pool: [
        {
          name: 'system',
          vm_size: 'Standard_D2ds_v5',
          node_count: 2,
          auto_scaling_enabled: true,
          min_count: 2,
          max_count: 4,
          zones: ['1', '2'],
        },
      ],
    },
  });
}

describe('createResourceManager', () => {
  let folder: string;
  let identity: ServerIdentity;
  let resources: ResourceStore;
  let server: ListeningServer;
  let url: string;
  let client: ContainerServiceClient;

  const clientWith = (token: string, subscription = SUBSCRIPTION) =>
    new ContainerServiceClient(
      {
        getToken: async () => ({
          token,
          expiresOnTimestamp: Date.now() + 3_600_000,
        }),
      },
      subscription,
      {
        endpoint: url,
        tlsOptions: { ca: identity.authority },
        retryOptions: { maxRetries: 0 },
      },
    );

  /** A request as curl would make it. */
  const send = (
    method: string,
    target: string,
    token?: string,
    body?: string,
  ) =>
    new Promise<{
      status: number | undefined;
      challenge: string | undefined;
      body: Record<string, never>;
    }>((resolve, reject) => {
      const sent = request(
        `${url}${target}`,
        {
          method,
          ca: identity.authority,
          headers: {
            ...(token && { authorization: `Bearer ${token}` }),
            ...(body && { 'content-type': 'application/json' }),
          },
        },
        response => {
          let text = '';
          response.on('data', chunk => {
            text += chunk;
          });
          response.on('end', () =>
            resolve({
              status: response.statusCode,
              challenge: response.headers['www-authenticate'],
              body: text ? JSON.parse(text) : {},
            }),
          );
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'moorline-arm-'));
    identity = await ensureServerIdentity({ folder });
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  beforeEach(async () => {
    resources = new ResourceStore();
    resources.put({
      type: 'azurerm_resource_group',
      id: GROUP,
      values: { name: 'rg-orders', location: 'westeurope', tags: null },
    });
    const app = express();
    app.use(
      createResourceManager({
        resources,
        clusters: {
          kubeconfig: (group, name) =>
            name === 'aks-slow' ? undefined : `# ${group}/${name}`,
        },
        subscriptionId: SUBSCRIPTION,
        token: 'arm-token',
        adminToken: 'admin-token',
        pageSize: 2,
      }),
    );
    app.use((_request, response) => {
      response.status(418).json({});
    });
    server = await listenHttps({
      port: 0,
      key: identity.key,
      certificate: identity.certificate,
      handler: app,
    });
    url = `https://localhost:${server.port}`;
    client = clientWith('arm-token');
  });

  afterEach(async () => {
    await server.stop();
  });

  it("answers Microsoft's client: clusters on several pages, one, its pools and its kubeconfig", async () => {
    for (const name of ['aks-a', 'aks-b', 'aks-c', 'aks-d', 'aks-e']) {
      addCluster(resources, name);
    }
    resources.put({
      type: 'azurerm_kubernetes_cluster_node_pool',
      id: `${clusterId('aks-a')}/agentPools/user`,
      values: {
        name: 'user',
        mode: 'User',
        vm_size: 'Standard_D4ds_v5',
        node_count: 3,
      },
    });

    const names: (string | undefined)[] = [];
    for await (const cluster of client.managedClusters.list()) {
      names.push(cluster.name);
    }
    expect(names).toEqual(['aks-a', 'aks-b', 'aks-c', 'aks-d', 'aks-e']);

    const inGroup: string[] = [];
    for await (const cluster of client.managedClusters.listByResourceGroup(
      'RG-Orders',
    )) {
      inGroup.push(String(cluster.id));
    }
    expect(inGroup).toHaveLength(5);

    const cluster = await client.managedClusters.get('rg-orders', 'AKS-a');
    expect(cluster).toMatchObject({
      id: clusterId('aks-a'),
      location: 'westeurope',
      tags: { team: 'orders' },
      sku: { name: 'Base', tier: 'Standard' },
      provisioningState: 'Succeeded',
      currentKubernetesVersion: '1.35.4',
      fqdn: 'aks-a.hcp.westeurope.azmk8s.io',
      disableLocalAccounts: true,
      resourceUID: resources.get(clusterId('aks-a'))?.uid,
      oidcIssuerProfile: {
        enabled: true,
        issuerURL: 'https://issuer.example/',
      },
    });
    expect(cluster.agentPoolProfiles?.map(pool => pool.name)).toEqual([
      'system',
      'user',
    ]);
    expect(JSON.stringify(cluster)).not.toContain('never shown');

    const pools = [];
    for await (const pool of client.agentPools.list('rg-orders', 'aks-a')) {
      pools.push(pool);
    }
    expect(pools).toEqual([
      expect.objectContaining({
        name: 'system',
        mode: 'System',
        count: 2,
        minCount: 2,
        maxCount: 4,
        enableAutoScaling: true,
        availabilityZones: ['1', '2'],
      }),
      expect.objectContaining({ name: 'user', mode: 'User', count: 3 }),
    ]);

    const { kubeconfigs } =
      await client.managedClusters.listClusterUserCredentials(
        'rg-orders',
        'aks-a',
      );
    expect(Buffer.from(kubeconfigs![0].value!).toString()).toBe(
      '# rg-orders/aks-a',
    );
  });

  it('refuses as Azure does', async () => {
    addCluster(resources, 'aks-slow');
    const refused = async (work: Promise<unknown>) => {
      const error = (await work.then(
        () => undefined,
        reason => reason,
      )) as
        | { statusCode?: number; code?: string; message?: string }
        | undefined;
      return [error?.statusCode, error?.code];
    };
    expect(
      await refused(clientWith('wrong').managedClusters.get('rg-orders', 'a')),
    ).toEqual([401, 'InvalidAuthenticationToken']);
    expect(
      await refused(client.managedClusters.get('rg-orders', 'missing')),
    ).toEqual([404, 'ResourceNotFound']);
    expect(await refused(client.managedClusters.get('rg-none', 'a'))).toEqual([
      404,
      'ResourceGroupNotFound',
    ]);
    expect(
      await refused(
        clientWith(
          'arm-token',
          '00000000-0000-4000-8000-000000000002',
        ).managedClusters.get('rg-orders', 'a'),
      ),
    ).toEqual([404, 'SubscriptionNotFound']);
    expect(
      await refused(
        client.managedClusters.listClusterUserCredentials(
          'rg-orders',
          'aks-slow',
        ),
      ),
    ).toEqual([409, 'OperationNotAllowed']);
    expect(
      await refused(
        client.managedClusters.listClusterAdminCredentials(
          'rg-orders',
          'aks-slow',
        ),
      ),
    ).toEqual([400, 'BadRequest']);

    const path2026 = `${GROUP}?api-version=2026-04-01`;
    expect(await send('GET', path2026)).toMatchObject({
      status: 401,
      challenge: expect.stringContaining('login.microsoftonline.com'),
      body: { error: { code: 'AuthenticationFailed' } },
    });
    expect(await send('GET', GROUP, 'arm-token')).toMatchObject({
      status: 400,
      body: { error: { code: 'MissingApiVersionParameter' } },
    });
    expect(
      await send('GET', `${GROUP}?api-version=latest`, 'arm-token'),
    ).toMatchObject({
      status: 400,
      body: { error: { code: 'InvalidApiVersionParameter' } },
    });
    expect(await send('PUT', path2026, 'arm-token', '{}')).toMatchObject({
      status: 404,
      body: { error: { code: 'InvalidResourceType' } },
    });
  });

  it('lists subscriptions and groups, and leaves other paths alone', async () => {
    const version = 'api-version=2022-12-01';
    expect(
      await send('GET', `/subscriptions?${version}`, 'arm-token'),
    ).toMatchObject({
      status: 200,
      body: { value: [{ subscriptionId: SUBSCRIPTION, state: 'Enabled' }] },
    });
    expect(
      await send(
        'GET',
        `/subscriptions/${SUBSCRIPTION}/resourcegroups?${version}`,
        'arm-token',
      ),
    ).toMatchObject({
      body: { value: [{ id: GROUP, location: 'westeurope' }] },
    });
    expect(await send('GET', '/moorline/_apis/projects')).toMatchObject({
      status: 418,
    });
    expect(await send('GET', '/subscriptionsandmore')).toMatchObject({
      status: 418,
    });
  });

  it('changes and removes a resource by hand, for the administrator alone', async () => {
    addCluster(resources, 'aks-a');
    const target = `/_sandbox/resources${clusterId('aks-a')}`;
    const change = JSON.stringify({ sku_tier: 'Free' });
    expect(await send('PATCH', target, 'arm-token', change)).toMatchObject({
      status: 401,
    });
    expect(await send('PATCH', target, 'admin-token', change)).toMatchObject({
      status: 200,
      body: { changed: ['sku_tier'] },
    });
    expect(resources.get(clusterId('aks-a'))?.values).toMatchObject({
      sku_tier: 'Free',
      location: 'westeurope',
    });
    for (const wrong of ['{"sku":"Free"}', '[]', '{']) {
      expect(await send('PATCH', target, 'admin-token', wrong)).toMatchObject({
        status: 400,
        body: { error: { code: 'InvalidRequestContent' } },
      });
    }
    expect(await send('DELETE', target, 'admin-token')).toMatchObject({
      status: 204,
    });
    expect(await send('DELETE', target, 'admin-token')).toMatchObject({
      status: 404,
    });
    expect(
      await send('GET', '/_sandbox/resources', 'admin-token'),
    ).toMatchObject({ body: { value: [{ id: GROUP }] } });
  });
});
