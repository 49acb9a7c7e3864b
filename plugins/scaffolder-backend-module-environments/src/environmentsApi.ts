import type {
  AuthService,
  BackstageCredentials,
  DiscoveryService,
} from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import { createMoorlineClient } from '@moorline/api/client';
import { TRPCClientError } from '@trpc/client';

/** The typed client of the environments API. */
export type EnvironmentsClient = ReturnType<typeof createMoorlineClient>;

/** Gives a client that acts for the person with these credentials. */
export type EnvironmentsApi = (
  credentials: BackstageCredentials,
) => Promise<EnvironmentsClient>;

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

/** Refusals that name a field and the fix: what the person gave, not what broke. */
const REFUSALS = ['BAD_REQUEST', 'CONFLICT', 'NOT_FOUND', 'FORBIDDEN'];

/** Calls the API; a refusal becomes an `InputError` with its words, which the task shows. */
export async function calling<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof TRPCClientError && REFUSALS.includes(codeOf(error))) {
      throw new InputError(error.message);
    }
    throw error;
  }
}

function codeOf(error: TRPCClientError<any>): string {
  return error.data?.code ?? '';
}
