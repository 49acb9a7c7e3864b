import { createHash, randomUUID, timingSafeEqual } from 'crypto';
import { RequestHandler } from 'express';
import { ArmError } from './arm-error';

const digest = (text: string) => createHash('sha256').update(text).digest();

const challenge = (tenantId: string, description: string) => ({
  'WWW-Authenticate': `Bearer authorization_uri="https://login.microsoftonline.com/${tenantId}", error="invalid_token", error_description="${description}"`,
});

/** Lets a request pass that carries one of these bearer tokens, and answers 401 to others, as Azure does. */
export function requireToken(
  tokens: string[],
  tenantId: string,
): RequestHandler {
  const known = tokens.map(digest);
  return (request, _response, next) => {
    const [scheme, given] = (request.get('authorization') ?? '').split(' ');
    if (scheme.toLowerCase() !== 'bearer' || !given) {
      throw new ArmError(
        401,
        'AuthenticationFailed',
        "Authentication failed. The 'Authorization' header is missing or has no bearer token.",
        challenge(
          tenantId,
          'The authentication failed because of missing Authorization header.',
        ),
      );
    }
    const presented = digest(given);
    if (!known.some(token => timingSafeEqual(token, presented))) {
      throw new ArmError(
        401,
        'InvalidAuthenticationToken',
        'The access token is invalid.',
        challenge(tenantId, 'The access token is invalid.'),
      );
    }
    next();
  };
}

/** Lets a request pass that says which version of the API it speaks. */
export const requireApiVersion: RequestHandler = (request, _response, next) => {
  const version = request.query['api-version'];
  if (typeof version !== 'string' || version === '') {
    throw new ArmError(
      400,
      'MissingApiVersionParameter',
      'The api-version query parameter (?api-version=) is required for all requests.',
    );
  }
  if (!/^\d{4}-\d{2}-\d{2}(-preview)?$/.test(version)) {
    throw new ArmError(
      400,
      'InvalidApiVersionParameter',
      `The api-version '${version}' is invalid. A version is a date, such as '2026-04-01'.`,
    );
  }
  next();
};

/** The headers that every answer of Resource Manager carries. */
export const addHeaders: RequestHandler = (request, response, next) => {
  const id = randomUUID();
  response.set({
    'x-ms-request-id': id,
    'x-ms-correlation-request-id':
      request.get('x-ms-correlation-request-id') ?? id,
    'x-ms-ratelimit-remaining-subscription-reads': '11999',
    'Cache-Control': 'no-cache',
  });
  next();
};
