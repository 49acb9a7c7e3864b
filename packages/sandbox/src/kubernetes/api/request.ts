import type { IncomingMessage } from 'node:http';
import * as yaml from 'js-yaml';
import { isObject } from '../objects/json';
import { JsonObject } from '../objects/meta';
import { FieldValidation } from '../schema/decode';
import { decodeProtobuf } from '../schema/protobuf';
import { Registry } from '../schema/registry';
import { ResourceType } from '../schema/resourceType';
import { ApiError, badRequest } from './errors';

/** A request for a resource, its path and query understood. */
export interface ApiRequest {
  method: string;
  type: ResourceType;
  namespace?: string;
  name?: string;
  subresource?: string;
  query: URLSearchParams;
  accept: string;
  contentType: string;
  /** Who writes: the `fieldManager` parameter, or the program named by the user agent. */
  manager: string;
  dryRun: boolean;
  fieldValidation: FieldValidation;
  body: () => Promise<unknown>;
}

const MAX_BODY = 3 * 1024 * 1024;

/** The raw body. @throws ApiError 413 beyond what the API accepts (3 MiB) */
async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BODY) {
      throw new ApiError(
        413,
        'RequestEntityTooLarge',
        `Request entity too large: limit is ${MAX_BODY}`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function decode(body: Buffer, contentType: string): unknown {
  if (!body.length) return undefined;
  if (contentType === 'application/vnd.kubernetes.protobuf') {
    return decodeProtobuf(body);
  }
  const text = body.toString('utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!contentType.includes('yaml')) {
      throw badRequest(
        `the object provided is unrecognized (must be of type JSON or YAML): ${
          (error as Error).message
        }`,
      );
    }
  }
  try {
    return yaml.load(text, { schema: yaml.CORE_SCHEMA });
  } catch (error) {
    throw badRequest(`error decoding YAML: ${(error as Error).message}`);
  }
}

/** Where a path leads: its group version and the segments behind. */
export function splitPath(
  path: string,
): { groupVersion: string; rest: string[] } | undefined {
  const segments = path.split('/').filter(Boolean).map(decodeURIComponent);
  if (segments[0] === 'api' && segments.length >= 2) {
    return { groupVersion: segments[1], rest: segments.slice(2) };
  }
  if (segments[0] === 'apis' && segments.length >= 3) {
    return {
      groupVersion: `${segments[1]}/${segments[2]}`,
      rest: segments.slice(3),
    };
  }
  return undefined;
}

/** The namespace's own subresources, which look like paths inside it. */
const NAMESPACE_SUBRESOURCES = ['status', 'finalize'];

function locate(registry: Registry, groupVersion: string, rest: string[]) {
  let namespace: string | undefined;
  let segments = rest;
  const inNamespace =
    segments[0] === 'namespaces' &&
    segments.length > 2 &&
    !(
      groupVersion === 'v1' &&
      segments.length === 3 &&
      NAMESPACE_SUBRESOURCES.includes(segments[2])
    );
  if (inNamespace) {
    namespace = segments[1];
    segments = segments.slice(2);
  }
  const [plural, name, subresource] = segments;
  const type = registry.get(groupVersion, plural);
  if (!type || segments.length > 3) return undefined;
  if (namespace && !type.namespaced) return undefined;
  return { type, namespace, name, subresource };
}

const VALIDATIONS: FieldValidation[] = ['Ignore', 'Warn', 'Strict'];

/** Understands a request for a resource; undefined when the path names none. */
export function parseRequest(
  request: IncomingMessage,
  url: URL,
  registry: Registry,
): ApiRequest | undefined {
  const split = splitPath(url.pathname);
  const place = split && locate(registry, split.groupVersion, split.rest);
  if (!place) return undefined;
  const query = url.searchParams;
  const contentType = (request.headers['content-type'] ?? '')
    .split(';')[0]
    .trim();
  const validation = query.get('fieldValidation') as FieldValidation | null;
  if (validation && !VALIDATIONS.includes(validation)) {
    throw badRequest(
      `invalid fieldValidation "${validation}": supported values: "Ignore", "Strict", "Warn"`,
    );
  }
  let read: Promise<unknown> | undefined;
  return {
    ...place,
    method: request.method ?? 'GET',
    query,
    accept: request.headers.accept ?? '',
    contentType,
    manager:
      query.get('fieldManager') ||
      (request.headers['user-agent'] ?? 'unknown').split('/')[0],
    dryRun: query.getAll('dryRun').includes('All'),
    fieldValidation: validation ?? 'Warn',
    body: () => {
      read ??= readBody(request).then(body => decode(body, contentType));
      return read;
    },
  };
}

/** The body as an object. @throws ApiError 400 */
export async function objectBody(request: ApiRequest): Promise<JsonObject> {
  const body = await request.body();
  if (!isObject(body)) {
    throw badRequest('the request body must be an object');
  }
  return body;
}
