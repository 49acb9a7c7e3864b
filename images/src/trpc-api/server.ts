import { createServer, IncomingMessage, Server, ServerResponse } from 'http';
import { createHTTPHandler } from '@trpc/server/adapters/standalone';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import type { Database } from './database';
import { router } from './router';

/** The image's version; put in when it is built. */
declare const IMAGE_VERSION: string;

const metrics = new Registry();
collectDefaultMetrics({ register: metrics });
const duration = new Histogram({
  name: 'http_request_duration_seconds',
  help: 'Time from request to answer.',
  labelNames: ['status'],
  registers: [metrics],
});

type Answer = (
  request: IncomingMessage,
  response: ServerResponse,
) => void | Promise<void>;

/** The example API over HTTP, with what Kubernetes and Prometheus ask for beside it. */
export function createExampleServer(database?: Database): Server {
  const trpc = createHTTPHandler({
    router,
    basePath: '/trpc/',
    createContext: () => ({ database }),
    onError: ({ error, path }) => {
      // What a caller did wrong is the caller's to read.
      if (error.code !== 'INTERNAL_SERVER_ERROR') return;
      process.stderr.write(`${path}: ${error.message}\n`);
    },
  });
  const server = createServer();
  const live: Answer = (_, response) => {
    response.end();
  };
  const ready: Answer = async (_, response) => {
    const problem = server.listening
      ? await database?.whyNotReady()
      : 'it is stopping';
    response.statusCode = problem ? 503 : 200;
    response.end(problem);
  };
  const paths: Record<string, Answer> = {
    '/': (_, response) => {
      response.setHeader('content-type', 'text/plain');
      response.end(`trpc-api ${IMAGE_VERSION}: try /trpc/about\n`);
    },
    '/livez': live,
    '/readyz': ready,
    '/metrics': async (_, response) => {
      response.setHeader('content-type', metrics.contentType);
      response.end(await metrics.metrics());
    },
  };
  const notFound: Answer = (_, response) => {
    response.statusCode = 404;
    response.end();
  };
  server.on('request', (request, response) => {
    const [path] = (request.url ?? '').split('?');
    if (!path.startsWith('/trpc/')) {
      (paths[path] ?? notFound)(request, response);
      return;
    }
    const stop = duration.startTimer();
    response.once('finish', () => stop({ status: response.statusCode }));
    trpc(request, response);
  });
  return server;
}
