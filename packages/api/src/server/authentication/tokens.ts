import { TRPCError } from '@trpc/server';
import {
  JWTPayload,
  JWTVerifyGetKey,
  createRemoteJWKSet,
  decodeJwt,
  errors,
  jwtVerify,
} from 'jose';
import type { Actor } from '../../context';
import { actorOf } from './actors';
import type { Issuer } from './issuers';

/** Only signatures by a key pair: whoever can check one must not be able to make one. */
const ALGORITHMS = ['RS256', 'RS384', 'PS256', 'ES256', 'ES384', 'EdDSA'];
const CLOCKS_DIFFER_S = 30;
const PATIENCE_MS = 5_000;

/** Checks the tokens of the issuers that are believed. */
export class Tokens {
  readonly #issuers = new Map<string, Issuer>();
  readonly #keys = new Map<string, Promise<JWTVerifyGetKey>>();

  constructor(issuers: readonly Issuer[]) {
    for (const issuer of issuers) this.#issuers.set(issuer.issuer, issuer);
  }

  /**
   * Whom a token stands for, and until when.
   *
   * @throws UNAUTHORIZED for a token that is not to be believed; SERVICE_UNAVAILABLE when the issuer's keys cannot be had.
   */
  async check(token: string): Promise<{ actor: Actor; expiresAt: Date }> {
    const issuer = this.#issuerOf(token);
    const keys = await this.#keysOf(issuer);
    const claims = await verify(token, issuer, keys);
    const actor = actorOf(issuer, claims);
    if (!actor) {
      throw refused(
        `the token's subject is not what ${issuer.issuer} is configured for (${issuer.kind})`,
      );
    }
    return { actor, expiresAt: new Date(claims.exp! * 1000) };
  }

  #issuerOf(token: string): Issuer {
    let name: string | undefined;
    try {
      name = decodeJwt(token).iss;
    } catch (cause) {
      throw refused('the token is no JWT', cause);
    }
    const issuer = name === undefined ? undefined : this.#issuers.get(name);
    if (!issuer) throw refused('the token is of an issuer not configured here');
    return issuer;
  }

  #keysOf(issuer: Issuer): Promise<JWTVerifyGetKey> {
    let keys = this.#keys.get(issuer.issuer);
    if (!keys) {
      keys = findKeys(issuer);
      this.#keys.set(issuer.issuer, keys);
      // Asked again with the next token, when the issuer may answer.
      keys.catch(() => this.#keys.delete(issuer.issuer));
    }
    return keys;
  }
}

async function findKeys({ issuer, jwks }: Issuer): Promise<JWTVerifyGetKey> {
  const address = jwks ?? (await discover(issuer));
  return createRemoteJWKSet(new URL(address), { timeoutDuration: PATIENCE_MS });
}

async function discover(issuer: string): Promise<string> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  try {
    const answer = await fetch(url, {
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const { jwks_uri: address } = await answer.json();
    return new URL(address).href;
  } catch (cause) {
    throw keysMissing(issuer, cause);
  }
}

async function verify(
  token: string,
  { issuer, audience }: Issuer,
  keys: JWTVerifyGetKey,
): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms: ALGORITHMS,
      clockTolerance: CLOCKS_DIFFER_S,
      requiredClaims: ['exp', 'sub'],
    });
    return payload;
  } catch (cause) {
    if (cause instanceof errors.JWTExpired) {
      throw refused('the token has expired; get a new one', cause);
    }
    if (cause instanceof errors.JWTClaimValidationFailed) {
      throw refused(`the token's "${cause.claim}" is not right`, cause);
    }
    if (isTheirs(cause)) throw keysMissing(issuer, cause);
    throw refused('the token is not signed as it should be', cause);
  }
}

/** Whether the issuer, not the token, is the trouble. */
function isTheirs(cause: unknown): boolean {
  return (
    cause instanceof errors.JWKSTimeout ||
    cause instanceof errors.JWKSInvalid ||
    !(cause instanceof errors.JOSEError) ||
    cause.code === 'ERR_JOSE_GENERIC'
  );
}

function keysMissing(issuer: string, cause: unknown): TRPCError {
  return new TRPCError({
    code: 'SERVICE_UNAVAILABLE',
    message: `The keys of ${issuer} cannot be had at the moment, so tokens cannot be checked. Try again in a minute.`,
    cause,
  });
}

/** The answer to a token that is not believed. */
export function refused(why: string, cause?: unknown): TRPCError {
  return new TRPCError({
    code: 'UNAUTHORIZED',
    message: `You are not signed in: ${why}. Send a valid token or key as "Authorization: Bearer ...".`,
    cause,
  });
}
