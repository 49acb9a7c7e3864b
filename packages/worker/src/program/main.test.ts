import { TestDatabase, createTestDatabase } from '@moorline/api/testing';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createOrders, recordBuild } from '../__testUtils__/orders';
import { until } from '../__testUtils__/until';

// Real databases and processes, on machines that may be busy.
jest.setTimeout(120_000);

let test: TestDatabase;
beforeEach(async () => {
  test = await createTestDatabase();
});
afterEach(() => test.drop());

function start(env: Record<string, string>, ...args: string[]) {
  const child = spawn(
    process.execPath,
    [join(__dirname, '../../bin/moorline-worker.cjs'), ...args],
    { env: { PATH: process.env.PATH, ...env } },
  );
  let output = '';
  const hear = (chunk: Buffer) => {
    output += chunk;
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  return { child, exit: once(child, 'exit'), output: () => output };
}

it('works until it is told to end', async () => {
  await createOrders(test.db);
  await recordBuild(test.db, 41);
  let traces = '';
  const collector = createServer(async (request, response) => {
    traces += await text(request);
    response.end('{}');
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  const { port } = collector.address() as AddressInfo;
  const { child, exit, output } = start({
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
    MOORLINE_DATABASE_URL: test.url,
    MOORLINE_PORT: '0',
    MOORLINE_AZURE_DEVOPS_URL: 'http://127.0.0.1:1/moorline',
    MOORLINE_AZURE_DEVOPS_PROJECT: 'environments-platform',
    MOORLINE_AZURE_DEVOPS_TOKEN: 'hunter2',
  });
  const said = await until(
    async () => output(),
    logged => /"health":"[^"]+"/.test(logged) || child.exitCode !== null,
  );
  const url = /"health":"([^"]+)"/.exec(said)?.[1];
  for (const path of ['/livez', '/readyz']) {
    expect((await fetch(`${url}${path}`)).status).toBe(200);
  }
  const metrics = await (await fetch(`${url}/metrics`)).text();
  expect(metrics).toMatch(/# TYPE moorline_jobs gauge/);
  await until(
    async () => output(),
    logged => logged.includes('Run #1 of orders-dev cannot be read'),
  );
  child.kill('SIGTERM');
  expect(await exit).toEqual([0, null]);
  expect(output()).toMatch(/"message":"ended"/);
  expect(output()).not.toMatch(/hunter2/);
  collector.close();
  for (const part of ['moorline-worker', 'look at a run', 'network']) {
    expect(traces).toContain(`"${part}"`);
  }
  expect(traces).not.toMatch(/hunter2/);
});

it('names every setting that is missing', async () => {
  const { exit, output } = start({});
  expect(await exit).toEqual([2, null]);
  for (const name of ['DATABASE_URL', 'AZURE_DEVOPS_URL']) {
    expect(output()).toContain(`MOORLINE_${name}: set it`);
  }
});
