import { createHmac, randomBytes } from 'crypto';
import { readFileSync } from 'fs';
import { writeFileAtomically } from '../../files';
import type { Access } from './scope';
import { isSame, Subject } from './subjects';

/** Seconds for which an access token is good; clients ask for a new one by themselves. */
export const ACCESS_SECONDS = 60 * 60;
/** Seconds for which a refresh token is good, as Azure's. */
export const REFRESH_SECONDS = 3 * 60 * 60;

/** What a token says. */
export interface Claims {
  kind: 'access' | 'refresh';
  /** Who has it. */
  sub: Subject;
  /** Of an access token: what it is good for. */
  access?: Access[];
  /** Seconds since 1970. */
  exp: number;
}

const encode = (value: unknown) =>
  Buffer.from(JSON.stringify(value)).toString('base64url');
const HEADER = encode({ alg: 'HS256', typ: 'JWT' });

/** Makes and reads the registry's tokens: JSON web tokens, signed with a key that is this sandbox's own. */
export class SignedTokens {
  private readonly key: Buffer;

  /** @param keyFile - keeps the key, so that a sign-in outlives a restart */
  constructor(keyFile: string) {
    this.key = readKey(keyFile);
  }

  issue(claims: Omit<Claims, 'exp'>): string {
    const seconds =
      claims.kind === 'refresh' ? REFRESH_SECONDS : ACCESS_SECONDS;
    const now = Math.floor(Date.now() / 1000);
    const body = `${HEADER}.${encode({
      ...claims,
      iat: now,
      exp: now + seconds,
    })}`;
    return `${body}.${this.sign(body)}`;
  }

  /** What a token says; undefined when it is not one of ours, of another kind, or has ended. */
  read(token: string, kind: Claims['kind']): Claims | undefined {
    const [header, payload, signature = ''] = token.split('.');
    if (!isSame(signature, this.sign(`${header}.${payload}`))) return undefined;
    const claims = JSON.parse(
      Buffer.from(payload, 'base64url').toString(),
    ) as Claims;
    return claims.kind === kind && claims.exp * 1000 > Date.now()
      ? claims
      : undefined;
  }

  private sign(text: string): string {
    return createHmac('sha256', this.key).update(text).digest('base64url');
  }
}

function readKey(file: string): Buffer {
  try {
    const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'hex');
    if (key.length === 32) return key;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const key = randomBytes(32);
  writeFileAtomically(file, `${key.toString('hex')}\n`, 0o600);
  return key;
}
