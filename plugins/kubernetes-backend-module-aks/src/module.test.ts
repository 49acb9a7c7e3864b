import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import type { TestBackend } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import kubernetesPlugin from '@backstage/plugin-kubernetes-backend';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { startSandbox } from '@moorline/sandbox';
import type { Sandbox } from '@moorline/sandbox';
import { readFileSync } from 'node:fs';
import { get } from 'node:https';
import tls from 'node:tls';
import aksModule from '.';
import { createContainerServiceClient } from './azure';
import { AksClusterSupplier } from './clusters';

jest.setTimeout(60_000);

describe('the AKS module in the Kubernetes plugin', () => {
  const trusted = tls.getCACertificates('default');
  let sandbox: Sandbox;
  let backend: TestBackend;

  const configData = () => ({
    moorline: {
      azure: {
        endpoint: sandbox.url,
        subscriptionId: sandbox.subscriptionId,
        token: sandbox.armToken,
      },
    },
  });
  const config = () => new ConfigReader(configData());

  beforeAll(async () => {
    sandbox = await startSandbox({ without: ['terraform'] });
    tls.setDefaultCACertificates([
      ...trusted,
      readFileSync(sandbox.caFile, 'utf8'),
    ]);
    const group = `/subscriptions/${sandbox.subscriptionId}/resourceGroups/rg-orders-dev`;
    sandbox.resources.put({
      type: 'azurerm_resource_group',
      id: group,
      values: { name: 'rg-orders-dev', location: 'westeurope' },
    });
    sandbox.resources.put({
      type: 'azurerm_kubernetes_cluster',
      id: `${group}/providers/Microsoft.ContainerService/managedClusters/aks-orders-dev`,
      values: {
        name: 'aks-orders-dev',
        location: 'westeurope',
        resource_group_name: 'rg-orders-dev',
        kubernetes_version: '1.35',
        fqdn: 'aks-orders-dev.hcp.westeurope.azmk8s.io',
        default_node_pool: [
          { name: 'system', vm_size: 'Standard_D2ds_v5', node_count: 1 },
        ],
      },
    });
    backend = await startTestBackend({
      features: [
        kubernetesPlugin,
        aksModule,
        catalogServiceMock.factory({ entities: [] }),
        mockServices.rootConfig.factory({
          data: {
            kubernetes: {
              serviceLocatorMethod: { type: 'multiTenant' },
              clusterLocatorMethods: [],
            },
            ...configData(),
          },
        }),
      ],
    });
  });

  afterAll(async () => {
    await backend?.stop();
    await sandbox?.stop();
    tls.setDefaultCACertificates(trusted);
  });

  it('shows the cluster without its credentials', async () => {
    const answer = await fetch(
      `http://localhost:${backend.server.port()}/api/kubernetes/clusters`,
      { headers: { authorization: mockCredentials.user.header() } },
    );
    const text = await answer.text();
    expect(JSON.parse(text).items).toEqual([
      expect.objectContaining({
        name: 'aks-orders-dev',
        authProvider: 'serviceAccount',
      }),
    ]);
    expect(text).not.toMatch(/token/i);
  });

  it('finds what opens the cluster', async () => {
    const supplier = new AksClusterSupplier({
      ...createContainerServiceClient(config()),
      logger: mockServices.logger.mock(),
    });
    const [{ url, caData, authMetadata }] = await supplier.getClusters();
    const read = (token: string | undefined) =>
      new Promise<{ status?: number; body: string }>((resolve, reject) => {
        get(
          `${url}/api/v1/nodes`,
          {
            // The cluster's own authority and nothing else.
            ca: Buffer.from(caData!, 'base64'),
            headers: { authorization: `Bearer ${token}` },
          },
          async response => {
            let body = '';
            for await (const chunk of response) body += chunk;
            resolve({ status: response.statusCode, body });
          },
        ).once('error', reject);
      });
    const { status, body } = await read(authMetadata.serviceAccountToken);
    expect(status).toBe(200);
    expect(JSON.parse(body).items).toHaveLength(1);
    expect(await read('wrong')).toMatchObject({ status: 401 });
  });

  it('signs in to Entra where no token is configured', () => {
    const { portalSubscriptionId } = createContainerServiceClient(
      new ConfigReader({ moorline: { azure: { subscriptionId: 'sub-1' } } }),
    );
    expect(portalSubscriptionId).toBe('sub-1');
  });
});
