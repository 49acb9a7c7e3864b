import { Resource } from '../../resources';
import { isRegion, zonesOf } from '../rules/regions';
import { resourceId, subscriptionPath } from '../rules/resource-id';
import { Problem, TypeRules } from '../rules/type-rules';
import { TYPE_RULES } from '../rules';
import { World } from '../rules/world';
import { conformBlock } from '../schema/conform';
import { Block } from '../schema/schema';
import { describe } from '../apply/refusals';
import { textOf, ValueObject } from '../values/value';

/** What a data source found, or why nothing. */
export type Found = { values: ValueObject } | { problems: Problem[] };

const SPECIAL: Record<string, (config: ValueObject, world: World) => Found> = {
  azurerm_client_config: (_, world) => ({
    values: {
      id: Buffer.from(
        `${world.principal.clientId}${world.principal.objectId}`,
      ).toString('base64'),
      client_id: world.principal.clientId,
      object_id: world.principal.objectId,
      subscription_id: world.subscriptionId,
      tenant_id: world.tenantId,
    },
  }),
  azurerm_location(config, world) {
    const location = (textOf(config, 'location') ?? '')
      .replaceAll(' ', '')
      .toLowerCase();
    if (!isRegion(location)) {
      return {
        problems: [{ summary: `Location ${location} was not found` }],
      };
    }
    const zones = Array.from({ length: zonesOf(location) }, (_, index) => ({
      logical_zone: String(index + 1),
      physical_zone: `${location}-az${index + 1}`,
    }));
    return {
      values: {
        id: `${subscriptionPath(world.subscriptionId)}/locations/${location}`,
        location,
        display_name: location,
        zone_mappings: zones,
      },
    };
  },
  azurerm_subscription(config, world) {
    const subscriptionId =
      textOf(config, 'subscription_id') ?? world.subscriptionId;
    return world.subscriptionIds.includes(subscriptionId)
      ? {
          values: {
            id: subscriptionPath(subscriptionId),
            subscription_id: subscriptionId,
            display_name: 'Moorline sandbox',
            tenant_id: world.tenantId,
            state: 'Enabled',
            spending_limit: 'Off',
            quota_id: 'PayAsYouGo_2014-09-01',
            location_placement_id: 'Public_2014-09-01',
            tags: {},
          },
        }
      : {
          problems: [
            {
              summary: `Subscription with ID ${JSON.stringify(
                subscriptionId,
              )} was not found`,
            },
          ],
        };
  },
};

/** Data sources name some things otherwise than the resource that they show. */
const RENAMED: Record<
  string,
  (resource: Resource, world: World) => ValueObject
> = {
  azurerm_kubernetes_cluster: ({ values }) => {
    const [pool] = values.default_node_pool as ValueObject[];
    const [network] = values.network_profile as ValueObject[];
    return {
      agent_pool_profile: [
        { ...pool, count: pool.node_count, os_type: 'Linux' },
      ],
      network_profile: [network],
      oms_agent: values.oms_agent,
    } as ValueObject;
  },
  azurerm_subnet: ({ values }) => {
    const prefixes = values.address_prefixes as string[];
    return { address_prefix: prefixes[0] ?? '' };
  },
  azurerm_virtual_network: ({ id }, world) => ({
    subnets: world.resources
      .list('azurerm_subnet')
      .filter(subnet => subnet.id.startsWith(`${id}/`))
      .map(subnet => String(subnet.values.name)),
  }),
};

const timeouts = (config: ValueObject): ValueObject => ({
  timeouts: config.timeouts ?? null,
});

/** A data source that may leave out the resource group looks in all of them. */
function findAnywhere(
  type: string,
  config: ValueObject,
  world: World,
): Resource | undefined {
  const name = textOf(config, 'name');
  return config.resource_group_name === null
    ? world.resources.list(type).find(({ values }) => values.name === name)
    : undefined;
}

/** Reads a data source: of what exists, by the id that its arguments make. */
export function readDataSource(
  type: string,
  block: Block,
  config: ValueObject,
  world: World,
): Found {
  const special = SPECIAL[type]?.(config, world);
  if (special) {
    return 'values' in special
      ? {
          values: {
            ...conformBlock(block, special.values),
            ...timeouts(config),
          },
        }
      : special;
  }
  const rules: TypeRules | undefined = TYPE_RULES[type];
  if (!rules) {
    return { problems: [{ summary: `The sandbox cannot read ${type}` }] };
  }
  const id = resourceId(rules, config, world);
  const resource =
    world.resources.get(id, type) ?? findAnywhere(type, config, world);
  if (!resource) {
    return { problems: [{ summary: `${describe(rules, id)} was not found` }] };
  }
  const observed =
    rules.observe?.(resource.values as ValueObject, world) ?? resource.values;
  const renamed = RENAMED[type]?.(resource, world);
  return {
    values: {
      ...conformBlock(block, {
        ...(observed as ValueObject),
        ...renamed,
        id: resource.id,
      }),
      ...timeouts(config),
    },
  };
}
