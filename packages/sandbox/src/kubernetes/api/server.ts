import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Registry } from '../schema/registry';
import {
  AGGREGATED,
  aggregated,
  groupList,
  oneGroup,
  resourceList,
  wantsAggregated,
} from './discovery';
import { ApiError, statusObject } from './errors';
import { openapiDocument, openapiIndex } from './openapi';
import type { PodLogs } from './podLogs';
import { parseRequest, splitPath } from './request';
import { ResourceHandler } from './resources';
import { send, sendError } from './respond';
import { ObjectWriter } from './writer';

export interface ApiServerOptions {
  registry: Registry;
  writer: ObjectWriter;
  /** The bearer token that lets in. */
  token: string;
  /** Kubernetes release to speak of, `1.34.1`. */
  release: string;
  logs: PodLogs;
}

function sameSecret(given: string, wanted: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(wanted);
  return a.length === b.length && timingSafeEqual(a, b);
}

/** The API of one cluster; paths come without the prefix under which it is mounted. */
export class ApiServer {
  private readonly resources: ResourceHandler;

  constructor(private readonly options: ApiServerOptions) {
    this.resources = new ResourceHandler(options.writer, options.logs);
  }

  /** Answers a request, errors included. @param path - path and query behind the cluster's own prefix */
  async handle(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
  ) {
    try {
      const url = new URL(path, 'http://cluster');
      if (this.probes(url, response)) return;
      this.authenticate(request);
      if (this.documents(request, url, response)) return;
      const parsed = parseRequest(request, url, this.options.registry);
      if (parsed) await this.resources.handle(parsed, response);
      else send(response, 404, '404 page not found\n', 'text/plain');
    } catch (error) {
      sendError(response, error);
    }
  }

  private authenticate({ headers }: IncomingMessage) {
    const [scheme, token = ''] = (headers.authorization ?? '').split(' ');
    const known =
      scheme.toLowerCase() === 'bearer' &&
      sameSecret(token, this.options.token);
    if (!known) throw new ApiError(401, 'Unauthorized', 'Unauthorized');
  }

  private probes({ pathname }: URL, response: ServerResponse): boolean {
    if (!/^\/(healthz|livez|readyz)\/?$/.test(pathname)) return false;
    send(response, 200, 'ok', 'text/plain');
    return true;
  }

  private version() {
    const [major, minor] = this.options.release.split('.');
    return {
      major,
      minor,
      gitVersion: `v${this.options.release}`,
      gitCommit: 'sandbox',
      gitTreeState: 'clean',
      buildDate: '2026-01-01T00:00:00Z',
      goVersion: 'none',
      compiler: 'none',
      platform: 'linux/amd64',
    };
  }

  /** What describes the API rather than objects. @returns whether it was asked for */
  private documents(
    request: IncomingMessage,
    url: URL,
    response: ServerResponse,
  ): boolean {
    const { registry } = this.options;
    const path = url.pathname.replace(/\/+$/, '') || '/';
    const accept = request.headers.accept ?? '';
    if (path === '/api' || path === '/apis') {
      this.roots(path, accept, response);
      return true;
    }
    if (path.startsWith('/openapi/')) return this.openapi(path, response);
    if (path === '/version') {
      send(response, 200, this.version());
      return true;
    }
    if (path === '/') {
      const paths = ['/api', '/apis', '/healthz', '/openapi/v3', '/version'];
      send(response, 200, { paths });
      return true;
    }
    const group = /^\/apis\/([^/]+)$/.exec(path);
    if (group) {
      const found = oneGroup(registry, group[1]);
      if (found) send(response, 200, found);
      else send(response, 404, '404 page not found\n', 'text/plain');
      return true;
    }
    const split = splitPath(path);
    const served = split && registry.in(split.groupVersion).length;
    if (!split || split.rest.length || !served) return false;
    send(response, 200, resourceList(registry, split.groupVersion));
    return true;
  }

  private roots(path: string, accept: string, response: ServerResponse) {
    const { registry } = this.options;
    const core = path === '/api';
    if (wantsAggregated(accept)) {
      send(response, 200, aggregated(registry, core), AGGREGATED);
    } else if (core) {
      send(response, 200, {
        kind: 'APIVersions',
        versions: ['v1'],
        serverAddressByClientCIDRs: [],
      });
    } else {
      send(response, 200, groupList(registry));
    }
  }

  private openapi(path: string, response: ServerResponse): boolean {
    const { registry, release } = this.options;
    if (path === '/openapi/v2') {
      // An empty document: clients that validate by themselves find no schema and leave it to the server.
      send(response, 200, Buffer.alloc(0), 'application/octet-stream');
      return true;
    }
    if (path === '/openapi/v3') {
      send(response, 200, openapiIndex(registry));
      return true;
    }
    const match = /^\/openapi\/v3\/(?:api|apis)\/(.+)$/.exec(path);
    const known = match && registry.in(match[1]).length;
    if (!match || !known) {
      send(response, 404, statusObject(404, { reason: 'NotFound' }));
      return true;
    }
    send(response, 200, openapiDocument(registry, match[1], release));
    return true;
  }
}
