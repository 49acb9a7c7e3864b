import { same } from '../values/equal';
import { blocksOf, textOf, UNKNOWN, ValueObject } from '../values/value';
import { checkTexts, matches } from './checks';
import {
  contains,
  overlaps,
  parseAddress,
  parseCidr,
  parseCidrs,
} from './cidr';
import {
  CLUSTER_COMPUTED,
  defaultPool,
  fullVersion,
  POOL_COMPUTED,
} from './kubernetes-computed';
import {
  PlannedChange,
  Refusal,
  RequestedChange,
  TypeRules,
} from './type-rules';

const poolName = matches(
  /^[a-z][a-z0-9]{0,11}$/,
  'must start with a lowercase letter, have max length of 12, and only have characters a-z0-9',
);

const dnsPrefix = matches(
  /^[a-zA-Z0-9][-a-zA-Z0-9]{0,52}[a-zA-Z0-9]$|^[a-zA-Z0-9]$/,
  'must contain between 1 and 54 characters, start and end with a letter or number, and contain only letters, numbers and hyphens',
);

const badRequest = (code: string, message: string): Refusal => ({
  status: 400,
  code,
  message,
});

/** The counts of a pool, as the provider checks them before it asks Azure. */
function refuseCounts(pool: ValueObject): string | undefined {
  const least = Number(pool.min_count ?? 0);
  const most = Number(pool.max_count ?? 0);
  const count = Number(pool.node_count ?? least);
  if (pool.auto_scaling_enabled !== true) {
    return least > 0 || most > 0
      ? '`max_count` and `min_count` must be set to `null` when `auto_scaling_enabled` is set to `false`'
      : undefined;
  }
  if (most === 0) {
    return '`max_count` must be configured when `auto_scaling_enabled` is set to `true`';
  }
  if (least === 0 && pool.min_count === null) {
    return '`min_count` must be configured when `auto_scaling_enabled` is set to `true`';
  }
  if (least > most) {
    return '`max_count` must be >= `min_count`';
  }
  return count > most
    ? `\`node_count\`(${count}) must be equal to or less than \`max_count\`(${most}) when \`auto_scaling_enabled\` is set to \`true\``
    : undefined;
}

function refuseVersion(version: string | undefined): Refusal | undefined {
  return version === undefined || /^1\.3[2-6](\.\d+)?$/.test(version)
    ? undefined
    : badRequest(
        'K8sVersionNotSupported',
        `The Kubernetes version ${version} is not supported in this region. Please use [az aks get-versions] command to get the supported version list in this region.`,
      );
}

/** What a change of the default pool needs a second pool for, meanwhile. */
const ROTATED = [
  'fips_enabled',
  'host_encryption_enabled',
  'kubelet_config',
  'kubelet_disk_type',
  'linux_os_config',
  'max_pods',
  'name',
  'node_public_ip_enabled',
  'os_disk_size_gb',
  'os_disk_type',
  'pod_subnet_id',
  'snapshot_id',
  'ultra_ssd_enabled',
  'vm_size',
  'vnet_subnet_id',
  'zones',
];

function refuseRotation({
  prior,
  values,
}: RequestedChange): Refusal | undefined {
  const before = prior && defaultPool(prior);
  const after = defaultPool(values);
  const rotated =
    before &&
    after &&
    ROTATED.some(name => !same(before[name], after[name], true));
  return rotated && !after.temporary_name_for_rotation
    ? {
        message: `\`temporary_name_for_rotation\` must be specified when updating any of the following properties [${ROTATED.map(
          name => `"default_node_pool.0.${name}"`,
        ).join(' ')}]`,
      }
    : undefined;
}

/** What the provider itself refuses, before it asks Azure. */
function refuseByProvider(change: RequestedChange): Refusal | undefined {
  const { values } = change;
  const [network] = blocksOf(values, 'network_profile');
  const [identity] = blocksOf(values, 'identity');
  const pool = defaultPool(values);
  const counts = pool && refuseCounts(pool);
  if (counts) {
    return { message: `expanding \`default_node_pool\`: ${counts}` };
  }
  if (values.cost_analysis_enabled === true && values.sku_tier === 'Free') {
    return {
      message:
        '`sku_tier` must be either `Standard` or `Premium` when cost analysis is enabled',
    };
  }
  if (
    values.workload_identity_enabled === true &&
    values.oidc_issuer_enabled === false
  ) {
    return {
      message:
        '`oidc_issuer_enabled` must be set to `true` to enable Azure AD Workload Identity',
    };
  }
  if (
    values.automatic_upgrade_channel === 'node-image' &&
    values.node_os_upgrade_channel !== 'NodeImage'
  ) {
    return {
      message:
        '`node_os_upgrade_channel` cannot be set to a value other than `NodeImage` if `automatic_upgrade_channel` is set to `node-image`',
    };
  }
  if (network?.dns_service_ip && !network.service_cidr) {
    return {
      message:
        '`service_cidr` and `dns_service_ip` should all be empty or both should be set',
    };
  }
  if (
    textOf(values, 'private_dns_zone_id')?.startsWith('/') &&
    identity?.type === 'SystemAssigned'
  ) {
    return {
      message:
        'a user assigned identity or a service principal must be used when using a custom private dns zone',
    };
  }
  return refuseRotation(change);
}

function refuseNetwork({
  values,
  world,
}: RequestedChange): Refusal | undefined {
  const [network] = blocksOf(values, 'network_profile');
  const pool = defaultPool(values);
  const services = parseCidr(network?.service_cidr ?? '10.0.0.0/16');
  const dns = parseAddress(textOf(network, 'dns_service_ip') ?? '10.0.0.10');
  if (
    services &&
    dns !== undefined &&
    !(dns > services.first + 1 && dns < services.last)
  ) {
    return badRequest(
      'DNSServiceIPOutOfServiceCIDRRange',
      `DNS service IP ${network?.dns_service_ip} is not within the service CIDR ${network?.service_cidr}, or is its first address.`,
    );
  }
  const subnet = world.resources.get(textOf(pool, 'vnet_subnet_id') ?? '');
  const subnets = parseCidrs(subnet?.values.address_prefixes);
  if (services && subnets.some(range => overlaps(range, services))) {
    return badRequest(
      'ServiceCidrOverlapExistingSubnetsCidr',
      `The specified service CIDR ${
        network?.service_cidr ?? '10.0.0.0/16'
      } is conflicted with an existing subnet CIDR ${
        subnet?.values.address_prefixes
      }`,
    );
  }
  const pods =
    network?.network_plugin_mode === 'overlay'
      ? parseCidr(network.pod_cidr ?? '10.244.0.0/16')
      : undefined;
  return pods &&
    subnets.some(range => overlaps(range, pods) || contains(pods, range))
    ? badRequest(
        'PodCidrOverlapExistingSubnetsCidr',
        `The specified pod CIDR ${
          network?.pod_cidr ?? '10.244.0.0/16'
        } is conflicted with an existing subnet CIDR ${
          subnet?.values.address_prefixes
        }`,
      )
    : undefined;
}

/** What Azure refuses of what the provider lets pass. */
function refuseByAzure(change: RequestedChange): Refusal | undefined {
  const { values } = change;
  const [network] = blocksOf(values, 'network_profile');
  const [provisioning] = blocksOf(values, 'node_provisioning_profile');
  const pool = defaultPool(values);
  if (
    network?.network_policy === 'cilium' &&
    network.network_data_plane !== 'cilium'
  ) {
    return badRequest(
      'InvalidParameter',
      'Network policy cilium requires network dataplane cilium.',
    );
  }
  if (
    network?.network_data_plane === 'cilium' &&
    network.network_plugin_mode !== 'overlay' &&
    !pool?.pod_subnet_id
  ) {
    return badRequest(
      'InvalidParameter',
      'Network dataplane cilium requires network plugin mode overlay or a pod subnet.',
    );
  }
  if (provisioning?.mode === 'Auto' && pool?.auto_scaling_enabled === true) {
    return badRequest(
      'InvalidParameter',
      'Node auto provisioning cannot be enabled while the cluster autoscaler is enabled on an agent pool.',
    );
  }
  if (
    values.local_account_disabled === true &&
    blocksOf(values, 'azure_active_directory_role_based_access_control')
      .length === 0
  ) {
    return badRequest(
      'BadRequest',
      'Disabling local accounts requires Microsoft Entra integration to be enabled.',
    );
  }
  const weekly = [
    ...blocksOf(values, 'maintenance_window_auto_upgrade'),
    ...blocksOf(values, 'maintenance_window_node_os'),
  ].find(window => window.frequency === 'Weekly' && !window.day_of_week);
  if (weekly) {
    return badRequest(
      'InvalidParameter',
      'A weekly maintenance schedule requires dayOfWeek.',
    );
  }
  return (
    refuseVersion(textOf(values, 'kubernetes_version')) ?? refuseNetwork(change)
  );
}

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
        : refuseVersion(textOf(values, 'orchestrator_version'));
    },
  },
  azurerm_kubernetes_cluster_extension: {
    title: 'Scoped Extension',
    id: '{cluster_id}/providers/Microsoft.KubernetesConfiguration/extensions/{name}',
    computed: {
      aks_assigned_identity: [],
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
