import type {
  AuthService,
  DiscoveryService,
} from '@backstage/backend-plugin-api';
import { createMoorlineClient, describeError } from '@moorline/api/client';
import type { EnvironmentSource } from './environmentsProvider';

/** Reads environments through the API, as the catalog itself. */
export function apiSource(services: {
  auth: AuthService;
  discovery: DiscoveryService;
}): EnvironmentSource {
  const { auth, discovery } = services;
  const client = async () =>
    createMoorlineClient({
      url: `${await discovery.getBaseUrl('environments')}/trpc`,
      async token() {
        const { token } = await auth.getPluginRequestToken({
          onBehalfOf: await auth.getOwnServiceCredentials(),
          targetPluginId: 'environments',
        });
        return token;
      },
    });
  return {
    async list() {
      return (await client()).environments.list.query();
    },
    async get(name) {
      try {
        return await (await client()).environments.get.query({ name });
      } catch (error) {
        if (describeError(error).code === 'NOT_FOUND') return undefined;
        throw error;
      }
    },
  };
}
