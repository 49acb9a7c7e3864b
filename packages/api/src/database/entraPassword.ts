import type { TokenCredential } from '@azure/identity';

/** What Azure's PostgreSQL wants a token for. */
const SCOPE = 'https://ossrdbms-aad.database.windows.net/.default';

/**
 * A password for `pg`, which asks for one with each new connection: a token of Entra ID lives for an hour, a pool for longer.
 * @param credential - default: the pod's workload identity
 */
export function entraPassword(
  credential?: TokenCredential,
): () => Promise<string> {
  let signingIn = credential;
  return async () => {
    if (!signingIn) {
      // Loaded when it is needed: most databases have passwords.
      const { WorkloadIdentityCredential } = await import('@azure/identity');
      signingIn = new WorkloadIdentityCredential();
    }
    const token = await signingIn.getToken(SCOPE);
    if (!token) throw new Error('Entra ID gave no token for the database');
    return token.token;
  };
}
