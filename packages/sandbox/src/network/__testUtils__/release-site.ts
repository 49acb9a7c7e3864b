import { execFile } from 'child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import { Agent, request } from 'http';
import { tmpdir } from 'os';
import path from 'path';
import { promisify } from 'util';
import { createTRPCClient, httpLink } from '@trpc/client';
import { findProgram } from '../../find-program';
import { PodCluster } from '../../kubelet/__testUtils__/pod-cluster';
import type { Sandbox } from '../../sandbox';

const run = promisify(execFile);
const ROOT = path.resolve(__dirname, '../../../../..');
const CHARTS = ['postgres', 'trpc-api'];
const IMAGE = 'ghcr.io/moorline/trpc-api';

/** The environment whose releases it has; its namespace too. */
const ENVIRONMENT = 'orders';

function toolOf(name: 'helm' | 'kubectl'): string {
  const file =
    process.env[`MOORLINE_${name.toUpperCase()}`] || findProgram(name);
  if (!file) throw new Error(`${name} was not found: install it, on the PATH`);
  return file;
}

/** What the example API says of itself. */
export interface About {
  version: string;
  pod: string;
}

/** What an example API is asked. Its router's type is its image's own, so it is said here. */
export interface ExampleClient {
  about: { query(): Promise<About> };
  notes: {
    add: { mutate(input: { text: string }): Promise<{ id: string }> };
    list: { query(): Promise<{ text: string }[]> };
  };
}

/** A sandbox's cluster made ready for releases as a pipeline does it, with real Helm and kubectl to make them. */
export class ReleaseSite {
  /** Where its API answers. */
  readonly host = 'api.orders.moorline.localhost';
  private readonly agent = new Agent({ keepAlive: true });

  private constructor(
    private readonly sandbox: Sandbox,
    private readonly folder: string,
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  /** @throws Error where pods cannot run, or a tool is missing */
  static async start(): Promise<ReleaseSite> {
    const tools = { helm: toolOf('helm'), kubectl: toolOf('kubectl') };
    const { sandbox } = await PodCluster.start();
    const folder = mkdtempSync(path.join(tmpdir(), 'moorline-releases-'));
    const bin = path.join(folder, 'bin');
    mkdirSync(bin);
    for (const [name, file] of Object.entries(tools)) {
      const script = `#!/bin/sh\nexec '${file}' "$@"\n`;
      writeFileSync(path.join(bin, name), script, { mode: 0o755 });
    }
    const kubeconfig = path.join(folder, 'kubeconfig');
    const content = sandbox.clusters.kubeconfig('rg-orders', 'aks-orders');
    writeFileSync(kubeconfig, content ?? '');
    const site = new ReleaseSite(sandbox, folder, {
      ...process.env,
      KUBECONFIG: kubeconfig,
      PATH: `${bin}:${process.env.PATH}`,
      MOORLINE_NAMESPACE: ENVIRONMENT,
      MOORLINE_ENVIRONMENT: ENVIRONMENT,
    });
    try {
      await site.prepare();
    } catch (error) {
      await site.stop();
      throw error;
    }
    return site;
  }

  private async prepare(): Promise<void> {
    for (const chart of ['workload', ...CHARTS]) {
      cpSync(path.join(ROOT, 'charts', chart), path.join(this.folder, chart), {
        recursive: true,
      });
    }
    for (const chart of CHARTS) {
      await this.run('helm', 'dependency', 'build', chart, '--skip-refresh');
    }
    for (const script of ['gateway.sh', 'namespace.sh']) {
      await this.run(
        'bash',
        path.join(ROOT, 'infra/pipelines/scripts', script),
      );
    }
  }

  private async run(program: string, ...args: string[]): Promise<string> {
    const { environment: env, folder: cwd } = this;
    return (await run(program, args, { env, cwd })).stdout;
  }

  /** Runs Helm in the environment's namespace. @returns what it says. @throws Error when it fails */
  helm(...args: string[]): Promise<string> {
    return this.run('helm', '--namespace', ENVIRONMENT, ...args);
  }

  /** The same with kubectl. */
  kubectl(...args: string[]): Promise<string> {
    return this.run('kubectl', '--namespace', ENVIRONMENT, ...args);
  }

  private async release(
    name: string,
    chart: string,
    values: object,
    more: string[],
  ): Promise<void> {
    const file = path.join(this.folder, `${name}.json`);
    writeFileSync(file, JSON.stringify(values));
    await this.helm(
      ...['upgrade', '--install', name, path.join(this.folder, chart)],
      ...['--values', file, '--wait', ...more],
    );
  }

  /** Installs or upgrades the database, and waits until it is ready. */
  releaseDatabase(values: object = {}): Promise<void> {
    const all = { databases: ['api'], environment: ENVIRONMENT, ...values };
    return this.release('postgres', 'postgres', all, []);
  }

  /**
   * Installs or upgrades the API, and waits until it is ready.
   * @param version - of its image
   * @param more - further arguments of Helm
   */
  releaseApi(
    version: string,
    values: object = {},
    ...more: string[]
  ): Promise<void> {
    const all = {
      image: `${IMAGE}:${version}`,
      host: this.host,
      environment: ENVIRONMENT,
      terminationSeconds: 10,
      ...values,
    };
    return this.release('api', 'trpc-api', all, more);
  }

  /** A request to the gateway on a kept connection, as a client that looks `*.localhost` up makes it. */
  ask(url: string, init: RequestInit = {}): Promise<Response> {
    return new Promise((resolve, reject) => {
      const { host, pathname, search } = new URL(url);
      const { port } = new URL(this.sandbox.gatewayUrl ?? '');
      const sent = request({
        agent: this.agent,
        port,
        path: `${pathname}${search}`,
        method: init.method,
        headers: { ...(init.headers as Record<string, string>), host },
      });
      sent.once('error', reject);
      sent.once('response', async answer => {
        let text = '';
        try {
          for await (const part of answer) text += part;
          resolve(new Response(text, { status: answer.statusCode }));
        } catch (error) {
          reject(error);
        }
      });
      sent.end(init.body);
    });
  }

  /** A client of the API. */
  client(): ExampleClient {
    const client: unknown = createTRPCClient({
      links: [
        httpLink({
          url: `http://${this.host}/trpc`,
          fetch: (url, init) => this.ask(String(url), init as RequestInit),
        }),
      ],
    });
    return client as ExampleClient;
  }

  async stop(): Promise<void> {
    this.agent.destroy();
    await this.sandbox.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
