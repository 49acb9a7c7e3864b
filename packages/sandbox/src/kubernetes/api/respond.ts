import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { KubeObject } from '../objects/meta';
import { ApiError, statusObject } from './errors';

/** How a client wants objects: whole, as rows to print, or only their metadata. */
export type Form = 'object' | 'table' | 'metadata';

/** The first form of the Accept header that the API can make. */
export function wantedForm(accept: string): Form {
  for (const part of accept.split(',')) {
    if (part.includes('as=Table')) return 'table';
    if (part.includes('as=PartialObjectMetadata')) return 'metadata';
    if (/application\/json|application\/\*|\*\/\*/.test(part)) return 'object';
  }
  return 'object';
}

export const metadataOnly = (object: KubeObject) => ({
  kind: 'PartialObjectMetadata',
  apiVersion: 'meta.k8s.io/v1',
  metadata: object.metadata,
});

const COMPRESS_FROM_BYTES = 128 * 1024;

/** Sends JSON (or a ready body with its content type). */
export function send(
  response: ServerResponse,
  code: number,
  value: unknown,
  contentType = 'application/json',
) {
  let body =
    typeof value === 'string' || Buffer.isBuffer(value)
      ? Buffer.from(value)
      : Buffer.from(JSON.stringify(value));
  const encodings = response.req.headers['accept-encoding'] ?? '';
  if (body.length > COMPRESS_FROM_BYTES && /\bgzip\b/.test(String(encodings))) {
    body = gzipSync(body, { level: 1 });
    response.setHeader('content-encoding', 'gzip');
  }
  response.writeHead(code, {
    'content-type': contentType,
    'cache-control': 'no-cache, private',
    'content-length': body.length,
  });
  response.end(body);
}

/** Sends an error as a Status; what the API did not mean to refuse becomes a 500 without inner details. */
export function sendError(response: ServerResponse, error: unknown) {
  if (response.headersSent) {
    response.end();
    return;
  }
  if (error instanceof ApiError) {
    const { code, reason, message, details } = error;
    if (details?.retryAfterSeconds) {
      response.setHeader('retry-after', String(details.retryAfterSeconds));
    }
    send(response, code, statusObject(code, { reason, message, details }));
    return;
  }
  const message = error instanceof Error ? error.message : String(error);
  send(
    response,
    500,
    statusObject(500, {
      reason: 'InternalError',
      message: `Internal error occurred: ${message}`,
    }),
  );
}
