/**
 * What our server is compared with: `KIND`, one of bare, standalone, express, fastify; told the database by
 * MOORLINE_BENCH_DATABASE. All check the caller's key as ours does and ask the same database with the same named
 * statements; they differ in what is between.
 *
 * Speaks with its parent over IPC: says its port when it is ready, and its memory and time of processor when asked.
 */
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import {
  FastifyTRPCPluginOptions,
  fastifyTRPCPlugin,
} from '@trpc/server/adapters/fastify';
import { createHTTPHandler } from '@trpc/server/adapters/standalone';
import express from 'express';
import fastify from 'fastify';
import { IncomingMessage, Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'pg';
import { createDatabase } from '../../packages/api/src/database/database';
import { createEnvironment } from '../../packages/api/src/environments/create';
import { pageStatement } from '../../packages/api/src/environments/page';
import { AppRouter, appRouter } from '../../packages/api/src/router';
import { SELECT_ENVIRONMENTS } from '../../packages/api/src/rows';
import { Callers } from '../../packages/api/src/server/authentication/callers';
import { readJson } from '../../packages/api/src/server/body';

const CONNECTIONS = 10;
const url = process.env.MOORLINE_BENCH_DATABASE!;
const db = createDatabase({ connectionString: url, max: CONNECTIONS });
const callers = new Callers(db, []);
const directory = { ownerExists: async () => true };

const contextOf = async (request: IncomingMessage) => ({
  db,
  directory,
  actor: await callers.identify(request),
});

/** No framework, no protocol: a path for each question, PostgreSQL's JSON as it comes. */
function bare(): Server {
  const pool = new Pool({ connectionString: url, max: CONNECTIONS });
  const one = `${SELECT_ENVIRONMENTS} WHERE e.name = $1 LIMIT 1`;
  const list = pageStatement({ order: 'newest', limit: 50 });
  const get = async (name: string): Promise<string> => {
    const { rows } = await pool.query({
      name: 'one',
      text: one,
      values: [name],
    });
    return rows[0].record;
  };
  const listOf = (records: string[]) => `[${records.join(',')}]`;
  async function answer(request: IncomingMessage): Promise<string> {
    const actor = await callers.identify(request);
    const [, what, name] = request.url!.split('/');
    switch (what) {
      case 'get':
        return get(name);
      case 'batch':
        return listOf(await Promise.all(name.split(',').map(get)));
      case 'list': {
        const { rows } = await pool.query({ name: 'list', ...list });
        return listOf(rows.slice(0, -1).map(({ record }) => record));
      }
      default: {
        const input = await readJson(request, 1_000_000);
        return JSON.stringify(
          await createEnvironment({ db, actor, directory }, input as never),
        );
      }
    }
  }
  return createServer((request, response) => {
    answer(request).then(
      body => {
        response
          .writeHead(200, {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(body),
          })
          .end(body);
      },
      error => response.writeHead(500).end(String(error)),
    );
  });
}

const listen = (server: Server) =>
  new Promise<number>(resolve => {
    server.listen(0, '127.0.0.1', () =>
      resolve((server.address() as AddressInfo).port),
    );
  });

const KINDS: Record<string, () => Promise<number>> = {
  bare: () => listen(bare()),

  standalone() {
    const handler = createHTTPHandler({
      router: appRouter,
      basePath: '/trpc/',
      createContext: ({ req }) => contextOf(req),
    });
    return listen(createServer(handler));
  },

  express() {
    const app = express();
    app.use(
      '/trpc',
      createExpressMiddleware({
        router: appRouter,
        createContext: ({ req }) => contextOf(req),
      }),
    );
    return listen(createServer(app));
  },

  async fastify() {
    const app = fastify({ routerOptions: { maxParamLength: 5_000 } });
    await app.register(fastifyTRPCPlugin, {
      prefix: '/trpc',
      trpcOptions: {
        router: appRouter,
        createContext: ({ req }) => contextOf(req.raw),
      } satisfies FastifyTRPCPluginOptions<AppRouter>['trpcOptions'],
    });
    await app.listen({ port: 0, host: '127.0.0.1' });
    return (app.server.address() as AddressInfo).port;
  },
};

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send!({ rss: process.memoryUsage.rss(), cpu: user + system });
});
process.once('disconnect', () => process.exit());

KINDS[process.argv[2]]().then(port => process.send!({ port }));
