import { spawn } from 'child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { request } from 'https';
import { tmpdir } from 'os';
import { join } from 'path';
import { ensureServerIdentity } from '../../certificate-authority';
import { findProgram } from '../../find-program';
import { listenHttps } from '../../http';
import { ResourceStore, ResourceValues } from '../../resources';
import { ClusterDirectory, createClusters } from '../clusters';
import { Timing } from '../timing';

/** Fast enough for tests, and still in steps. */
export const QUICK: Timing = {
  pull: 20,
  pullFailure: 20,
  start: 10,
  ready: 30,
  stop: 20,
  run: 30,
  backOff: 200,
};

export const CLUSTER_ID =
  '/subscriptions/s/resourceGroups/rg-test/providers/Microsoft.ContainerService/managedClusters/aks-test';

/** A cluster of two nodes as Terraform would have put it into the store. */
export const CLUSTER_VALUES: ResourceValues = {
  name: 'aks-test',
  resource_group_name: 'rg-test',
  location: 'westeurope',
  kubernetes_version: '1.34',
  default_node_pool: [
    { name: 'system', vm_size: 'Standard_D4s_v5', node_count: 2 },
  ],
};

/** An answer of the API. */
export interface Answer<T> {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: T;
}

export interface CallOptions {
  method?: string;
  body?: unknown;
  contentType?: string;
  accept?: string;
  token?: string;
}

/** One cluster behind real TLS, for tests. */
export class SandboxCluster {
  private constructor(
    readonly folder: string,
    readonly url: string,
    readonly caFile: string,
    private readonly authority: string,
    readonly resources: ResourceStore,
    readonly clusters: ClusterDirectory,
    readonly kubeconfigFile: string,
    private readonly close: () => Promise<void>,
  ) {}

  static async start(timing: Partial<Timing> = {}): Promise<SandboxCluster> {
    const folder = mkdtempSync(join(tmpdir(), 'moorline-cluster-'));
    const identity = await ensureServerIdentity({ folder: join(folder, 'ca') });
    const resources = new ResourceStore();
    resources.put({
      type: 'azurerm_kubernetes_cluster',
      id: CLUSTER_ID,
      values: CLUSTER_VALUES,
    });
    let url = '';
    const failures: string[] = [];
    const clusters = createClusters({
      resources,
      baseUrl: () => url,
      caPem: identity.authority,
      dataFolder: join(folder, 'clusters'),
      timing: { ...QUICK, ...timing },
      onError: (what, error) => failures.push(`${what}: ${error}`),
    });
    const server = await listenHttps({
      port: 0,
      key: identity.key,
      certificate: identity.certificate,
      handler: (req, res) =>
        clusters.router(req, res, () => {
          res.statusCode = 404;
          res.end();
        }),
    });
    url = `https://localhost:${server.port}`;
    const kubeconfigFile = join(folder, 'kubeconfig');
    const kubeconfig = clusters.kubeconfig('rg-test', 'aks-test') ?? '';
    writeFileSync(kubeconfigFile, kubeconfig, { mode: 0o600 });
    return new SandboxCluster(
      folder,
      url,
      identity.caFile,
      identity.authority,
      resources,
      clusters,
      kubeconfigFile,
      async () => {
        await clusters.stop();
        await server.stop();
        rmSync(folder, { recursive: true, force: true });
        expect(failures).toEqual([]);
      },
    );
  }

  /** Stops everything; fails when a controller failed meanwhile. */
  stop(): Promise<void> {
    return this.close();
  }

  get token(): string {
    return this.clusters.get('rg-test', 'aks-test')?.token ?? '';
  }

  /** Calls the API. @param path - behind the cluster's prefix */
  call<T = any>(path: string, options: CallOptions = {}): Promise<Answer<T>> {
    const { body, method = body === undefined ? 'GET' : 'POST' } = options;
    const { contentType = 'application/json', accept, token } = options;
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const sent = request(
        `${this.url}/kubernetes/rg-test/aks-test${path}`,
        {
          method,
          ca: this.authority,
          headers: {
            authorization: `Bearer ${token ?? this.token}`,
            'user-agent': 'test/1',
            ...(accept ? { accept } : {}),
            ...(text === undefined ? {} : { 'content-type': contentType }),
          },
        },
        response => {
          const chunks: Buffer[] = [];
          response.on('data', chunk => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const answer = Buffer.concat(chunks).toString();
            const json = /json/.test(response.headers['content-type'] ?? '');
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body:
                json && /^\s*\{/.test(answer) && !/\}\n\{/.test(answer)
                  ? JSON.parse(answer)
                  : (answer as T),
            });
          });
        },
      );
      sent.on('error', reject);
      sent.end(text);
    });
  }

  /** Runs a program with the cluster's kubeconfig. */
  run(
    program: string,
    args: string[],
    input = '',
  ): Promise<{ code: number; out: string; err: string }> {
    return new Promise((resolve, reject) => {
      const child = spawn(program, args, {
        env: {
          ...process.env,
          KUBECONFIG: this.kubeconfigFile,
          HOME: this.folder,
          HELM_CACHE_HOME: join(this.folder, 'helm-cache'),
          NODE_EXTRA_CA_CERTS: this.caFile,
        },
      });
      let out = '';
      let err = '';
      child.stdout.on('data', data => (out += data));
      child.stderr.on('data', data => (err += data));
      child.on('error', reject);
      child.on('close', code => resolve({ code: code ?? -1, out, err }));
      child.stdin.end(input);
    });
  }
}

/**
 * A program that the tests need: named by a variable, or on PATH.
 * @throws Error that says how to get it
 */
export function needProgram(variable: string, name: string): string {
  const found = process.env[variable] || findProgram(name);
  if (found) return found;
  throw new Error(
    `these tests need ${name}: put it on PATH or name it in ${variable} (npm test at the root fetches it)`,
  );
}

/** Waits until something holds. @throws Error with the last value seen, after 15 s */
export async function until<T>(
  look: () => Promise<T> | T,
  holds: (value: T) => boolean,
): Promise<T> {
  const end = Date.now() + 15_000;
  for (;;) {
    const value = await look();
    if (holds(value)) return value;
    if (Date.now() > end) {
      throw new Error(`it never came: ${JSON.stringify(value, undefined, 1)}`);
    }
    await new Promise(resolve => {
      setTimeout(resolve, 20);
    });
  }
}
