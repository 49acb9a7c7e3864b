import { isUnknown, textOf, ValueObject } from '../values/value';
import { contains, overlaps, parseCidr, parseCidrs } from './cidr';
import { numberOf, uuidOf } from './deterministic';
import { parseId } from './resource-id';
import { AzureRefusal, TypeRules } from './type-rules';
import { World } from './world';

const idOf = (values: ValueObject) => textOf(values, 'id') ?? '';

const NETWORK = '{group}/providers/Microsoft.Network';

/** The id that an association of this type says for a subnet; "" where there is none, as the provider reads it. */
function associated(
  values: ValueObject,
  world: World,
  type: string,
  argument: string,
): string {
  const association = world.resources.get(idOf(values), type);
  const id = association?.values[argument];
  return typeof id === 'string' ? id : '';
}

function refuseAddressSpace(values: ValueObject): AzureRefusal | undefined {
  const spaces = Array.isArray(values.address_space)
    ? values.address_space
    : [];
  const wrong = spaces.find(
    space =>
      !isUnknown(space) && !String(space).includes(':') && !parseCidr(space),
  );
  return wrong === undefined
    ? undefined
    : {
        status: 400,
        code: 'InvalidCIDRNotation',
        message: `The address prefix ${wrong} in resource ${idOf(
          values,
        )} has an invalid CIDR notation. For the given prefix length, the address prefix should begin at a multiple of its size.`,
      };
}

function refuseSubnet(
  values: ValueObject,
  world: World,
): AzureRefusal | undefined {
  const id = idOf(values);
  const networkId = id.slice(0, id.lastIndexOf('/subnets/'));
  const network = world.resources.get(networkId, 'azurerm_virtual_network');
  const name = textOf(values, 'name') ?? '';
  const prefixes = Array.isArray(values.address_prefixes)
    ? values.address_prefixes
    : [];
  const space = parseCidrs(network?.values.address_space);
  for (const prefix of prefixes) {
    const range = parseCidr(prefix);
    if (!range && !String(prefix).includes(':')) {
      return {
        status: 400,
        code: 'InvalidCIDRNotation',
        message: `The address prefix ${prefix} in resource ${id} has an invalid CIDR notation. For the given prefix length, the address prefix should begin at a multiple of its size.`,
      };
    }
    if (range && !space.some(part => contains(part, range))) {
      return {
        status: 400,
        code: 'NetcfgInvalidSubnet',
        message: `Subnet '${name}' is not valid in virtual network '${
          parseId(networkId).lastName
        }'.`,
      };
    }
  }
  const own = parseCidrs(prefixes);
  const taken = world.resources
    .list('azurerm_subnet')
    .filter(
      other => other.id !== id && other.id.startsWith(`${networkId}/subnets/`),
    )
    .find(other =>
      parseCidrs(other.values.address_prefixes).some(range =>
        own.some(mine => overlaps(mine, range)),
      ),
    );
  return taken
    ? {
        status: 400,
        code: 'NetcfgSubnetRangesOverlap',
        message: `Subnet '${name}' is not valid because its IP address range overlaps with that of an existing subnet in virtual network '${
          parseId(networkId).lastName
        }'.`,
      }
    : undefined;
}

/** Networks, subnets, security groups and what joins them. */
export const networkRules: Record<string, TypeRules> = {
  azurerm_virtual_network: {
    title: 'Virtual Network',
    id: `${NETWORK}/virtualNetworks/{name}`,
    computed: {
      guid: values => uuidOf(`${idOf(values)} guid`),
      dns_servers: [],
      subnet: [],
    },
    refuse: ({ values }) => refuseAddressSpace(values),
  },
  azurerm_virtual_network_peering: {
    title: 'Virtual Network Peering',
    id: `${NETWORK}/virtualNetworks/{virtual_network_name}/virtualNetworkPeerings/{name}`,
  },
  azurerm_subnet: {
    title: 'Subnet',
    id: `${NETWORK}/virtualNetworks/{virtual_network_name}/subnets/{name}`,
    refuse: ({ values, world }) => refuseSubnet(values, world),
    observe: (values, world) => ({
      ...values,
      network_security_group_id: associated(
        values,
        world,
        'azurerm_subnet_network_security_group_association',
        'network_security_group_id',
      ),
      route_table_id: associated(
        values,
        world,
        'azurerm_subnet_route_table_association',
        'route_table_id',
      ),
    }),
    inUseBy: {
      types: [
        'azurerm_kubernetes_cluster',
        'azurerm_kubernetes_cluster_node_pool',
        'azurerm_private_endpoint',
        'azurerm_postgresql_flexible_server',
      ],
      code: 'InUseSubnetCannotBeDeleted',
    },
  },
  azurerm_network_security_group: {
    title: 'Network Security Group',
    id: `${NETWORK}/networkSecurityGroups/{name}`,
    computed: { security_rule: [] },
    inUseBy: {
      types: ['azurerm_subnet_network_security_group_association'],
      code: 'InUseNetworkSecurityGroupCannotBeDeleted',
    },
  },
  azurerm_network_security_rule: {
    title: 'Security Rule',
    id: `${NETWORK}/networkSecurityGroups/{network_security_group_name}/securityRules/{name}`,
    refuse({ values, world }) {
      const id = idOf(values);
      const group = id.slice(0, id.lastIndexOf('/'));
      const taken = world.resources
        .list('azurerm_network_security_rule')
        .find(
          other =>
            other.id.toLowerCase() !== id.toLowerCase() &&
            other.id.toLowerCase().startsWith(`${group.toLowerCase()}/`) &&
            other.values.priority === values.priority &&
            other.values.direction === values.direction,
        );
      return taken
        ? {
            status: 400,
            code: 'SecurityRuleConflict',
            message: `Security rule ${textOf(
              values,
              'name',
            )} conflicts with rule ${
              parseId(taken.id).lastName
            }. Rules cannot have the same Priority and Direction.`,
          }
        : undefined;
    },
  },
  azurerm_subnet_network_security_group_association: {
    title: 'Subnet',
    id: '{subnet_id}',
  },
  azurerm_subnet_route_table_association: {
    title: 'Subnet',
    id: '{subnet_id}',
  },
  azurerm_subnet_nat_gateway_association: {
    title: 'Subnet',
    id: '{subnet_id}',
  },
  azurerm_route_table: {
    title: 'Route Table',
    id: `${NETWORK}/routeTables/{name}`,
    computed: { route: [], subnets: [] },
    inUseBy: {
      types: ['azurerm_subnet_route_table_association'],
      code: 'InUseRouteTableCannotBeDeleted',
    },
  },
  azurerm_route: {
    title: 'Route',
    id: `${NETWORK}/routeTables/{route_table_name}/routes/{name}`,
  },
  azurerm_public_ip: {
    title: 'Public IP Address',
    id: `${NETWORK}/publicIPAddresses/{name}`,
    computed: {
      // 203.0.113.0/24 is set aside for documentation (RFC 5737): nobody's address.
      ip_address: values => `203.0.113.${1 + numberOf(idOf(values), 254)}`,
      fqdn: values => {
        const label = textOf(values, 'domain_name_label');
        return label
          ? `${label}.${textOf(values, 'location')}.cloudapp.azure.com`
          : null;
      },
    },
    plan: ({ planned }) =>
      planned.sku === 'Basic'
        ? [
            {
              summary:
                'creation of new Basic SKU Public IP Addresses is no longer permitted by Azure',
            },
          ]
        : [],
    refuse: ({ values }) =>
      values.allocation_method === 'Dynamic'
        ? {
            message:
              'static IP allocation must be used when creating Standard SKU public IP addresses',
          }
        : undefined,
    inUseBy: {
      types: ['azurerm_nat_gateway_public_ip_association'],
      code: 'PublicIPAddressCannotBeDeleted',
    },
  },
  azurerm_nat_gateway: {
    title: 'Nat Gateway',
    id: `${NETWORK}/natGateways/{name}`,
    computed: { resource_guid: values => uuidOf(`${idOf(values)} guid`) },
    plan: ({ planned }) =>
      planned.sku_name === 'StandardV2' &&
      Array.isArray(planned.zones) &&
      planned.zones.length > 0
        ? [
            {
              summary:
                '`zones` must be omitted when `sku_name` is `StandardV2`',
            },
          ]
        : [],
    refuse: ({ values }) =>
      values.sku_name === 'Standard' &&
      Array.isArray(values.zones) &&
      values.zones.length > 1
        ? {
            status: 400,
            code: 'ResourceHasMultipleZonesSpecified',
            message: `Resource ${idOf(
              values,
            )} has multiple zones specified. Only one zone can be specified for this resource.`,
          }
        : undefined,
    inUseBy: {
      types: ['azurerm_subnet_nat_gateway_association'],
      code: 'InUseNatGatewayCannotBeDeleted',
    },
  },
  azurerm_nat_gateway_public_ip_association: {
    title: 'Nat Gateway Association',
    id: '{nat_gateway_id}|{public_ip_address_id}',
    refuse({ values, world }) {
      const gateway = world.resources.get(
        textOf(values, 'nat_gateway_id') ?? '',
      );
      const address = world.resources.get(
        textOf(values, 'public_ip_address_id') ?? '',
      );
      return gateway &&
        address &&
        gateway.values.sku_name !== address.values.sku
        ? {
            status: 400,
            code: 'NatGatewayAndPublicIpSkuMismatch',
            message: `NAT gateway ${gateway.id} of SKU ${gateway.values.sku_name} cannot use public IP address ${address.id} of SKU ${address.values.sku}.`,
          }
        : undefined;
    },
  },
};
