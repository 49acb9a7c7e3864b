import { ContainerServiceClient } from '@azure/arm-containerservice';
import { mockServices } from '@backstage/backend-test-utils';
import { stringify } from 'yaml';
import { AksClusterSupplier } from './clusters';

const SUBSCRIPTION = '00000000-0000-4000-8000-000000000001';

/** Resource Manager in memory, below the real client: it sees paths and gives JSON. */
class ResourceManager {
  clusters: { name: string; group?: string; uid?: string; state?: string }[] =
    [];
  requests: string[] = [];
  failing?: { path: RegExp; status: number };
  /** Answers only when it settles. */
  gate: Promise<void> = Promise.resolve();

  readonly client = new ContainerServiceClient(
    {
      getToken: async () => ({
        token: 'arm',
        expiresOnTimestamp: Date.now() + 3_600_000,
      }),
    },
    SUBSCRIPTION,
    {
      retryOptions: { maxRetries: 0 },
      httpClient: {
        sendRequest: async request => {
          await this.gate;
          const path = new URL(request.url).pathname;
          this.requests.push(`${request.method} ${path.split('/').pop()}`);
          const failed = this.failing?.path.test(path)
            ? this.failing.status
            : undefined;
          return {
            request,
            status: failed ?? 200,
            headers: request.headers,
            bodyAsText: JSON.stringify(failed ? {} : this.answer(path)),
          };
        },
      },
    },
  );

  private answer(path: string): object {
    if (path.endsWith('/listClusterUserCredential')) {
      const name = path.split('/').at(-2)!;
      const kubeconfig = stringify({
        'current-context': 'it',
        contexts: [{ name: 'it', context: { cluster: 'it', user: 'it' } }],
        clusters: [{ name: 'it', cluster: { server: `https://${name}` } }],
        users: [{ name: 'it', user: { token: `token-of-${name}` } }],
      });
      const value = Buffer.from(kubeconfig).toString('base64');
      return { kubeconfigs: [{ name: 'clusterUser', value }] };
    }
    return {
      value: this.clusters.map(({ name, group = 'rg-1', uid, state }) => ({
        id: `/subscriptions/${SUBSCRIPTION}/resourceGroups/${group}/providers/Microsoft.ContainerService/managedClusters/${name}`,
        name,
        location: 'westeurope',
        properties: {
          provisioningState: state ?? 'Succeeded',
          resourceUID: uid ?? name,
        },
      })),
    };
  }
}

describe('AksClusterSupplier', () => {
  let azure: ResourceManager;
  let logger: ReturnType<typeof mockServices.logger.mock>;
  let time: number;
  let supplier: AksClusterSupplier;

  beforeEach(() => {
    azure = new ResourceManager();
    logger = mockServices.logger.mock();
    time = 0;
    supplier = new AksClusterSupplier({
      client: azure.client,
      logger,
      now: () => time,
    });
  });

  const names = async () =>
    (await supplier.getClusters()).map(cluster => cluster.name);

  /** Looks once to start a refresh, waits for it, and looks again. */
  const later = async (ms: number) => {
    time += ms;
    await names();
    await supplier.refresh();
    return names();
  };

  it('gives each cluster with address and credentials, and asks Azure seldom', async () => {
    azure.clusters = [{ name: 'aks-orders' }, { name: 'aks-payments' }];
    expect(await supplier.getClusters()).toEqual([
      {
        name: 'aks-orders',
        url: 'https://aks-orders',
        caData: undefined,
        authMetadata: {
          'kubernetes.io/auth-provider': 'serviceAccount',
          serviceAccountToken: 'token-of-aks-orders',
        },
      },
      expect.objectContaining({ name: 'aks-payments' }),
    ]);
    await Promise.all([names(), names(), names()]);
    expect(azure.requests).toEqual([
      'GET managedClusters',
      'POST listClusterUserCredential',
      'POST listClusterUserCredential',
    ]);

    // Later only the list is read again, until credentials are old.
    await later(11_000);
    expect(azure.requests).toHaveLength(4);
    await later(16 * 60_000);
    expect(azure.requests.slice(4)).toEqual([
      'GET managedClusters',
      'POST listClusterUserCredential',
      'POST listClusterUserCredential',
    ]);
  });

  it('follows clusters that come, go and are made anew under the same name', async () => {
    azure.clusters = [{ name: 'aks-orders' }];
    expect(await names()).toEqual(['aks-orders']);
    azure.clusters.push({ name: 'aks-new', state: 'Creating' });
    expect(await later(11_000)).toEqual(['aks-orders']);
    azure.clusters[1].state = 'Succeeded';
    expect(await later(11_000)).toEqual(['aks-orders', 'aks-new']);

    azure.clusters = [{ name: 'aks-new', uid: 'another' }];
    azure.requests = [];
    expect(await later(11_000)).toEqual(['aks-new']);
    expect(azure.requests).toContain('POST listClusterUserCredential');
  });

  it('never makes anybody wait for Azure once it knows something', async () => {
    azure.clusters = [{ name: 'aks-orders' }];
    await names();
    time += 11_000;
    let open: () => void = () => {};
    azure.gate = new Promise(resolve => {
      open = resolve;
    });
    expect(await names()).toEqual(['aks-orders']);
    open();
    await supplier.refresh();
  });

  it('keeps what it knew while Azure fails, and says so once', async () => {
    azure.clusters = [{ name: 'aks-orders' }];
    await names();
    azure.failing = { path: /managedClusters$/, status: 403 };
    expect(await later(11_000)).toEqual(['aks-orders']);
    expect(await later(11_000)).toEqual(['aks-orders']);
    expect(logger.warn).toHaveBeenCalledTimes(1);
    expect(logger.warn).toHaveBeenCalledWith(
      expect.stringMatching(/did not list the AKS clusters; the 1 known/),
    );
    azure.failing = undefined;
    await later(11_000);
    expect(logger.info).toHaveBeenCalledWith(expect.stringMatching(/again/));
  });

  it('lets one forbidden cluster hide no other', async () => {
    azure.clusters = [{ name: 'aks-orders' }, { name: 'aks-secret' }];
    azure.failing = { path: /aks-secret/, status: 403 };
    expect(await names()).toEqual(['aks-orders']);
    expect(await later(11_000)).toEqual(['aks-orders']);
    expect(logger.warn).toHaveBeenCalledTimes(1);
    expect(logger.warn).toHaveBeenCalledWith(
      expect.stringMatching(/aks-secret cannot be shown/),
    );
  });

  it('tells clusters of one name in two resource groups apart', async () => {
    azure.clusters = [
      { name: 'aks', group: 'rg-a' },
      { name: 'aks', group: 'rg-b' },
    ];
    expect(await names()).toEqual(['aks', 'aks.rg-b']);
    expect(await later(11_000)).toEqual(['aks', 'aks.rg-b']);
  });

  it('writes no token into the log', async () => {
    azure.clusters = [{ name: 'aks-orders' }];
    azure.failing = { path: /listCluster/, status: 500 };
    await names();
    const logged = JSON.stringify([
      logger.warn.mock.calls,
      logger.info.mock.calls,
    ]);
    expect(logged).not.toContain('token');
  });
});
