import { createHash, timingSafeEqual } from 'crypto';
import type { RequestHandler } from 'express';
import type { Caller } from './context';
import type { JobTokens } from './job-tokens';
import type { OrganizationStore } from './store/organization-store';

/** Options of {@link authenticate}. */
export interface AuthenticationOptions {
  /** The one personal access token. */
  pat: string;
  jobTokens: JobTokens;
  organization: OrganizationStore;
}

/**
 * Lets in who carries the personal access token (Basic, any user name) or the token of a running job (Bearer, or Basic
 * as some scripts do). Everybody else gets what Azure DevOps answers: 401 with an empty body.
 */
export function authenticate(options: AuthenticationOptions): RequestHandler {
  return (request, response, next) => {
    const caller = callerOfHeader(request.get('authorization'), options);
    if (!caller) {
      response
        .status(401)
        .set('WWW-Authenticate', [
          'Bearer',
          `Basic realm="https://${request.get('host')}/"`,
        ])
        .end();
      return;
    }
    response.locals.caller = caller;
    next();
  };
}

function callerOfHeader(
  header: string | undefined,
  { pat, jobTokens, organization }: AuthenticationOptions,
): Caller | undefined {
  const [, scheme, credentials] = /^(\S+)\s+(\S+)$/.exec(header ?? '') ?? [];
  if (!scheme) return undefined;
  const isBasic = scheme.toLowerCase() === 'basic';
  if (!isBasic && scheme.toLowerCase() !== 'bearer') return undefined;
  const token = isBasic
    ? Buffer.from(credentials, 'base64')
        .toString('utf8')
        .replace(/^[^:]*:/, '')
    : credentials;
  if (isBasic && isSame(token, pat)) return { identity: organization.user };
  const job = jobTokens.find(token);
  return job && { identity: organization.buildService, job };
}

function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
