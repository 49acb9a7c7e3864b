import { ValueObject, blocksOf, textOf } from '../values/value';
import { overlaps, parseAddress, parseCidr, parseCidrs } from './cidr';
import { defaultPool } from './kubernetes-computed';
import { Refusal, RequestedChange } from './type-rules';

const badRequest = (code: string, message: string): Refusal => ({
  status: 400,
  code,
  message,
});

/** Azure's refusal of a version that AKS does not have; undefined stands for AKS's own choice. */
export function refuseVersion(
  version: string | undefined,
): Refusal | undefined {
  return version === undefined || /^1\.3[2-6](\.\d+)?$/.test(version)
    ? undefined
    : badRequest(
        'K8sVersionNotSupported',
        `The Kubernetes version ${version} is not supported in this region. Please use [az aks get-versions] command to get the supported version list in this region.`,
      );
}

/** Azure's refusal of a size of machine that does not exist. */
export function refuseSize(size: string | undefined): Refusal | undefined {
  return size === undefined ||
    /^Standard_[A-Z]+\d+(-\d+)?[a-z]*(_[A-Z]\d+)?(_v\d+)?$/.test(size)
    ? undefined
    : badRequest(
        'BadRequest',
        `The VM size of ${size} is not allowed in your subscription in this location.`,
      );
}

const kubeletIdentity = (values: ValueObject) =>
  textOf(blocksOf(values, 'kubelet_identity')[0], 'user_assigned_identity_id');

/** The identity of nodes must be one that the cluster may hand out; one that they have, AKS's own too, they keep. */
function refuseKubeletIdentity({
  prior,
  values,
  world,
}: RequestedChange): Refusal | undefined {
  const [own] = blocksOf(values, 'identity');
  const nodes = kubeletIdentity(values);
  const ids = Array.isArray(own?.identity_ids) ? own.identity_ids : [];
  if (
    !nodes ||
    ids.length === 0 ||
    (prior && nodes === kubeletIdentity(prior))
  ) {
    return undefined;
  }
  const principals = ids.map(
    id => world.resources.get(String(id))?.values.principal_id,
  );
  const allowed = world.resources
    .list('azurerm_role_assignment')
    .some(
      ({ values: role }) =>
        ['Managed Identity Operator', 'Contributor', 'Owner'].includes(
          String(role.role_definition_name),
        ) &&
        principals.includes(role.principal_id) &&
        nodes.toLowerCase().startsWith(String(role.scope).toLowerCase()),
    );
  return allowed
    ? undefined
    : badRequest(
        'CustomKubeletIdentityMissingPermissionError',
        `The cluster using user-assigned managed identity must be granted 'Managed Identity Operator' role to assign kubelet identity. Check access result not allowed for the scope ${nodes}.`,
      );
}

/** Services and pods have ranges of their own, apart from the subnet's. */
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
  return pods && subnets.some(range => overlaps(range, pods))
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

/** What Azure refuses of a cluster, of what the provider lets pass. */
export function refuseByAzure(change: RequestedChange): Refusal | undefined {
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
    refuseVersion(textOf(values, 'kubernetes_version')) ??
    refuseSize(textOf(pool, 'vm_size')) ??
    refuseKubeletIdentity(change) ??
    refuseNetwork(change)
  );
}
