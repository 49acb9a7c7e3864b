import { execFile } from 'child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import { request } from 'http';
import { tmpdir } from 'os';
import path from 'path';
import { promisify } from 'util';
import { createTRPCClient, httpLink } from '@trpc/client';
import { findProgram } from '../find-program';
import { whyNoContainers } from '../kubelet';
import { PodCluster } from '../kubelet/testing/pod-cluster';
import { Sandbox } from '../sandbox';

jest.setTimeout(600_000);

const run = promisify(execFile);
const ROOT = path.resolve(__dirname, '../../../..');
const HELM = process.env.MOORLINE_HELM || findProgram('helm');
const KUBECTL = process.env.MOORLINE_KUBECTL || findProgram('kubectl');
const HOST = 'api.orders.moorline.localhost';
const IMAGE = 'ghcr.io/moorline/trpc-api';

const cannot = whyNoContainers() || !HELM || !KUBECTL;
const describeWithReleases = cannot ? describe.skip : describe;

interface About {
  version: string;
  pod: string;
}

describeWithReleases('releases', () => {
  let folder: string;
  let sandbox: Sandbox;
  let environment: NodeJS.ProcessEnv;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'moorline-releases-'));
    ({ sandbox } = await PodCluster.start());
    const kubeconfig = path.join(folder, 'kubeconfig');
    writeFileSync(
      kubeconfig,
      sandbox.clusters.kubeconfig('rg-orders', 'aks-orders') ?? '',
    );
    const tools = path.join(folder, 'bin');
    mkdirSync(tools);
    for (const [name, file] of Object.entries({
      helm: HELM,
      kubectl: KUBECTL,
    })) {
      writeFileSync(
        path.join(tools, name),
        `#!/bin/sh\nexec '${file}' "$@"\n`,
        { mode: 0o755 },
      );
    }
    environment = {
      ...process.env,
      KUBECONFIG: kubeconfig,
      PATH: `${tools}:${process.env.PATH}`,
    };
    for (const chart of ['workload', 'postgres', 'trpc-api']) {
      cpSync(path.join(ROOT, 'charts', chart), path.join(folder, chart), {
        recursive: true,
      });
    }
    for (const chart of ['postgres', 'trpc-api']) {
      await helm(
        'dependency',
        'build',
        path.join(folder, chart),
        '--skip-refresh',
      );
    }
  });
  afterAll(async () => {
    await sandbox?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const helm = (...args: string[]) =>
    run('helm', args, { env: environment, cwd: folder });
  const release = (
    name: string,
    chart: string,
    values: object,
    ...more: string[]
  ) => {
    const file = path.join(folder, `${name}.json`);
    writeFileSync(file, JSON.stringify(values));
    return helm(
      ...['upgrade', '--install', name, path.join(folder, chart)],
      ...['--namespace', 'orders', '--values', file, '--wait'],
      ...more,
    );
  };
  const values = (version: string, more: object = {}) => ({
    image: `${IMAGE}:${version}`,
    host: HOST,
    environment: 'orders',
    terminationSeconds: 10,
    ...more,
  });

  /** A request to the gateway, as a client that looks `*.localhost` up makes it. */
  const ask = (url: string, init: RequestInit = {}) =>
    new Promise<Response>((resolve, reject) => {
      const { host, pathname, search } = new URL(url);
      const { port } = new URL(sandbox.gatewayUrl ?? '');
      const sent = request({
        port,
        path: `${pathname}${search}`,
        method: init.method,
        headers: { ...(init.headers as Record<string, string>), host },
      });
      sent.once('error', reject);
      sent.once('response', async answer => {
        let text = '';
        for await (const part of answer) text += part;
        resolve(new Response(text, { status: answer.statusCode }));
      });
      sent.end(init.body);
    });
  // The type of the API's router is its image's own; what is asked for is said here.
  const client = () =>
    createTRPCClient({
      links: [
        httpLink({
          url: `http://${HOST}/trpc`,
          fetch: (url, init) => ask(String(url), init as RequestInit),
        }),
      ],
    }) as unknown as {
      about: { query(): Promise<About> };
      notes: {
        add: { mutate(input: { text: string }): Promise<{ id: string }> };
        list: { query(): Promise<{ text: string }[]> };
      };
    };
  const versions = async (times: number) => {
    const seen: Record<string, number> = {};
    for (let i = 0; i < times; i++) {
      const { version } = await client().about.query();
      seen[version] = (seen[version] ?? 0) + 1;
    }
    return seen;
  };

  it('answers at its host, keeps its data through upgrade and rollback, and stays when an upgrade fails', async () => {
    await run('bash', [path.join(ROOT, 'infra/pipelines/scripts/gateway.sh')], {
      env: environment,
    });
    await run(
      'bash',
      [path.join(ROOT, 'infra/pipelines/scripts/namespace.sh')],
      {
        env: {
          ...environment,
          MOORLINE_NAMESPACE: 'orders',
          MOORLINE_ENVIRONMENT: 'orders',
        },
      },
    );
    expect((await ask(`http://${HOST}/`)).status).toBe(404);
    await release('postgres', 'postgres', {
      databases: ['api'],
      environment: 'orders',
    });
    await release('api', 'trpc-api', values('0.1.0'));

    expect(await client().about.query()).toMatchObject({ version: '0.1.0' });
    await client().notes.add.mutate({ text: 'kept' });

    const canary = (weight: number) =>
      values('0.1.0', {
        strategy: {
          type: 'canary',
          canary: { image: `${IMAGE}:0.2.0`, weight, replicas: 1 },
        },
      });
    await release('api', 'trpc-api', canary(50));
    const seen = await versions(60);
    expect(seen['0.1.0']).toBeGreaterThan(10);
    expect(seen['0.2.0']).toBeGreaterThan(10);

    await release('api', 'trpc-api', values('0.2.0'));
    expect(await versions(5)).toEqual({ '0.2.0': 5 });

    const fails = (version: string, more: object = {}) =>
      expect(
        release('api', 'trpc-api', values(version, more), '--timeout', '8s'),
      ).rejects.toThrow();
    await fails('9.9.9');
    expect(await versions(5)).toEqual({ '0.2.0': 5 });
    await fails('0.1.0', { probes: { ready: '/nothing' } });
    expect(await versions(5)).toEqual({ '0.2.0': 5 });

    await helm('rollback', 'api', '1', '--namespace', 'orders', '--wait');
    expect(await versions(5)).toEqual({ '0.1.0': 5 });
    expect(await client().notes.list.query()).toMatchObject([{ text: 'kept' }]);
    await helm('test', 'api', '--namespace', 'orders');
  });
});
