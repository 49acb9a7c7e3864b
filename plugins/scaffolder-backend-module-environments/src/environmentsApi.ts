import type {
  AuthService,
  BackstageCredentials,
  DiscoveryService,
} from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import { createMoorlineClient, describeError } from '@moorline/api/client';
import type { MoorlineClient } from '@moorline/api/client';

/** Gives a client that acts for the person with these credentials. */
export type EnvironmentsApi = (
  credentials: BackstageCredentials,
) => Promise<MoorlineClient>;

/** Reaches the environments API as Backstage's plugins reach each other. */
export function createEnvironmentsApi(services: {
  auth: AuthService;
  discovery: DiscoveryService;
}): EnvironmentsApi {
  const { auth, discovery } = services;
  return async credentials =>
    createMoorlineClient({
      url: `${await discovery.getBaseUrl('environments')}/trpc`,
      token: async () => {
        const { token } = await auth.getPluginRequestToken({
          onBehalfOf: credentials,
          targetPluginId: 'environments',
        });
        return token;
      },
    });
}

/** Refusals of what the person gave, as opposed to something that broke. */
const REFUSALS = ['BAD_REQUEST', 'CONFLICT', 'NOT_FOUND', 'FORBIDDEN'];

/** Calls the API; a refusal becomes an `InputError` that names the fields and the fix, which the task shows. */
export async function calling<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const { code, message, issues } = describeError(error);
    if (code && REFUSALS.includes(code)) {
      throw new InputError(
        issues.map(issue => issue.message).join('\n') || message,
      );
    }
    throw error;
  }
}
