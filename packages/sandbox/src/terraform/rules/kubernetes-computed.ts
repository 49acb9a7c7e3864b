import {
  blocksOf,
  isObject,
  textOf,
  Value,
  ValueObject,
} from '../values/value';
import { hexOf, keyOf, uuidOf } from './deterministic';
import { groupPath } from './resource-id';
import { Computed } from './type-rules';
import { World } from './world';

const idOf = (values: ValueObject) => textOf(values, 'id') ?? '';

/** The newest version that AKS gives where none is asked for. */
export const DEFAULT_KUBERNETES_VERSION = '1.35.4';

/** `1.35` means the newest patch of it. */
export const fullVersion = (version: string) =>
  /^\d+\.\d+$/.test(version) ? `${version}.4` : version;

const nodeGroup = (values: ValueObject) =>
  textOf(values, 'node_resource_group') ??
  `MC_${textOf(values, 'resource_group_name')}_${textOf(
    values,
    'name',
  )}_${textOf(values, 'location')}`;

const hostLabel = (values: ValueObject) =>
  `${
    textOf(values, 'dns_prefix') ?? textOf(values, 'dns_prefix_private_cluster')
  }-${hexOf(idOf(values), 8)}`;

const isPrivate = (values: ValueObject) =>
  values.private_cluster_enabled === true;

const fqdn = (values: ValueObject) =>
  isPrivate(values) && values.private_cluster_public_fqdn_enabled !== true
    ? ''
    : `${hostLabel(values)}.hcp.${textOf(values, 'location')}.azmk8s.io`;

const privateFqdn = (values: ValueObject) =>
  isPrivate(values)
    ? `${hostLabel(values)}.${hexOf(
        `${idOf(values)} zone`,
        8,
      )}.privatelink.${textOf(values, 'location')}.azmk8s.io`
    : '';

const identityOf =
  (suffix: string) =>
  (values: ValueObject, world: World): Value =>
    [
      {
        client_id: uuidOf(`${idOf(values)} ${suffix} client`),
        object_id: uuidOf(`${idOf(values)} ${suffix} object`),
        user_assigned_identity_id: `${groupPath(
          world.subscriptionId,
          nodeGroup(values),
        )}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${
          suffix === 'agentpool'
            ? `${textOf(values, 'name')}-agentpool`
            : `${suffix}-${textOf(values, 'name')}`
        }`,
      },
    ];

const usesEntra = (values: ValueObject) =>
  blocksOf(values, 'azure_active_directory_role_based_access_control').length >
  0;

const host = (values: ValueObject) =>
  `https://${fqdn(values) || privateFqdn(values)}:443`;

/** The credentials of a user of the cluster: keys of local accounts, nothing where people sign in with Entra. */
function kubeConfig(values: ValueObject, user: string): ValueObject {
  const secret = (name: string) =>
    usesEntra(values) && user === 'clusterUser'
      ? ''
      : keyOf(`${idOf(values)} ${user} ${name}`);
  return {
    client_certificate: secret('certificate'),
    client_key: secret('key'),
    cluster_ca_certificate: keyOf(`${idOf(values)} ca`),
    host: host(values),
    password: secret('password'),
    username: `${user}_${textOf(values, 'resource_group_name')}_${textOf(
      values,
      'name',
    )}`,
  };
}

function rawKubeConfig(values: ValueObject, user: string): string {
  const name = textOf(values, 'name');
  const config = kubeConfig(values, user);
  return [
    'apiVersion: v1',
    'kind: Config',
    'clusters:',
    `- name: ${name}`,
    '  cluster:',
    `    server: ${config.host}`,
    `    certificate-authority-data: ${config.cluster_ca_certificate}`,
    'contexts:',
    `- name: ${name}`,
    '  context:',
    `    cluster: ${name}`,
    `    user: ${config.username}`,
    `current-context: ${name}`,
    'users:',
    `- name: ${config.username}`,
    '  user: {}',
    '',
  ].join('\n');
}

const hasLocalAdmin = (values: ValueObject) =>
  usesEntra(values) && values.local_account_disabled !== true;

const profile = (values: ValueObject): ValueObject =>
  blocksOf(values, 'network_profile')[0] ?? {};

const listOf = (value: Value | undefined) =>
  typeof value === 'string' && value !== '' ? [value] : [];

const isOverlay = (values: ValueObject) =>
  profile(values).network_plugin_mode === 'overlay';

const outboundIp = (values: ValueObject, world: World) => [
  `${groupPath(
    world.subscriptionId,
    nodeGroup(values),
  )}/providers/Microsoft.Network/publicIPAddresses/${uuidOf(
    `${idOf(values)} outbound`,
  )}`,
];

const loadBalancerProfile = (values: ValueObject, world: World): Value =>
  (profile(values).outbound_type ?? 'loadBalancer') === 'loadBalancer'
    ? [
        {
          backend_pool_type: 'NodeIPConfiguration',
          effective_outbound_ips: outboundIp(values, world),
          idle_timeout_in_minutes: 30,
          managed_outbound_ip_count: 1,
          managed_outbound_ipv6_count: 0,
          outbound_ip_address_ids: [],
          outbound_ip_prefix_ids: [],
          outbound_ports_allocated: 0,
        },
      ]
    : [];

const natGatewayProfile = (values: ValueObject, world: World): Value =>
  profile(values).outbound_type === 'managedNATGateway'
    ? [
        {
          effective_outbound_ips: outboundIp(values, world),
          idle_timeout_in_minutes: 4,
          managed_outbound_ip_count: 1,
        },
      ]
    : [];

const isAutoscaled = (values: ValueObject) =>
  blocksOf(values, 'default_node_pool').some(
    pool => pool.auto_scaling_enabled === true,
  );

/** The autoscaler's own settings, where nothing else is asked for. */
const AUTO_SCALER = {
  balance_similar_node_groups: false,
  daemonset_eviction_for_empty_nodes_enabled: false,
  daemonset_eviction_for_occupied_nodes_enabled: true,
  empty_bulk_delete_max: '10',
  expander: 'random',
  ignore_daemonsets_utilization_enabled: false,
  max_graceful_termination_sec: '600',
  max_node_provisioning_time: '15m',
  max_unready_nodes: 3,
  max_unready_percentage: 45,
  new_pod_scale_up_delay: '0s',
  scale_down_delay_after_add: '10m',
  scale_down_delay_after_delete: '10s',
  scale_down_delay_after_failure: '3m',
  scale_down_unneeded: '10m',
  scale_down_unready: '20m',
  scale_down_utilization_threshold: '0.5',
  scan_interval: '10s',
  skip_nodes_with_local_storage: false,
  skip_nodes_with_system_pods: true,
};

const prefixed = (
  prefix: string,
  record: Record<string, Computed>,
): Record<string, Computed> =>
  Object.fromEntries(
    Object.entries(record).map(([key, value]) => [`${prefix}.${key}`, value]),
  );

const clusterVersion = (values: ValueObject) =>
  fullVersion(
    textOf(values, 'kubernetes_version') ?? DEFAULT_KUBERNETES_VERSION,
  );

/** What AKS gives to a pool of nodes. */
export const POOL_COMPUTED: Record<string, Computed> = {
  kubelet_disk_type: 'OS',
  max_pods: 250,
  node_labels: {},
  node_image_version: 'AKSUbuntu-2404gen2containerd-202611.03.0',
  os_disk_size_gb: 128,
  os_sku: 'Ubuntu',
  vm_size: 'Standard_D4ds_v5',
  workload_runtime: 'OCIContainer',
  node_count: values => values.min_count ?? 1,
  orchestrator_version: (values, world) => {
    const cluster = world.resources.get(
      textOf(values, 'kubernetes_cluster_id') ?? '',
    );
    const version = cluster?.values.current_kubernetes_version;
    return typeof version === 'string' ? version : DEFAULT_KUBERNETES_VERSION;
  },
};

/** What AKS gives to a cluster. */
export const CLUSTER_COMPUTED: Record<string, Computed> = {
  kubernetes_version: DEFAULT_KUBERNETES_VERSION,
  current_kubernetes_version: clusterVersion,
  node_resource_group: nodeGroup,
  node_resource_group_id: (values, world) =>
    groupPath(world.subscriptionId, nodeGroup(values)),
  fqdn,
  private_fqdn: privateFqdn,
  portal_fqdn: values =>
    `${hostLabel(values)}.portal.hcp.${textOf(values, 'location')}.azmk8s.io`,
  oidc_issuer_url: (values, world) =>
    values.oidc_issuer_enabled === false
      ? ''
      : `https://${textOf(values, 'location')}.oic.prod-aks.azure.com/${
          world.tenantId
        }/${uuidOf(`${idOf(values)} issuer`)}/`,
  private_dns_zone_id: values => (isPrivate(values) ? 'System' : ''),
  http_application_routing_zone_name: '',
  kube_config: values =>
    values.local_account_disabled === true && !usesEntra(values)
      ? []
      : [kubeConfig(values, 'clusterUser')],
  kube_config_raw: values => rawKubeConfig(values, 'clusterUser'),
  kube_admin_config: values =>
    hasLocalAdmin(values) ? [kubeConfig(values, 'clusterAdmin')] : [],
  kube_admin_config_raw: values =>
    hasLocalAdmin(values) ? rawKubeConfig(values, 'clusterAdmin') : '',
  kubelet_identity: identityOf('agentpool'),
  auto_scaler_profile: values => (isAutoscaled(values) ? [AUTO_SCALER] : []),
  ...prefixed('auto_scaler_profile', AUTO_SCALER),
  bootstrap_profile: [{ artifact_source: 'Direct', container_registry_id: '' }],
  windows_profile: [],
  'azure_active_directory_role_based_access_control.tenant_id': (_, world) =>
    world.tenantId,
  'key_vault_secrets_provider.secret_identity': identityOf(
    'azurekeyvaultsecretsprovider',
  ),
  'oms_agent.oms_agent_identity': identityOf('omsagent'),
  'web_app_routing.web_app_routing_identity': identityOf('webapprouting'),
  'aci_connector_linux.connector_identity': identityOf('aciconnectorlinux'),
  'ingress_application_gateway.ingress_application_gateway_identity':
    identityOf('ingressapplicationgateway'),
  'ingress_application_gateway.effective_gateway_id': values =>
    blocksOf(values, 'ingress_application_gateway')[0]?.gateway_id ?? '',
  network_profile: (values, world) => [
    {
      dns_service_ip: '10.0.0.10',
      ip_versions: ['IPv4'],
      load_balancer_profile: loadBalancerProfile(values, world),
      load_balancer_sku: 'standard',
      nat_gateway_profile: [],
      network_data_plane: 'azure',
      network_plugin: 'azure',
      outbound_type: 'loadBalancer',
      pod_cidrs: [],
      service_cidr: '10.0.0.0/16',
      service_cidrs: ['10.0.0.0/16'],
    },
  ],
  'network_profile.dns_service_ip': '10.0.0.10',
  'network_profile.ip_versions': ['IPv4'],
  'network_profile.network_mode': '',
  'network_profile.network_policy': '',
  'network_profile.pod_cidr': values =>
    isOverlay(values) ? '10.244.0.0/16' : '',
  'network_profile.pod_cidrs': values =>
    isOverlay(values)
      ? listOf(textOf(profile(values), 'pod_cidr') || '10.244.0.0/16')
      : [],
  'network_profile.service_cidr': '10.0.0.0/16',
  'network_profile.service_cidrs': values =>
    listOf(textOf(profile(values), 'service_cidr') ?? '10.0.0.0/16'),
  'network_profile.load_balancer_profile': loadBalancerProfile,
  'network_profile.load_balancer_profile.effective_outbound_ips': outboundIp,
  'network_profile.load_balancer_profile.managed_outbound_ip_count': 1,
  'network_profile.nat_gateway_profile': natGatewayProfile,
  'network_profile.nat_gateway_profile.effective_outbound_ips': outboundIp,
  'network_profile.nat_gateway_profile.managed_outbound_ip_count': 1,
  ...prefixed('default_node_pool', {
    ...POOL_COMPUTED,
    node_count: values =>
      blocksOf(values, 'default_node_pool')[0]?.min_count ?? 1,
    orchestrator_version: clusterVersion,
  }),
};

/** The node pool that a cluster comes with; undefined where it is not known yet. */
export const defaultPool = (values: ValueObject): ValueObject | undefined =>
  blocksOf(values, 'default_node_pool').find(isObject);
