import { Resource, ResourceValue, ResourceValues } from '../resources';

/** A pool of nodes as Resource Manager shows it. */
export interface AgentPool {
  id: string;
  name: string;
  type: string;
  properties: Record<string, unknown>;
}

const isBlock = (value: ResourceValue | undefined): value is ResourceValues =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The first block of this name; empty where there is none. */
const block = (values: ResourceValues, name: string): ResourceValues => {
  const blocks = values[name];
  const first = Array.isArray(blocks) ? blocks[0] : undefined;
  return isBlock(first) ? first : {};
};

const has = (values: ResourceValues, name: string) => {
  const blocks = values[name];
  return Array.isArray(blocks) && blocks.length > 0;
};

/** Azure leaves out what is not set. */
const given = (value: ResourceValue | undefined) =>
  value === null || value === '' ? undefined : value;

function poolProperties(
  pool: ResourceValues,
  mode: string,
  version: ResourceValue | undefined,
): Record<string, unknown> {
  return {
    count: pool.node_count,
    vmSize: pool.vm_size,
    osDiskSizeGB: pool.os_disk_size_gb,
    osDiskType: pool.os_disk_type,
    kubeletDiskType: pool.kubelet_disk_type,
    vnetSubnetID: given(pool.vnet_subnet_id),
    podSubnetID: given(pool.pod_subnet_id),
    maxPods: pool.max_pods,
    type: 'VirtualMachineScaleSets',
    availabilityZones: given(pool.zones),
    enableAutoScaling: pool.auto_scaling_enabled === true,
    minCount: given(pool.min_count),
    maxCount: given(pool.max_count),
    scaleDownMode: pool.scale_down_mode,
    provisioningState: 'Succeeded',
    powerState: { code: 'Running' },
    orchestratorVersion: given(pool.orchestrator_version) ?? version,
    currentOrchestratorVersion: version,
    nodeLabels: given(pool.node_labels),
    nodeTaints: given(pool.node_taints),
    tags: given(pool.tags),
    mode,
    osType: given(pool.os_type) ?? 'Linux',
    osSKU: pool.os_sku,
    nodeImageVersion: given(pool.node_image_version),
    upgradeSettings: {
      maxSurge: given(block(pool, 'upgrade_settings').max_surge),
    },
  };
}

/**
 * The pools of a cluster: the one that it came with, and those added to it.
 *
 * @param pools - the added ones, `azurerm_kubernetes_cluster_node_pool`.
 */
export function toAgentPools(
  cluster: Resource,
  pools: Resource[],
): AgentPool[] {
  const version = cluster.values.current_kubernetes_version;
  const first = block(cluster.values, 'default_node_pool');
  const shown = [
    { pool: first, mode: 'System' },
    ...pools.map(({ values }) => ({
      pool: values,
      mode: String(values.mode ?? 'User'),
    })),
  ];
  return shown.map(({ pool, mode }) => ({
    id: `${cluster.id}/agentPools/${pool.name}`,
    name: String(pool.name),
    type: 'Microsoft.ContainerService/managedClusters/agentPools',
    properties: poolProperties(pool, mode, version),
  }));
}

/** A cluster as Resource Manager shows it; never its credentials. */
export function toManagedCluster(
  cluster: Resource,
  pools: Resource[],
): Record<string, unknown> {
  const { id, values } = cluster;
  const network = block(values, 'network_profile');
  const identity = block(values, 'identity');
  const entra = block(
    values,
    'azure_active_directory_role_based_access_control',
  );
  const kubelet = block(values, 'kubelet_identity');
  return {
    id,
    name: values.name,
    type: 'Microsoft.ContainerService/ManagedClusters',
    location: values.location,
    tags: given(values.tags) ?? {},
    sku: { name: 'Base', tier: values.sku_tier },
    identity: {
      type: identity.type,
      principalId: given(identity.principal_id),
      tenantId: given(identity.tenant_id),
      userAssignedIdentities: Array.isArray(identity.identity_ids)
        ? Object.fromEntries(
            identity.identity_ids.map(identityId => [String(identityId), {}]),
          )
        : undefined,
    },
    properties: {
      provisioningState: 'Succeeded',
      powerState: { code: 'Running' },
      resourceUID: cluster.uid,
      kubernetesVersion: values.kubernetes_version,
      currentKubernetesVersion: values.current_kubernetes_version,
      dnsPrefix: given(values.dns_prefix),
      fqdn: given(values.fqdn),
      privateFQDN: given(values.private_fqdn),
      azurePortalFQDN: given(values.portal_fqdn),
      agentPoolProfiles: toAgentPools(cluster, pools).map(
        ({ name, properties }) => ({ name, ...properties }),
      ),
      nodeResourceGroup: values.node_resource_group,
      enableRBAC: values.role_based_access_control_enabled,
      supportPlan: values.support_plan,
      disableLocalAccounts: values.local_account_disabled === true,
      aadProfile: has(
        values,
        'azure_active_directory_role_based_access_control',
      )
        ? {
            managed: true,
            enableAzureRBAC: entra.azure_rbac_enabled === true,
            adminGroupObjectIDs: given(entra.admin_group_object_ids),
            tenantID: entra.tenant_id,
          }
        : undefined,
      networkProfile: {
        networkPlugin: network.network_plugin,
        networkPluginMode: given(network.network_plugin_mode),
        networkPolicy: given(network.network_policy),
        networkDataplane: network.network_data_plane,
        loadBalancerSku: network.load_balancer_sku,
        outboundType: network.outbound_type,
        podCidr: given(network.pod_cidr),
        serviceCidr: given(network.service_cidr),
        dnsServiceIP: given(network.dns_service_ip),
        ipFamilies: network.ip_versions,
      },
      apiServerAccessProfile: {
        enablePrivateCluster: values.private_cluster_enabled === true,
        authorizedIPRanges: given(
          block(values, 'api_server_access_profile').authorized_ip_ranges,
        ),
      },
      oidcIssuerProfile: {
        enabled: values.oidc_issuer_enabled === true,
        issuerURL: given(values.oidc_issuer_url),
      },
      securityProfile: {
        workloadIdentity: {
          enabled: values.workload_identity_enabled === true,
        },
      },
      autoUpgradeProfile: {
        upgradeChannel: given(values.automatic_upgrade_channel),
        nodeOSUpgradeChannel: given(values.node_os_upgrade_channel),
      },
      identityProfile: has(values, 'kubelet_identity')
        ? {
            kubeletidentity: {
              clientId: kubelet.client_id,
              objectId: kubelet.object_id,
              resourceId: kubelet.user_assigned_identity_id,
            },
          }
        : undefined,
    },
  };
}
