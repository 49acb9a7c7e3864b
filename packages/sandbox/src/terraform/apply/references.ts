import { Resource } from '../../resources';
import { parseId } from '../rules/resource-id';
import { Refusal, TypeRules } from '../rules/type-rules';
import { World } from '../rules/world';
import { isObject, Value, ValueObject } from '../values/value';

const GROUP = 'azurerm_resource_group';

// What an id is of, by the words in it, where the sandbox serves the type. An id of anything else may be of something
// that exists elsewhere, and is not looked for.
const SERVED: [RegExp, string][] = [
  [/^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+$/i, GROUP],
  ...(
    [
      ['Microsoft.ContainerRegistry/registries', 'azurerm_container_registry'],
      [
        'Microsoft.ContainerService/managedClusters',
        'azurerm_kubernetes_cluster',
      ],
      [
        'Microsoft.DBforPostgreSQL/flexibleServers',
        'azurerm_postgresql_flexible_server',
      ],
      ['Microsoft.Dashboard/grafana', 'azurerm_dashboard_grafana'],
      ['Microsoft.Insights/actionGroups', 'azurerm_monitor_action_group'],
      [
        'Microsoft.Insights/dataCollectionEndpoints',
        'azurerm_monitor_data_collection_endpoint',
      ],
      [
        'Microsoft.Insights/dataCollectionRules',
        'azurerm_monitor_data_collection_rule',
      ],
      ['Microsoft.KeyVault/vaults', 'azurerm_key_vault'],
      [
        'Microsoft.ManagedIdentity/userAssignedIdentities',
        'azurerm_user_assigned_identity',
      ],
      ['Microsoft.Monitor/accounts', 'azurerm_monitor_workspace'],
      ['Microsoft.Network/natGateways', 'azurerm_nat_gateway'],
      [
        'Microsoft.Network/networkSecurityGroups',
        'azurerm_network_security_group',
      ],
      ['Microsoft.Network/privateDnsZones', 'azurerm_private_dns_zone'],
      ['Microsoft.Network/publicIPAddresses', 'azurerm_public_ip'],
      ['Microsoft.Network/routeTables', 'azurerm_route_table'],
      ['Microsoft.Network/virtualNetworks', 'azurerm_virtual_network'],
      ['Microsoft.Network/virtualNetworks/subnets', 'azurerm_subnet'],
      [
        'Microsoft.OperationalInsights/workspaces',
        'azurerm_log_analytics_workspace',
      ],
      ['Microsoft.Storage/storageAccounts', 'azurerm_storage_account'],
    ] as const
  ).map(([kind, type]): [RegExp, string] => {
    const words = kind.split('/').slice(1);
    const [namespace] = kind.split('/');
    const pattern = words.map(word => `${word}/[^/]+`).join('/');
    return [
      new RegExp(
        `^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/${namespace.replace(
          '.',
          '\\.',
        )}/${pattern}$`,
        'i',
      ),
      type,
    ];
  }),
];

/** The type of the resource with this id, undefined where the sandbox does not serve it. */
export const servedType = (id: string): string | undefined =>
  SERVED.find(([pattern]) => pattern.test(id))?.[1];

/** All ids within the values, the resource's own left out. */
export function idsIn(value: Value | undefined): string[] {
  if (typeof value === 'string') {
    return value.startsWith('/subscriptions/') ? [value] : [];
  }
  if (Array.isArray(value)) {
    return value.flatMap(idsIn);
  }
  return isObject(value)
    ? Object.entries(value).flatMap(([name, child]) =>
        name === 'id' ? [] : idsIn(child),
      )
    : [];
}

// Groups that AKS and metrics workspaces make for themselves: what is in them is not in the store.
const isManaged = (id: string, world: World) => {
  const group = parseId(id).resourceGroup?.toLowerCase() ?? '';
  return (
    /^ma_.*_managed$/.test(group) ||
    world.resources
      .list('azurerm_kubernetes_cluster')
      .some(
        ({ values }) =>
          String(values.node_resource_group).toLowerCase() === group,
      )
  );
};

/**
 * Azure's refusal of a resource in a group that is not there, below a parent that is not there, or with a reference to
 * something that is not there.
 */
export function refuseMissing(
  type: string,
  rules: TypeRules,
  values: ValueObject,
  id: string,
  world: World,
): Refusal | undefined {
  const { subscriptionId, resourceGroup } = parseId(id);
  const groupId = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`;
  if (resourceGroup && type !== GROUP && !world.resources.get(groupId, GROUP)) {
    return {
      status: 404,
      code: 'ResourceGroupNotFound',
      message: `Resource group '${resourceGroup}' could not be found.`,
    };
  }
  const parent = parentId(id);
  if (parent && servedType(parent) && !world.resources.get(parent)) {
    const { segments, lastName } = parseId(parent);
    return {
      status: 404,
      code: 'ParentResourceNotFound',
      message: `Failed to perform 'write' on resource(s) of type '${segments
        .slice(5)
        .filter((_, index) => index % 2 === 1)
        .concat(rules.title)
        .join(
          '/',
        )}', because the parent resource '${parent}' could not be found. Check that '${lastName}' exists.`,
    };
  }
  const missing = idsIn(values).find(
    reference =>
      reference.toLowerCase() !== id.toLowerCase() &&
      servedType(reference) !== undefined &&
      !world.resources.get(reference) &&
      !isManaged(reference, world),
  );
  return missing
    ? {
        status: 400,
        code: 'InvalidResourceReference',
        message: `Resource ${missing} referenced by resource ${id} was not found. Please make sure that the referenced resource exists.`,
      }
    : undefined;
}

/** The id of what a resource is a part of; undefined for what is a part of a resource group only. */
function parentId(id: string): string | undefined {
  const segments = id.split('/');
  return segments.length > 9 ? segments.slice(0, -2).join('/') : undefined;
}

/** What exists below a resource, and goes with it. */
export function childrenOf(id: string, world: World): Resource[] {
  const prefix = id.toLowerCase();
  return world.resources
    .list()
    .filter(
      resource =>
        resource.id.toLowerCase().startsWith(`${prefix}/`) ||
        resource.id.toLowerCase().startsWith(`${prefix}|`),
    );
}
