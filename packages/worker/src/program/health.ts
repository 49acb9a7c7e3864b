import type { Readiness } from '@moorline/api/process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';

/** What Kubernetes and Prometheus ask of a worker. */
export interface HealthServer {
  url: string;
  close(): Promise<void>;
}

/** Serves /livez, /readyz and /metrics. They are not for the internet. */
export async function serveHealth(options: {
  host: string;
  port: number;
  readiness: Readiness;
  metrics: Registry;
}): Promise<HealthServer> {
  const { host, port, readiness, metrics } = options;
  const answers: Record<string, () => Promise<[number, string, string?]>> = {
    '/livez': async () => [200, 'ok\n'],
    '/readyz': async () => {
      const problem = await readiness.problem();
      return [problem ? 503 : 200, `${problem ?? 'ok'}\n`];
    },
    '/metrics': async () => [200, await metrics.metrics(), metrics.contentType],
  };
  const server = createServer((request, response) => {
    const answer = answers[request.url ?? ''] ?? (async () => [404, '']);
    answer()
      .catch((): [number, string] => [503, 'the database cannot be read\n'])
      .then(([status, body, type = 'text/plain; charset=utf-8']) =>
        response.writeHead(status, { 'content-type': type }).end(body),
      );
  });
  server.listen(port, host);
  await once(server, 'listening');
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${bound}`,
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
