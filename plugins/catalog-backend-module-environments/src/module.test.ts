import { createServiceFactory } from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import {
  EntityProvider,
  EntityProviderMutation,
  catalogProcessingExtensionPoint,
} from '@backstage/plugin-catalog-node';
import { eventsServiceRef } from '@backstage/plugin-events-node';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { createMoorlineClient } from '@moorline/api/client';
import { TestDatabase, createTestDatabase } from '@moorline/api/testing';
// The real API, not a picture of it.
// eslint-disable-next-line @backstage/no-mixed-plugin-imports
import environmentsPlugin from '@moorline/plugin-environments-backend';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import catalogModuleEnvironments from './index';

// Real databases, on machines that may be busy.
jest.setTimeout(60_000);

describe('the catalog module', () => {
  let test: TestDatabase;
  beforeEach(async () => {
    test = await createTestDatabase({ empty: true });
  });
  afterEach(() => test.drop());

  it('brings an environment into the catalog as soon as it is created', async () => {
    const { hostname, port, username, password, pathname } = new URL(test.url);
    const providers: EntityProvider[] = [];
    const events = mockServices.events();
    const backend = await startTestBackend({
      extensionPoints: [
        [
          catalogProcessingExtensionPoint,
          {
            addEntityProvider: (provider: EntityProvider) =>
              providers.push(provider),
          } as never,
        ],
      ],
      features: [
        environmentsPlugin,
        catalogModuleEnvironments,
        // One for all plugins, as in a backend; the test backend's own is one for each.
        createServiceFactory({
          service: eventsServiceRef,
          deps: {},
          factory: () => events,
        }),
        mockServices.rootConfig.factory({
          data: {
            backend: {
              database: {
                client: 'pg',
                pluginDivisionMode: 'schema',
                connection: {
                  host: hostname,
                  port: Number(port),
                  user: decodeURIComponent(username),
                  password: decodeURIComponent(password),
                  database: pathname.slice(1),
                },
              },
            },
          },
        }),
        catalogServiceMock.factory({
          entities: [
            {
              apiVersion: 'backstage.io/v1alpha1',
              kind: 'Group',
              metadata: { name: 'team-orders' },
              spec: {},
            },
          ],
        }),
      ],
    });
    const mutations: EntityProviderMutation[] = [];
    const [provider] = providers;
    expect(providers).toHaveLength(1);
    await provider.connect({
      refresh: async () => {},
      applyMutation: async mutation => {
        mutations.push(mutation);
      },
    });
    const { port: apiPort } = backend.server.address() as AddressInfo;
    const client = createMoorlineClient({
      url: `http://127.0.0.1:${apiPort}/api/environments/trpc`,
      token: async () => mockCredentials.user.token('user:default/ada'),
    });
    await client.environments.create.mutate({
      key: 'a',
      spec: {
        name: 'orders-dev',
        tier: 'dev',
        owner: 'group:default/team-orders',
        region: 'westeurope',
        size: 'small',
        database: 'statefulset',
        services: [
          {
            name: 'api',
            image: 'ghcr.io/moorline/trpc-api:0.1.0',
            replicas: 1,
            host: 'api.orders-dev.moorline.localhost',
          },
        ],
      },
    });
    const isThere = () =>
      mutations.some(
        mutation =>
          mutation.type === 'delta' &&
          mutation.added[0]?.entity.metadata.name === 'orders-dev',
      );
    for (let i = 0; i < 100 && !isThere(); i += 1) await sleep(50);
    expect(isThere()).toBe(true);
    await backend.stop();
  });
});
