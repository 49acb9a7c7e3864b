import type { IncomingMessage } from 'node:http';
import { actorOfApiKey, isApiKey } from '../../apiKeys/apiKeys';
import type { Actor } from '../../context';
import type { Database } from '../../database/database';
import type { Issuer } from './issuers';
import { Tokens, refused } from './tokens';

const BELIEVED_MS = 30_000;
const MOST_REMEMBERED = 5_000;
const LONGEST_TOKEN = 16_000;

/** Finds out who calls, by a token of a configured issuer or an API key. */
export class Callers {
  readonly #tokens: Tokens;
  readonly #known = new Map<string, { actor: Actor; until: number }>();

  /** @param believedMs How long a checked token or key is believed; so long a revoked key may still work. */
  constructor(
    private readonly db: Database,
    issuers: readonly Issuer[],
    private readonly believedMs = BELIEVED_MS,
  ) {
    this.#tokens = new Tokens(issuers);
  }

  /** @throws UNAUTHORIZED, saying why. */
  async identify({ headers }: IncomingMessage): Promise<Actor> {
    const { authorization } = headers;
    if (authorization === undefined) throw refused('there is no token');
    const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
    if (!token || token.length > LONGEST_TOKEN) {
      throw refused('the Authorization header has not the form "Bearer ..."');
    }
    const known = this.#known.get(token);
    if (known && known.until > Date.now()) return known.actor;

    const { actor, expiresAt } = isApiKey(token)
      ? await this.#checkKey(token)
      : await this.#tokens.check(token);
    const until = Math.min(Date.now() + this.believedMs, expiresAt.getTime());
    if (this.#known.size >= MOST_REMEMBERED) this.#known.clear();
    this.#known.set(token, { actor, until });
    return actor;
  }

  async #checkKey(key: string) {
    const found = await actorOfApiKey(this.db, key);
    if (!found) throw refused('the key is unknown, revoked or expired');
    return found;
  }
}
