import { createSign, generateKeyPairSync, randomUUID } from 'crypto';
import type { EndpointRecord } from './store/model';

/** Seconds that a token is good for. */
const LIFETIME = 600;

/**
 * Makes the short-lived tokens that a service connection with workload identity federation gives a job (`oidctoken`).
 * Their form is that of Entra's issuer; their key lives as long as the process.
 */
export class IdTokens {
  readonly #key = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  readonly #keyId = randomUUID();

  /** A signed token (JWT, ES256) for a service connection. */
  issue(endpoint: EndpointRecord, projectId: string): string {
    const now = Math.floor(Date.now() / 1000);
    const unsigned = [
      { typ: 'JWT', alg: 'ES256', kid: this.#keyId },
      {
        jti: randomUUID(),
        iss: `https://login.microsoftonline.com/${endpoint.tenantId}/v2.0`,
        sub: `/eid1/c/pub/t/${endpoint.tenantId}/sc/${projectId}/${endpoint.id}`,
        aud: 'api://AzureADTokenExchange',
        nbf: now,
        iat: now,
        exp: now + LIFETIME,
      },
    ]
      .map(part => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const signature = createSign('SHA256')
      .update(unsigned)
      .sign({ key: this.#key.privateKey, dsaEncoding: 'ieee-p1363' });
    return `${unsigned}.${signature.toString('base64url')}`;
  }
}
