import {
  Entity,
  entityEnvelopeSchemaValidator,
} from '@backstage/catalog-model';
import { mockServices } from '@backstage/backend-test-utils';
import type { EnvironmentRecord } from '@moorline/api/client';
import { environmentEntity } from './environmentEntity';
import {
  EnvironmentSource,
  EnvironmentsProvider,
} from './environmentsProvider';

const recordOf = (name: string, change: Partial<EnvironmentRecord> = {}) =>
  ({
    id: '0',
    name,
    state: 'ready',
    version: 1,
    createdAt: '2026-11-21T10:00:00.000Z',
    updatedAt: '2026-11-21T10:00:00.000Z',
    createdBy: 'user:default/ada',
    spec: {
      name,
      tier: 'dev',
      owner: 'group:default/team-orders',
      region: 'westeurope',
      size: 'small',
      addressRange: '10.1.0.0/20',
      database: 'statefulset',
      services: [
        {
          name: 'api',
          image: 'ghcr.io/moorline/trpc-api:0.1.0',
          replicas: 1,
          host: `api.${name}.moorline.localhost`,
        },
      ],
    },
    ...change,
  } as EnvironmentRecord);

describe('environmentEntity', () => {
  it('is a resource that the catalog accepts and Kubernetes plugins can follow', () => {
    const entity = environmentEntity(
      recordOf('orders-dev', {
        lastRun: { number: 41, url: 'https://dev.azure.com/41' } as never,
      }),
    );
    expect(entity).toEqual({
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Resource',
      metadata: {
        name: 'orders-dev',
        description: 'Development environment in West Europe',
        labels: { 'moorline.dev/state': 'ready', 'moorline.dev/tier': 'dev' },
        annotations: {
          'backstage.io/managed-by-location': 'moorline:orders-dev',
          'backstage.io/managed-by-origin-location': 'moorline:orders-dev',
          'moorline.dev/environment': 'orders-dev',
          'backstage.io/kubernetes-namespace': 'orders-dev',
          'backstage.io/kubernetes-cluster': 'aks-orders-dev',
          'backstage.io/kubernetes-label-selector':
            'moorline.dev/environment=orders-dev',
        },
        tags: ['dev'],
        links: [
          { title: 'api', url: 'https://api.orders-dev.moorline.localhost' },
          { title: 'Run #41', url: 'https://dev.azure.com/41' },
        ],
      },
      spec: { type: 'environment', owner: 'group:default/team-orders' },
    });
    entityEnvelopeSchemaValidator()(entity);
  });
});

describe('EnvironmentsProvider', () => {
  let environments: EnvironmentRecord[];
  let source: jest.Mocked<EnvironmentSource>;
  let provider: EnvironmentsProvider;
  let catalog: Map<string, Entity>;
  let mutations: number;

  beforeEach(async () => {
    environments = [recordOf('orders-dev'), recordOf('mobile-dev')];
    source = {
      list: jest.fn(async () => environments),
      get: jest.fn(async name =>
        environments.find(environment => environment.name === name),
      ),
    };
    provider = new EnvironmentsProvider(source, mockServices.logger.mock());
    catalog = new Map();
    mutations = 0;
    await provider.connect({
      refresh: async () => {},
      async applyMutation(mutation) {
        mutations += 1;
        if (mutation.type === 'full') {
          catalog.clear();
          mutation.entities.forEach(({ entity }) =>
            catalog.set(entity.metadata.name, entity),
          );
          return;
        }
        mutation.added.forEach(({ entity }) =>
          catalog.set(entity.metadata.name, entity),
        );
        for (const removed of mutation.removed) {
          if (!('entityRef' in removed)) throw new Error('unexpected');
          catalog.delete(removed.entityRef.split('/')[1]);
        }
      },
    });
  });

  it('makes the catalog what the record is', async () => {
    await provider.refreshAll();
    expect([...catalog.keys()]).toEqual(['orders-dev', 'mobile-dev']);
    environments = [recordOf('orders-dev')];
    await provider.refreshAll();
    expect([...catalog.keys()]).toEqual(['orders-dev']);
  });

  it('brings one environment up to date, and takes away one that is gone', async () => {
    await provider.refreshAll();
    environments = [recordOf('orders-dev', { state: 'failed' })];
    await provider.refresh('orders-dev');
    expect(catalog.get('orders-dev')?.metadata.labels).toMatchObject({
      'moorline.dev/state': 'failed',
    });
    expect(catalog.has('mobile-dev')).toBe(true);
    await provider.refresh('mobile-dev');
    expect(catalog.has('mobile-dev')).toBe(false);
  });

  it('takes a flood of news together, and ends with the last', async () => {
    const refreshes = Array.from({ length: 30 }, () =>
      provider.refresh('orders-dev'),
    );
    environments = [recordOf('orders-dev', { state: 'provisioning' })];
    await Promise.all(refreshes);
    expect(source.get).toHaveBeenCalledTimes(2);
    expect(catalog.get('orders-dev')?.metadata.labels).toMatchObject({
      'moorline.dev/state': 'provisioning',
    });
  });

  it('never writes what was read earlier over what was read later', async () => {
    let release = () => {};
    source.list.mockImplementationOnce(async () => {
      const old = environments;
      await new Promise<void>(resolve => {
        release = resolve;
      });
      return old;
    });
    const all = provider.refreshAll();
    await new Promise(resolve => setTimeout(resolve, 10));
    environments = [recordOf('orders-dev', { state: 'failed' })];
    const one = provider.refresh('orders-dev');
    release();
    await Promise.all([all, one]);
    expect(catalog.get('orders-dev')?.metadata.labels).toMatchObject({
      'moorline.dev/state': 'failed',
    });
  });

  it('goes on after the API was away', async () => {
    source.get.mockRejectedValueOnce(new Error('away'));
    source.list.mockRejectedValueOnce(new Error('away'));
    await provider.refresh('orders-dev');
    await expect(provider.refreshAll()).rejects.toThrow('away');
    expect(mutations).toBe(0);
    await provider.refresh('orders-dev');
    expect([...catalog.keys()]).toEqual(['orders-dev']);
  });
});
