import { ContainerServiceClient } from '@azure/arm-containerservice';
import type { TokenCredential } from '@azure/core-auth';
import { DefaultAzureCredential } from '@azure/identity';
import type { Config } from '@backstage/config';

const PUBLIC_CLOUD = 'https://management.azure.com';
const ONE_HOUR = 60 * 60 * 1000;

/** Reads `moorline.azure` and makes the client for its subscription; signs in when it is first used. */
export function createContainerServiceClient(config: Config): {
  client: ContainerServiceClient;
  /** Of the clusters; undefined where the Azure portal has no page for them. */
  portalSubscriptionId?: string;
} {
  const azure = config.getConfig('moorline.azure');
  const subscriptionId = azure.getString('subscriptionId');
  const endpoint = azure.getOptionalString('endpoint') ?? PUBLIC_CLOUD;
  const token = azure.getOptionalString('token');
  const credential = token
    ? fixedCredential(token)
    : new DefaultAzureCredential({
        tenantId: azure.getOptionalString('tenantId'),
      });
  return {
    client: new ContainerServiceClient(credential, subscriptionId, {
      endpoint,
      retryOptions: { maxRetries: 1 },
    }),
    portalSubscriptionId:
      new URL(endpoint).origin === PUBLIC_CLOUD ? subscriptionId : undefined,
  };
}

/** A configured token in the form that Azure's clients ask for. It does not expire as far as we know. */
function fixedCredential(token: string): TokenCredential {
  return {
    getToken: async () => ({
      token,
      expiresOnTimestamp: Date.now() + ONE_HOUR,
    }),
  };
}
