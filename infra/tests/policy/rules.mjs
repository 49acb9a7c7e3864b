// What no plan of ours may contain. A rule answers what is wrong with a resource, nothing where nothing is. An exception is
// written as a comment `policy(RULE): why` above or inside the resource in the Terraform code.

const TAGS = ['moorline-environment', 'moorline-owner', 'moorline-tier'];
const STACKS = ['bootstrap', 'platform'];

const ADMINISTRATORS = [
  'Contributor',
  'Owner',
  'Role Based Access Control Administrator',
  'User Access Administrator',
];

const one = block => block?.[0] ?? {};

/** Rules of one resource: `type` (all types when left out), and `check(after, { unknown, root })`. */
export const RULES = {
  tags: {
    check: ({ tags }, { unknown, type, root }) => {
      const wanted = STACKS.includes(root) ? ['moorline-stack'] : TAGS;
      return tags === undefined ||
        unknown.tags === true ||
        wanted.every(tag => tag in (tags ?? {}))
        ? undefined
        : `${type} lacks ${wanted.join(', ')}`;
    },
  },
  'no-secret': {
    check: (after, { sensitive }) => {
      const known = Object.entries(sensitive || {})
        .filter(([key, value]) => value === true && after[key])
        .map(([key]) => key);
      return known.length > 0 ? `${known} would stand in the state` : undefined;
    },
  },
  'no-administrator': {
    type: 'azurerm_role_assignment',
    check: ({ role_definition_name: role }) =>
      ADMINISTRATORS.includes(role) ? `gives ${role}` : undefined,
  },
  'nsg-web-only': {
    type: 'azurerm_network_security_rule',
    check: rule => {
      const sources = [
        rule.source_address_prefix,
        ...(rule.source_address_prefixes ?? []),
      ];
      const ports = [
        rule.destination_port_range,
        ...(rule.destination_port_ranges ?? []),
      ].filter(Boolean);
      const isOpen = sources.some(source =>
        ['*', '0.0.0.0/0', 'Internet'].includes(source),
      );
      return rule.direction === 'Inbound' &&
        rule.access === 'Allow' &&
        isOpen &&
        ports.some(port => !['80', '443'].includes(port))
        ? `lets everybody in on ${ports}`
        : undefined;
    },
  },
  'subnet-no-implicit-way-out': {
    type: 'azurerm_subnet',
    check: ({ default_outbound_access_enabled: open }) =>
      open ? 'has the implicit way out' : undefined,
  },
  'cluster-sign-in': {
    type: 'azurerm_kubernetes_cluster',
    check: cluster =>
      cluster.local_account_disabled &&
      one(cluster.azure_active_directory_role_based_access_control)
        .azure_rbac_enabled
        ? undefined
        : 'lets people in without Entra',
  },
  'cluster-policy': {
    type: 'azurerm_kubernetes_cluster',
    check: cluster =>
      cluster.azure_policy_enabled &&
      one(cluster.network_profile).network_policy
        ? undefined
        : 'has no policies',
  },
  'cluster-patched': {
    type: 'azurerm_kubernetes_cluster',
    check: cluster =>
      cluster.automatic_upgrade_channel &&
      cluster.maintenance_window_auto_upgrade.length > 0
        ? undefined
        : 'is not patched by itself',
  },
  'cluster-no-run-command': {
    type: 'azurerm_kubernetes_cluster',
    check: cluster =>
      cluster.run_command_enabled
        ? 'runs commands of whoever may manage it'
        : undefined,
  },
  'cluster-zones': {
    type: 'azurerm_kubernetes_cluster',
    check: (cluster, { root }) =>
      root === 'prod' && (one(cluster.default_node_pool).zones ?? []).length < 3
        ? 'is in less than three zones'
        : undefined,
  },
  'storage-closed': {
    type: 'azurerm_storage_account',
    check: account =>
      account.shared_access_key_enabled ||
      account.public_network_access_enabled ||
      account.allow_nested_items_to_be_public
        ? 'can be reached from outside or by key'
        : undefined,
  },
  'container-private': {
    type: 'azurerm_storage_container',
    check: ({ container_access_type: access }) =>
      access === 'private' ? undefined : `is ${access}`,
  },
  'vault-closed': {
    type: 'azurerm_key_vault',
    check: vault =>
      vault.rbac_authorization_enabled &&
      !vault.public_network_access_enabled &&
      one(vault.network_acls).default_action === 'Deny'
        ? undefined
        : 'can be reached from outside or without a role',
  },
  'vault-not-purged': {
    type: 'azurerm_key_vault',
    check: (vault, { root }) =>
      ['staging', 'prod'].includes(root) && !vault.purge_protection_enabled
        ? 'can be deleted for good'
        : undefined,
  },
  'database-closed': {
    type: 'azurerm_postgresql_flexible_server',
    check: server =>
      server.public_network_access_enabled ||
      one(server.authentication).password_auth_enabled !== false
        ? 'can be reached from outside or by password'
        : undefined,
  },
  'database-standby': {
    type: 'azurerm_postgresql_flexible_server',
    check: (server, { root }) =>
      root === 'prod' && one(server.high_availability).mode !== 'ZoneRedundant'
        ? 'has no standby in another zone'
        : undefined,
  },
  'registry-no-password': {
    type: 'azurerm_container_registry',
    check: registry =>
      registry.admin_enabled || registry.anonymous_pull_enabled
        ? 'lets in whoever has no identity'
        : undefined,
  },
  'firewall-on': {
    type: 'azurerm_web_application_firewall_policy',
    check: policy =>
      one(policy.policy_settings).mode === 'Prevention'
        ? undefined
        : 'only watches',
  },
  'backup-whole': {
    type: 'azurerm_data_protection_backup_instance_kubernetes_cluster',
    check: instance =>
      one(instance.backup_datasource_parameters).volume_snapshot_enabled
        ? undefined
        : 'leaves volumes out',
  },
};

/** What is wrong in a plan's resources: `{ rule, address, problem, resource }`. */
export const problemsOf = (resources, root) =>
  resources.flatMap(resource =>
    Object.entries(RULES).flatMap(([rule, { type, check }]) => {
      if (type && type !== resource.type) return [];
      const problem = check(resource.after, { ...resource, root });
      return problem
        ? [{ rule, address: resource.address, problem, resource }]
        : [];
    }),
  );
