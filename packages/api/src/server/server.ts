import { randomUUID } from 'node:crypto';
import {
  IncomingMessage,
  Server,
  ServerResponse,
  createServer,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../context';
import type { Database } from '../database/database';
import { errorReference, isInternal } from '../errors';
import type { Live } from '../live/live';
import { appRouter } from '../router';
import { traceRequest } from '../tracing/spans';
import { givenRequestId, headersFor, setHeaders } from './headers';
import { databaseReadiness } from './health';
import { Log, errorFields } from './log';
import { Metrics, createMetrics } from './metrics';
import { Limits, createTrpcHandler } from './trpcHandler';

/** What a server works with. Times are in milliseconds. */
export interface ServerOptions {
  db: Database;
  /** Ended with the server, after it has drained. */
  live?: Live;
  log: Log;
  host: string;
  port: number;
  limits: Limits;
  /** Origins whose pages may call, such as `https://portal.example.org`. */
  corsOrigins: readonly string[];
  /** How long it goes on serving, not ready any more, after it was told to end: until nobody sends requests here. */
  drainMs: number;
  /** How long requests may take to end after that. */
  graceMs: number;
  /** Finds out who calls, for a request with this many calls. @throws TRPCError, the answer to the caller. */
  contextOf(request: IncomingMessage, calls: number): Promise<Context>;
}

/** A server that runs. */
export interface RunningServer {
  url: string;
  /** Ends it without failing a request: says that it is not ready, goes on serving, then finishes what has begun. */
  close(): Promise<void>;
}

interface State {
  draining: boolean;
  /** Answers that are not over. */
  open: Set<ServerResponse>;
}

/** What is known of a request while it is served. */
interface Served {
  id: string;
  route: string;
  procedures: string[];
  /** What was asked for, as it stands in the address. */
  path: string;
  since: number;
}

const TRPC = '/trpc/';
const HEADERS_MS = 10_000;

/** Starts the API on its own: tRPC at `/trpc`, beside `/livez`, `/readyz` and `/metrics`. */
export async function startServer(
  options: ServerOptions,
): Promise<RunningServer> {
  const { live, log, host, port, drainMs, graceMs, limits } = options;
  const state: State = { draining: false, open: new Set() };
  const server = createServer(
    {
      // For a request to arrive; its answer has a time limit of its own.
      requestTimeout: Math.max(limits.requestMs, HEADERS_MS),
      headersTimeout: HEADERS_MS,
      // Longer than the load balancers in front keep a connection, so that it is never closed under a request.
      keepAliveTimeout: 75_000,
    },
    createListener(options, state),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  const name = address.family === 'IPv6' ? `[${host}]` : host;
  let closed: Promise<void> | undefined;
  return {
    url: `http://${name}:${address.port}`,
    close() {
      closed ??= (async () => {
        state.draining = true;
        for (const response of state.open) endConnectionWith(response);
        log.info('draining', { drainMs });
        await sleep(drainMs);
        // Nobody is sent here any more: who follows changes goes on at another server.
        await live?.close();
        await closeServer(server, graceMs);
      })();
      return closed;
    },
  };
}

async function closeServer(server: Server, graceMs: number): Promise<void> {
  const late = setTimeout(() => server.closeAllConnections(), graceMs);
  await new Promise<void>(resolve => {
    server.close(() => resolve());
  });
  clearTimeout(late);
}

/** Whoever keeps a connection to a server that ends is sent to another one with its next request. */
function endConnectionWith(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('connection', 'close');
}

function createListener(options: ServerOptions, state: State) {
  const { db, live, log, limits, contextOf } = options;
  const metrics = createMetrics(() => live?.followers ?? 0);
  const origins = new Set(options.corsOrigins);
  const readiness = databaseReadiness(db);
  const served = new WeakMap<IncomingMessage, Served>();

  const handleTrpc = createTrpcHandler({
    router: appRouter,
    limits,
    createContext: contextOf,
    onCall({ procedure, error }, request) {
      const about = served.get(request);
      about?.procedures.push(procedure ?? 'unknown');
      metrics.call(procedure ?? 'unknown', error?.code ?? 'ok');
      if (error && isInternal(error)) {
        log.error('call failed', {
          requestId: about?.id,
          procedure,
          reference: errorReference(error),
          ...errorFields(error.cause ?? error),
        });
      }
    },
  });

  async function answerHealth(
    path: string,
    response: ServerResponse,
  ): Promise<boolean> {
    if (path === '/livez') {
      text(response, 200, 'ok\n');
    } else if (path === '/readyz') {
      const problem = state.draining
        ? 'shutting down'
        : await readiness.problem();
      text(response, problem ? 503 : 200, `${problem ?? 'ok'}\n`);
    } else if (path === '/metrics') {
      text(response, 200, await metrics.text(), metrics.contentType);
    } else {
      return false;
    }
    return true;
  }

  return (request: IncomingMessage, response: ServerResponse): void => {
    const about: Served = {
      id: givenRequestId(request) ?? randomUUID(),
      route: 'other',
      procedures: [],
      path: '',
      since: performance.now(),
    };
    served.set(request, about);
    state.open.add(response);
    const headers = headersFor(request, about.id, origins);
    if (state.draining) headers.push('connection', 'close');
    response.on('close', () => {
      state.open.delete(response);
      finished(metrics, log, about, request, response);
    });

    const url = request.url ?? '/';
    const mark = url.indexOf('?');
    const path = mark < 0 ? url : url.slice(0, mark);
    if (path.startsWith(TRPC) && request.method !== 'OPTIONS') {
      about.route = 'trpc';
      const query = mark < 0 ? '' : url.slice(mark + 1);
      const procedures = path.slice(TRPC.length);
      about.path = procedures;
      traceRequest(request, response, about.id, () => {
        void handleTrpc(request, response, procedures, query, headers);
      });
      return;
    }
    setHeaders(response, headers);
    if (request.method === 'OPTIONS') {
      response.writeHead(204).end();
      return;
    }
    answerHealth(path, response)
      .then(known => {
        if (known) about.route = path;
        else text(response, 404, 'The API is at /trpc.\n');
      })
      .catch(error => {
        log.error('request failed', {
          requestId: about.id,
          ...errorFields(error),
        });
        text(response, 500, 'Something went wrong on our side.\n');
      });
  };
}

function text(
  response: ServerResponse,
  status: number,
  body: string,
  type = 'text/plain; charset=utf-8',
) {
  response
    .writeHead(status, {
      'content-type': type,
      'content-length': Buffer.byteLength(body),
    })
    .end(body);
}

function finished(
  metrics: Metrics,
  log: Log,
  about: Served,
  request: IncomingMessage,
  response: ServerResponse,
) {
  const { id, route, procedures, since } = about;
  const milliseconds = performance.now() - since;
  // Answered to nobody: the caller has left. 499 as web servers log it.
  const status = response.writableFinished ? response.statusCode : 499;
  if (isStream(response)) {
    // How long somebody follows changes says nothing about how fast answers are.
    procedures.push(about.path);
  } else {
    metrics.request(route, status, milliseconds / 1000);
  }
  if (route === 'trpc') {
    log.info('request', {
      requestId: id,
      method: request.method,
      procedures,
      status,
      milliseconds: Math.round(milliseconds * 100) / 100,
    });
  }
}

function isStream(response: ServerResponse): boolean {
  return response.getHeader('content-type') === 'text/event-stream';
}
