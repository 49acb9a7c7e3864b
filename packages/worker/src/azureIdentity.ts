import type { TokenCredential } from '@azure/core-auth';

const RESOURCE_MANAGER = 'https://management.azure.com/.default';

/** Who this process is in Azure: its workload identity, its managed identity, or the person who is signed in. */
export async function ownCredential(): Promise<TokenCredential> {
  // Large, and of use only where Azure is.
  const { DefaultAzureCredential } = await import('@azure/identity');
  return new DefaultAzureCredential();
}

/** Gives this process's tokens for Azure Resource Manager. */
export function resourceManagerToken(): () => Promise<string> {
  let credential: Promise<TokenCredential> | undefined;
  return async () => {
    credential ??= ownCredential();
    const token = await (await credential).getToken(RESOURCE_MANAGER);
    if (!token) throw new Error('Azure gave no token');
    return token.token;
  };
}
