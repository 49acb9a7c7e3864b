import { createServer } from 'http';
import { hostname } from 'os';
import { initTRPC } from '@trpc/server';
import { createHTTPHandler } from '@trpc/server/adapters/standalone';
import { z } from 'zod';

/** The image's version; put in when it is built. */
declare const IMAGE_VERSION: string;

const t = initTRPC.create();

const router = t.router({
  /** What answers: a release shows by the version, a rolling one by the pods. */
  about: t.procedure.query(() => ({
    name: 'trpc-api',
    version: IMAGE_VERSION,
    pod: hostname(),
  })),
  greet: t.procedure
    .input(z.object({ name: z.string().min(1).max(100) }))
    .query(({ input }) => `Hello, ${input.name}.`),
});

/** Type of the example API, for its clients. */
export type ExampleRouter = typeof router;

const handle = createHTTPHandler({ router, basePath: '/trpc/' });
let stopping = false;

const server = createServer((request, response) => {
  const [path] = (request.url ?? '').split('?');
  if (path.startsWith('/trpc/')) {
    handle(request, response);
  } else if (path === '/health/live' || path === '/health/ready') {
    response.statusCode = stopping && path === '/health/ready' ? 503 : 200;
    response.end();
  } else {
    response.statusCode = 404;
    response.end();
  }
});

server.listen(Number(process.env.PORT ?? 8080), () => {
  process.stdout.write(`trpc-api ${IMAGE_VERSION}: ready\n`);
});

function stop() {
  // Requests under way are answered; kept connections end with their next answer.
  stopping = true;
  server.close();
  server.closeIdleConnections();
}
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
