import { isZero, same } from '../values/equal';
import { blocksOf, textOf, ValueObject } from '../values/value';
import { defaultPool } from './kubernetes-computed';
import { Refusal, RequestedChange } from './type-rules';

/** The counts of a pool, as the provider checks them before it asks Azure. */
export function refuseCounts(pool: ValueObject): string | undefined {
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
    ROTATED.some(
      name =>
        !same(before[name], after[name], true) &&
        // A plan writes 0, false or empty where the state has nothing.
        !(isZero(before[name]) && isZero(after[name])),
    );
  return rotated && !after.temporary_name_for_rotation
    ? {
        message: `\`temporary_name_for_rotation\` must be specified when updating any of the following properties [${ROTATED.map(
          name => `"default_node_pool.0.${name}"`,
        ).join(' ')}]`,
      }
    : undefined;
}

/** What the provider refuses of a cluster, before it asks Azure. */
export function refuseByProvider(change: RequestedChange): Refusal | undefined {
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
