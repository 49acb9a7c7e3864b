import { createHash, randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Resource, ResourceChange, ResourceStore } from '../resources';
import { statusObject } from './api/errors';
import { send } from './api/respond';
import { CLUSTER_TYPE, describeCluster, POOL_TYPE } from './azure';
import { Cluster, ClusterKubelet } from './cluster';
import { Pull } from './images';
import { kubeconfigOf } from './kubeconfig';
import { valueAt } from './objects/json';
import { DEFAULT_TIMING, Timing } from './timing';

/** Options of {@link createClusters}. */
export interface ClustersOptions {
  resources: ResourceStore;
  /** The sandbox's own URL, `https://localhost:7443`; a function where it is known only once the server listens. */
  baseUrl: string | (() => string);
  /** The local CA: its PEM, or the file that holds it. */
  caPem?: string;
  caFile?: string;
  /** Folder that keeps the clusters' objects and tokens; left out: in memory only. */
  dataFolder?: string;
  timing?: Partial<Timing>;
  /** A kubeconfig file that stands in for every cluster; by default the variable MOORLINE_KUBECONFIG. */
  kubeconfigFile?: string;
  /**
   * Looks for an image in the sandbox's registries.
   * @param puller - object id of the identity that a cluster's nodes pull with, where it has one
   */
  findImage?: (name: string, puller?: string) => Pull | undefined;
  /** Makes the kubelet of a cluster; left out: pods do not run, and what they would do is guessed. */
  kubelet?: (options: ClusterKubeletOptions) => ClusterKubelet;
  /** Said to every pod where there is no kubelet. */
  whyNoPods?: string;
  /** Hears of controllers' failures. */
  onError?: (what: string, error: unknown) => void;
}

/** What a cluster's kubelet is told. */
export interface ClusterKubeletOptions {
  /** How it reaches the API. */
  access: () => { server: string; token: string; ca?: string };
  cluster: Resource;
  /** Object id of the identity that the nodes pull with, where they have one. */
  puller: () => string | undefined;
}

type Handler = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/** The clusters of the sandbox, found by resource group and name (without regard to case, as in Azure). */
export interface ClusterDirectory {
  /** Handles `/kubernetes/<resourceGroup>/<cluster>/…` and passes everything else on. */
  router: Handler;
  /** A kubeconfig (YAML) for a cluster; undefined when there is no such cluster. */
  kubeconfig(resourceGroup: string, name: string): string | undefined;
  get(resourceGroup: string, name: string): Cluster | undefined;
  /** Stops all clusters; what they hold is on disk. */
  stop(): Promise<void>;
}

const PREFIX = /^\/kubernetes\/([^/?]+)\/([^/?]+)(\/[^?]*)?(\?.*)?$/;

const keyOf = (resourceGroup: string, name: string) =>
  `${resourceGroup}/${name}`.toLowerCase();

class Directory implements ClusterDirectory {
  private readonly clusters = new Map<string, Cluster>();
  /** Clusters that are gone and still end their pods. */
  private readonly closing = new Set<Promise<void>>();
  /** Handed out in place of a cluster's own. */
  private readonly standIn?: string;
  private readonly onChange = (change: ResourceChange) => this.follow(change);

  constructor(private readonly options: ClustersOptions) {
    const file = options.kubeconfigFile ?? process.env.MOORLINE_KUBECONFIG;
    if (file) {
      this.standIn = readStandIn(file);
      return;
    }
    options.resources.list(CLUSTER_TYPE).forEach(cluster => this.open(cluster));
    options.resources.on('change', this.onChange);
  }

  readonly router: Handler = (request, response, next) => {
    // Express cuts off what it was mounted at; the whole URL is what clients asked for.
    const url =
      (request as { originalUrl?: string }).originalUrl ?? request.url ?? '';
    const match = PREFIX.exec(url);
    if (!match) {
      next();
      return;
    }
    const [, resourceGroup, name, path = '/', query = ''] = match;
    const cluster = this.get(
      decodeURIComponent(resourceGroup),
      decodeURIComponent(name),
    );
    if (!cluster) {
      const message = `there is no cluster "${name}" in resource group "${resourceGroup}"`;
      send(response, 404, statusObject(404, { reason: 'NotFound', message }));
      return;
    }
    cluster.handle(request, response, `${path}${query}`).catch(next);
  };

  kubeconfig(resourceGroup: string, name: string): string | undefined {
    if (this.standIn !== undefined) {
      return this.exists(resourceGroup, name) ? this.standIn : undefined;
    }
    const cluster = this.get(resourceGroup, name);
    if (!cluster) return undefined;
    return kubeconfigOf({
      name,
      resourceGroup,
      server: this.serverOf(resourceGroup, name),
      token: cluster.token,
      ca: this.ca(),
    });
  }

  private serverOf(resourceGroup: string, name: string): string {
    const { baseUrl } = this.options;
    const base = typeof baseUrl === 'function' ? baseUrl() : baseUrl;
    const path = [resourceGroup, name].map(encodeURIComponent).join('/');
    return `${base.replace(/\/+$/, '')}/kubernetes/${path}`;
  }

  get(resourceGroup: string, name: string): Cluster | undefined {
    return this.clusters.get(keyOf(resourceGroup, name));
  }

  async stop() {
    this.options.resources.off('change', this.onChange);
    const clusters = [...this.clusters.values()];
    this.clusters.clear();
    await Promise.all([...clusters.map(each => each.stop()), ...this.closing]);
  }

  private exists(resourceGroup: string, name: string): boolean {
    return this.options.resources
      .list(CLUSTER_TYPE)
      .some(
        ({ values }) =>
          keyOf(String(values.resource_group_name), String(values.name)) ===
          keyOf(resourceGroup, name),
      );
  }

  private ca(): string | undefined {
    const { caPem, caFile } = this.options;
    return caPem ?? (caFile ? readFileSync(caFile, 'utf8') : undefined);
  }

  private follow({ kind, resource }: ResourceChange) {
    if (resource.type === CLUSTER_TYPE) {
      if (kind === 'deleted') this.close(resource);
      else this.open(resource);
    } else if (resource.type === POOL_TYPE) {
      const { resources } = this.options;
      const owner = String(resource.values.kubernetes_cluster_id);
      const cluster = resources.get(owner, CLUSTER_TYPE);
      if (cluster) this.open(cluster);
    }
  }

  private folder(id: string): string | undefined {
    const { dataFolder } = this.options;
    const name = createHash('sha256').update(id.toLowerCase()).digest('hex');
    return dataFolder && join(dataFolder, name.slice(0, 32));
  }

  private open(resource: Resource) {
    const description = describeCluster(resource, this.options.resources);
    const key = keyOf(description.resourceGroup, description.name);
    const open = this.clusters.get(key);
    if (open) {
      open.describe(description);
      return;
    }
    const folder = this.folder(resource.id);
    const token = tokenIn(folder, resource.uid);
    const { resourceGroup, name } = description;
    const cluster = new Cluster({
      description,
      file: folder && join(folder, 'objects.jsonl'),
      token,
      kubelet: this.options.kubelet?.({
        access: () => ({
          server: this.serverOf(resourceGroup, name),
          token,
          ca: this.ca(),
        }),
        cluster: resource,
        puller: () => this.pullerOf(resource.id),
      }),
      whyNoPods: this.options.whyNoPods,
      ca: this.ca() ?? '',
      timing: { ...DEFAULT_TIMING, ...this.options.timing },
      findImage: image => this.findImage(resource.id, image),
      onError: this.options.onError ?? (() => {}),
    });
    this.clusters.set(key, cluster);
  }

  private findImage(clusterId: string, image: string): Pull | undefined {
    return this.options.findImage?.(image, this.pullerOf(clusterId));
  }

  private pullerOf(clusterId: string): string | undefined {
    const cluster = this.options.resources.get(clusterId, CLUSTER_TYPE);
    const puller = valueAt(cluster?.values, 'kubelet_identity.0.object_id');
    return typeof puller === 'string' && puller ? puller : undefined;
  }

  private close({ id, values }: Resource) {
    const key = keyOf(String(values.resource_group_name), String(values.name));
    const cluster = this.clusters.get(key);
    this.clusters.delete(key);
    const closed = (cluster?.stop(true) ?? Promise.resolve()).then(() => {
      this.closing.delete(closed);
    });
    this.closing.add(closed);
    const folder = this.folder(id);
    if (folder) rmSync(folder, { recursive: true, force: true });
  }
}

function readStandIn(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(
      `MOORLINE_KUBECONFIG names ${file}, which cannot be read (${
        (error as Error).message
      }): name a kubeconfig file, or unset the variable to use the sandbox's own clusters`,
    );
  }
}

/**
 * The cluster's token, the same after a restart. A cluster that was deleted and made again while the sandbox was down
 * begins anew: nothing of its forerunner is kept.
 */
function tokenIn(folder: string | undefined, uid = ''): string {
  const fresh = () => randomBytes(32).toString('hex');
  if (!folder) return fresh();
  const file = join(folder, 'cluster.json');
  if (existsSync(file)) {
    const kept = JSON.parse(readFileSync(file, 'utf8')) as {
      token: string;
      uid: string;
    };
    if (kept.uid === uid) return kept.token;
    rmSync(folder, { recursive: true, force: true });
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const token = fresh();
  writeFileSync(file, JSON.stringify({ token, uid }), { mode: 0o600 });
  return token;
}

/**
 * Serves a Kubernetes API for every AKS cluster in the resource store: a cluster comes, changes its nodes and goes with
 * its resource. With MOORLINE_KUBECONFIG a real cluster stands in for all, and nothing is served.
 * @throws Error when the file that MOORLINE_KUBECONFIG names cannot be read
 */
export function createClusters(options: ClustersOptions): ClusterDirectory {
  return new Directory(options);
}
