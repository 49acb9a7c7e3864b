import { same } from '../values/equal';
import { blocksOf, textOf, UNKNOWN, ValueObject } from '../values/value';
import { checkTexts, matches } from './checks';
import { uuidOf } from './deterministic';
import { refuseByAzure, refuseSize, refuseVersion } from './kubernetes-azure';
import {
  CLUSTER_COMPUTED,
  defaultPool,
  fullVersion,
  POOL_COMPUTED,
} from './kubernetes-computed';
import { refuseByProvider, refuseCounts } from './kubernetes-provider';
import { PlannedChange, TypeRules } from './type-rules';

const poolName = matches(
  /^[a-z][a-z0-9]{0,11}$/,
  'must start with a lowercase letter, have max length of 12, and only have characters a-z0-9',
);

const dnsPrefix = matches(
  /^[a-zA-Z0-9][-a-zA-Z0-9]{0,52}[a-zA-Z0-9]$|^[a-zA-Z0-9]$/,
  'must contain between 1 and 54 characters, start and end with a letter or number, and contain only letters, numbers and hyphens',
);

function planCluster({ prior, planned, config, replace }: PlannedChange) {
  const [network] = blocksOf(planned, 'network_profile');
  const advanced = blocksOf(network ?? {}, 'advanced_networking')[0];
  const bootstrap = blocksOf(planned, 'bootstrap_profile')[0];
  if (prior && !same(prior.oidc_issuer_enabled, planned.oidc_issuer_enabled)) {
    planned.oidc_issuer_url = UNKNOWN;
    if (prior.oidc_issuer_enabled === true) {
      replace(['oidc_issuer_enabled']);
    }
  }
  const before = prior && blocksOf(prior, 'network_profile')[0];
  const asked = blocksOf(config, 'network_profile')[0];
  if (
    before?.pod_cidr &&
    asked?.pod_cidr &&
    !same(before.pod_cidr, asked.pod_cidr)
  ) {
    replace(['network_profile', 0, 'pod_cidr']);
  }
  const problems: string[] = [];
  if (
    advanced?.security_enabled === true &&
    network?.network_data_plane !== 'cilium'
  ) {
    problems.push(
      'when `security_enabled` is set to `true`, `network_data_plane` must be set to `cilium`',
    );
  }
  if (
    network?.outbound_type === 'none' &&
    bootstrap?.artifact_source !== 'Cache'
  ) {
    problems.push(
      'when `network_profile.0.outbound_type` is set to `none`, `bootstrap_profile.0.artifact_source` must be set to `Cache`',
    );
  }
  return problems.map(summary => ({ summary }));
}

const CLUSTERS = '{group}/providers/Microsoft.ContainerService/managedClusters';

/** AKS clusters, their pools and extensions. */
export const kubernetesRules: Record<string, TypeRules> = {
  azurerm_kubernetes_cluster: {
    title: 'Kubernetes Cluster',
    id: `${CLUSTERS}/{name}`,
    computed: CLUSTER_COMPUTED,
    validate: config =>
      checkTexts(config, {
        'default_node_pool.name': poolName,
        'default_node_pool.temporary_name_for_rotation': poolName,
        dns_prefix: dnsPrefix,
      }),
    plan: planCluster,
    refuse: change => refuseByProvider(change) ?? refuseByAzure(change),
    observe: values => ({
      ...values,
      current_kubernetes_version: fullVersion(
        textOf(values, 'kubernetes_version') ?? '',
      ),
    }),
  },
  azurerm_kubernetes_cluster_node_pool: {
    title: 'Agent Pool',
    id: '{kubernetes_cluster_id}/agentPools/{name}',
    computed: POOL_COMPUTED,
    validate: config =>
      checkTexts(config, {
        name: poolName,
        temporary_name_for_rotation: poolName,
      }),
    refuse({ values, world }) {
      const counts = refuseCounts(values);
      if (counts) {
        return { message: counts };
      }
      const cluster = world.resources.get(
        textOf(values, 'kubernetes_cluster_id') ?? '',
      );
      const taken = defaultPool((cluster?.values ?? {}) as ValueObject);
      return taken?.name === values.name
        ? {
            message: `A resource with the ID "${textOf(
              values,
              'id',
            )}" already exists - to be managed via Terraform this resource needs to be imported into the State. Please see the resource documentation for "azurerm_kubernetes_cluster_node_pool" for more information.`,
          }
        : refuseVersion(textOf(values, 'orchestrator_version')) ??
            refuseSize(textOf(values, 'vm_size'));
    },
  },
  azurerm_kubernetes_cluster_extension: {
    title: 'Scoped Extension',
    id: '{cluster_id}/providers/Microsoft.KubernetesConfiguration/extensions/{name}',
    computed: {
      aks_assigned_identity: (values, world) => [
        {
          principal_id: uuidOf(`${textOf(values, 'id')} identity`),
          tenant_id: world.tenantId,
          type: 'SystemAssigned',
        },
      ],
      current_version: values => textOf(values, 'version') ?? '1.0.0',
      release_namespace: values =>
        values.target_namespace ? '' : String(values.name),
      release_train: 'stable',
      target_namespace: '',
    },
  },
  azurerm_kubernetes_cluster_deployment_safeguard: {
    title: 'Deployment Safeguard',
    id: '{kubernetes_cluster_id}',
  },
};
