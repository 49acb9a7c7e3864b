import type {
  ContainerServiceClient,
  ManagedCluster,
} from '@azure/arm-containerservice';
import type { LoggerService } from '@backstage/backend-plugin-api';
import type {
  ClusterDetails,
  KubernetesClustersSupplier,
} from '@backstage/plugin-kubernetes-node';
import { connectionFromKubeconfig } from './kubeconfig';
import type { ClusterConnection } from './kubeconfig';
import { LogOnce } from './logOnce';

/** A list older than this is read anew when somebody looks. */
const FRESH_MS = 10_000;
/** Credentials are read anew after this time, as Azure may have changed them. */
const CREDENTIALS_MS = 15 * 60_000;
/** Whoever looks first waits for the list, but no longer than this. */
const PATIENCE_MS = 5_000;
/** One look at Azure takes no longer than this. */
const TIMEOUT_MS = 20_000;

interface KnownCluster {
  details: ClusterDetails;
  /** Changes when the cluster behind the name is another one. */
  fingerprint: string;
  readAt: number;
}

/** What a {@link AksClusterSupplier} needs. */
export interface AksClusterSupplierOptions {
  client: ContainerServiceClient;
  logger: LoggerService;
  /** Adds links to the Azure portal. */
  portalSubscriptionId?: string;
  /** The clock, in ms since the epoch. */
  now?: () => number;
}

/**
 * The AKS clusters of a subscription.
 *
 * Looking at clusters never waits for Azure once something is known: the known list is given and a new one fetched
 * beside. When Azure cannot be asked, or one cluster's credentials cannot be had, what was known stays; the reason is
 * logged once, and again only after it changed or passed.
 */
export class AksClusterSupplier implements KubernetesClustersSupplier {
  private readonly known = new Map<string, KnownCluster>();
  private readonly problems: LogOnce;
  private readonly now: () => number;
  private refreshing: Promise<void> | undefined;
  private refreshedAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: AksClusterSupplierOptions) {
    this.problems = new LogOnce(options.logger);
    this.now = options.now ?? Date.now;
  }

  /** The clusters known now. Fetches them first when there are none yet. */
  async getClusters(): Promise<ClusterDetails[]> {
    if (this.now() - this.refreshedAt > FRESH_MS) {
      const refreshing = this.refresh();
      if (this.known.size === 0) {
        await atMost(PATIENCE_MS, refreshing);
      }
    }
    return [...this.known.values()].map(({ details }) => details);
  }

  /** Asks Azure now. Callers at the same time share one look; it never throws. */
  async refresh(): Promise<void> {
    this.refreshing ??= this.read().finally(() => {
      this.refreshing = undefined;
    });
    return this.refreshing;
  }

  private async read(): Promise<void> {
    const abortSignal = AbortSignal.timeout(TIMEOUT_MS);
    try {
      const found: ManagedCluster[] = [];
      const pages = this.options.client.managedClusters.list({ abortSignal });
      for await (const cluster of pages) {
        found.push(cluster);
      }
      found.sort((a, b) => idOf(a).localeCompare(idOf(b)));
      this.forgetAllBut(new Set(found.map(idOf)));
      await Promise.all(found.map(item => this.learn(item, abortSignal)));
      this.nameApart();
      this.problems.passed('list');
    } catch (error) {
      this.problems.report(
        'list',
        `Azure Resource Manager did not list the AKS clusters; the ${this.known.size} known ones are kept.`,
        error,
      );
    }
    this.refreshedAt = this.now();
  }

  private forgetAllBut(ids: Set<string>) {
    for (const id of this.known.keys()) {
      if (!ids.has(id)) {
        this.known.delete(id);
        this.problems.passed(id);
      }
    }
  }

  private async learn(cluster: ManagedCluster, abortSignal: AbortSignal) {
    const id = idOf(cluster);
    const fingerprint = fingerprintOf(cluster);
    const known = this.known.get(id);
    const isCurrent =
      known?.fingerprint === fingerprint &&
      this.now() - known.readAt < CREDENTIALS_MS;
    // While it is being made a cluster has no address, and Azure refuses its credentials.
    if (isCurrent || cluster.provisioningState === 'Creating') {
      return;
    }
    const name = cluster.name ?? id;
    try {
      const { kubeconfigs } =
        await this.options.client.managedClusters.listClusterUserCredentials(
          resourceGroupOf(cluster.id ?? id),
          name,
          { format: 'exec', abortSignal },
        );
      const value = kubeconfigs?.[0]?.value;
      if (!value) {
        throw new Error('Azure gave no kubeconfig for it');
      }
      const connection = connectionFromKubeconfig(
        Buffer.from(value).toString('utf8'),
      );
      this.known.set(id, {
        details: this.detailsOf(cluster, connection),
        fingerprint,
        readAt: this.now(),
      });
      this.problems.passed(id);
    } catch (error) {
      this.problems.report(
        id,
        `The AKS cluster ${name} cannot be shown${
          known ? ' anew; what was known of it is kept' : ''
        }.`,
        error,
      );
    }
  }

  private detailsOf(
    cluster: ManagedCluster,
    connection: ClusterConnection,
  ): ClusterDetails {
    const name = cluster.name ?? idOf(cluster);
    const { portalSubscriptionId } = this.options;
    return {
      name,
      ...connection,
      ...(portalSubscriptionId
        ? {
            dashboardApp: 'aks',
            dashboardParameters: {
              subscriptionId: portalSubscriptionId,
              resourceGroup: resourceGroupOf(cluster.id ?? ''),
              clusterName: name,
            },
          }
        : {}),
    };
  }

  /** Names tell clusters apart in the plugin; in Azure they do so only within a resource group. */
  private nameApart() {
    const taken = new Set<string>();
    for (const [id, cluster] of [...this.known].sort()) {
      const { details } = cluster;
      if (taken.has(details.name)) {
        const name = `${details.name}.${resourceGroupOf(id)}`;
        cluster.details = { ...details, name };
      }
      taken.add(cluster.details.name);
    }
  }
}

/** Azure compares resource ids without case. */
function idOf(cluster: ManagedCluster): string {
  return (cluster.id ?? '').toLowerCase();
}

function resourceGroupOf(id: string): string {
  return /\/resourcegroups\/([^/]+)/i.exec(id)?.[1] ?? '';
}

function fingerprintOf(cluster: ManagedCluster): string {
  return [
    cluster.resourceUID,
    cluster.fqdn ?? cluster.privateFqdn,
    cluster.provisioningState,
  ].join('|');
}

async function atMost(ms: number, promise: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>(resolve => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([promise, patience]);
  clearTimeout(timer);
}
