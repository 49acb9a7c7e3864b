/** A kind of id: what the provider calls it, and its form. */
export interface IdKind {
  title: string;
  /** The words of its path, from the provider's namespace on; undefined for a resource group. */
  path?: string;
}

const SUBNET: IdKind = {
  title: 'Subnet',
  path: 'Microsoft.Network/virtualNetworks/subnets',
};
const NETWORK: IdKind = {
  title: 'Virtual Network',
  path: 'Microsoft.Network/virtualNetworks',
};
const CLUSTER: IdKind = {
  title: 'Kubernetes Cluster',
  path: 'Microsoft.ContainerService/managedClusters',
};
const WORKSPACE: IdKind = {
  title: 'Workspace',
  path: 'Microsoft.OperationalInsights/workspaces',
};
const SERVER: IdKind = {
  title: 'Flexible Server',
  path: 'Microsoft.DBforPostgreSQL/flexibleServers',
};
const GROUP: IdKind = { title: 'Resource Group' };

/** Arguments that hold an id of one kind. */
export const ID_ARGUMENTS: Record<string, IdKind> = {
  action_group_id: {
    title: 'Action Group',
    path: 'Microsoft.Insights/actionGroups',
  },
  cluster_id: CLUSTER,
  kubernetes_cluster_id: CLUSTER,
  data_collection_endpoint_id: {
    title: 'Data Collection Endpoint',
    path: 'Microsoft.Insights/dataCollectionEndpoints',
  },
  data_collection_rule_id: {
    title: 'Data Collection Rule',
    path: 'Microsoft.Insights/dataCollectionRules',
  },
  delegated_subnet_id: SUBNET,
  pod_subnet_id: SUBNET,
  subnet_id: SUBNET,
  vnet_subnet_id: SUBNET,
  key_vault_id: { title: 'Key Vault', path: 'Microsoft.KeyVault/vaults' },
  log_analytics_workspace_id: WORKSPACE,
  workspace_resource_id: WORKSPACE,
  monitor_account_id: {
    title: 'Account',
    path: 'Microsoft.Monitor/accounts',
  },
  nat_gateway_id: {
    title: 'Nat Gateway',
    path: 'Microsoft.Network/natGateways',
  },
  network_security_group_id: {
    title: 'Network Security Group',
    path: 'Microsoft.Network/networkSecurityGroups',
  },
  private_dns_zone_id: {
    title: 'Private Dns Zone',
    path: 'Microsoft.Network/privateDnsZones',
  },
  public_ip_address_id: {
    title: 'Public IP Address',
    path: 'Microsoft.Network/publicIPAddresses',
  },
  remote_virtual_network_id: NETWORK,
  virtual_network_id: NETWORK,
  resource_group_id: GROUP,
  route_table_id: {
    title: 'Route Table',
    path: 'Microsoft.Network/routeTables',
  },
  scope_map_id: {
    title: 'Scope Map',
    path: 'Microsoft.ContainerRegistry/registries/scopeMaps',
  },
  server_id: SERVER,
  source_server_id: SERVER,
  storage_account_id: {
    title: 'Storage Account',
    path: 'Microsoft.Storage/storageAccounts',
  },
  user_assigned_identity_id: {
    title: 'User Assigned Identity',
    path: 'Microsoft.ManagedIdentity/userAssignedIdentities',
  },
};

const SAMPLE =
  '/subscriptions/12345678-1234-9876-4563-123456789012/resourceGroups/example-resource-group';

/** An id of this kind, as an example. */
function sampleOf({ path }: IdKind): string {
  if (!path) {
    return SAMPLE;
  }
  const [namespace, ...words] = path.split('/');
  const parts = words.map(word => `${word}/${word.replace(/s$/, '')}Name`);
  return [SAMPLE, 'providers', namespace, ...parts].join('/');
}

/** The provider's complaint about a text that is no id of this kind. */
export function checkId(kind: IdKind, text: string): string | undefined {
  const sample = sampleOf(kind);
  const expected = sample.split('/').slice(1);
  const segments = text.split('/').slice(1);
  // Every other segment is the same in all ids of a kind, and so is what stands after `providers`.
  const wrong = expected.findIndex((segment, index) => {
    const given = segments[index] ?? '';
    const isFixed = index % 2 === 0 || expected[index - 1] === 'providers';
    return isFixed ? given !== segment : given === '';
  });
  if (
    text.startsWith('/') &&
    wrong < 0 &&
    segments.length === expected.length
  ) {
    return undefined;
  }
  const reason =
    segments.length === expected.length
      ? `the segment at position ${wrong} didn't match`
      : `the number of segments didn't match`;
  return `parsing ${JSON.stringify(text)}: parsing the ${
    kind.title
  } ID: ${reason}

Expected a ${kind.title} ID that matched (containing ${
    expected.length
  } segments):

> ${sample}

However this value was provided (which was parsed into ${
    segments.length
  } segments):

> ${text}`;
}
