import express, { Request, Router } from 'express';
import { RegistryError } from '../errors';
import { Gatekeeper } from './gatekeeper';
import { readScopes } from './scope';
import { ACCESS_SECONDS, SignedTokens } from './signed-tokens';
import { ANONYMOUS, Subject } from './subjects';

const form = express.urlencoded({ extended: false, limit: '64kb' });

const field = (request: Request, name: string): string => {
  const value = (request.body as Record<string, unknown> | undefined)?.[name];
  return typeof value === 'string' ? value : '';
};

const unsupported = (given: string, known: string) =>
  new RegistryError(
    'UNSUPPORTED',
    `grant_type "${given}" is not supported here: use ${known}`,
    { status: 400 },
  );

/**
 * Sign-in as Azure's registries do it: `POST /oauth2/exchange` gives a refresh token for one of Resource Manager's, and
 * `GET|POST /oauth2/token` an access token for a user name and password, for a refresh token, or for nobody.
 */
export function tokenRouter(gatekeeper: Gatekeeper, tokens: SignedTokens) {
  const router = Router();

  const answer = (subject: Subject, scope: unknown, refresh: boolean) => {
    const access = gatekeeper.grant(subject, readScopes(scope));
    const token = tokens.issue({ kind: 'access', sub: subject, access });
    return {
      access_token: token,
      expires_in: ACCESS_SECONDS,
      issued_at: new Date().toISOString(),
      ...(refresh && {
        refresh_token: tokens.issue({ kind: 'refresh', sub: subject }),
      }),
    };
  };

  router.post('/oauth2/exchange', form, (request, response) => {
    const grant = field(request, 'grant_type');
    if (!['access_token', 'access_token_refresh_token'].includes(grant)) {
      throw unsupported(grant, 'access_token');
    }
    const subject = gatekeeper.refreshed(field(request, 'access_token'));
    if (!subject) throw gatekeeper.unauthorized();
    response.json({
      refresh_token: tokens.issue({ kind: 'refresh', sub: subject }),
    });
  });

  router.get('/oauth2/token', (request, response) => {
    const subject = gatekeeper.signedIn(request) ?? ANONYMOUS;
    const { scope, offline_token: offline } = request.query;
    response.json(
      answer(subject, scope, offline === 'true' && subject !== ANONYMOUS),
    );
  });

  router.post('/oauth2/token', form, (request, response) => {
    const grant = field(request, 'grant_type');
    const scope = (request.body as { scope?: unknown } | undefined)?.scope;
    if (grant === 'refresh_token') {
      const token = field(request, 'refresh_token');
      const subject = gatekeeper.refreshed(token);
      if (!subject) throw gatekeeper.unauthorized();
      response.json({
        ...answer(subject, scope, false),
        refresh_token: token,
      });
    } else if (grant === 'password') {
      const subject = gatekeeper.signIn(
        field(request, 'username'),
        field(request, 'password'),
      );
      response.json(
        answer(subject, scope, field(request, 'access_type') === 'offline'),
      );
    } else {
      throw unsupported(grant, 'refresh_token or password');
    }
  });

  return router;
}
