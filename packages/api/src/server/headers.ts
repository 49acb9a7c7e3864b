import type { IncomingMessage, ServerResponse } from 'node:http';

/** Answers are data for programs: never to be guessed at, framed, kept or run as a page. */
const SECURITY_HEADERS: readonly [string, string][] = [
  ['x-content-type-options', 'nosniff'],
  ['content-security-policy', "default-src 'none'; frame-ancestors 'none'"],
  ['referrer-policy', 'no-referrer'],
  ['cache-control', 'no-store'],
  ['strict-transport-security', 'max-age=31536000'],
];

/** Sets them on an answer. */
export function setSecurityHeaders(response: ServerResponse): void {
  for (const [name, value] of SECURITY_HEADERS) response.setHeader(name, value);
}

const ALLOWED_HEADERS =
  'authorization, content-type, last-event-id, trpc-accept, x-request-id';

/**
 * Lets pages of other origins call the API, when they are among those configured. Credentials travel in the
 * Authorization header alone, so cookies are never allowed.
 *
 * @returns Whether this was a preflight request, which is answered herewith.
 */
export function answerCors(
  request: IncomingMessage,
  response: ServerResponse,
  origins: ReadonlySet<string>,
): boolean {
  const { origin } = request.headers;
  if (origin !== undefined && origins.size > 0) {
    response.appendHeader('vary', 'origin');
    if (origins.has(origin)) {
      response.setHeader('access-control-allow-origin', origin);
      response.setHeader(
        'access-control-expose-headers',
        'retry-after, x-request-id',
      );
    }
  }
  if (request.method !== 'OPTIONS') return false;
  if (response.hasHeader('access-control-allow-origin')) {
    response.setHeader('access-control-allow-methods', 'GET, POST');
    response.setHeader('access-control-allow-headers', ALLOWED_HEADERS);
    response.setHeader('access-control-max-age', '600');
  }
  response.writeHead(204).end();
  return true;
}

const REQUEST_ID = /^[\w.-]{8,64}$/;

/** The id that a caller gave its request, if it is one. */
export function givenRequestId(request: IncomingMessage): string | undefined {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given)
    ? given
    : undefined;
}
