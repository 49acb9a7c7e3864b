import { TYPE_RULES } from '../rules';
import { conformBlock } from '../schema/conform';
import { loadCatalogue } from '../schema/catalogue';
import { UNKNOWN, ValueObject } from '../values/value';
import { validate } from './validate';

/** What the provider complains about in a configuration. */
function complaints(type: string, given: ValueObject) {
  const schema = loadCatalogue().resources[type];
  return validate(schema, TYPE_RULES[type], conformBlock(schema, given)).map(
    ({ summary, detail, path }) =>
      `${path?.join('.')}: ${summary}${detail ? ` | ${detail}` : ''}`,
  );
}

const SUBNET_ID =
  '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v/subnets/s';

describe('validate', () => {
  it("checks arguments with each other, in the provider's words", () => {
    expect(
      complaints('azurerm_virtual_network', { address_space: ['10.0.0.0/8'] }),
    ).toEqual([]);
    expect(complaints('azurerm_virtual_network', {})).toEqual([
      'address_space: Invalid combination of arguments | "address_space": one of `address_space,ip_address_pool` must be specified',
      'ip_address_pool: Invalid combination of arguments | "ip_address_pool": one of `address_space,ip_address_pool` must be specified',
    ]);
    expect(
      complaints('azurerm_subnet', {
        address_prefixes: ['10.0.0.0/24'],
        network_security_group_id_wo_version: 1,
      }),
    ).toEqual([
      'network_security_group_id_wo_version: Missing required argument | "network_security_group_id_wo_version": all of `network_security_group_id_wo,network_security_group_id_wo_version` must be specified',
    ]);
    expect(
      complaints('azurerm_network_security_rule', {
        priority: 5000,
        source_port_range: '*',
        source_port_ranges: ['1'],
      }),
    ).toEqual(
      expect.arrayContaining([
        'priority: expected priority to be in the range (100 - 4096), got 5000',
        'source_port_range: Conflicting configuration arguments | "source_port_range": conflicts with source_port_ranges',
      ]),
    );
  });

  it('waits for what is not known yet', () => {
    expect(
      complaints('azurerm_virtual_network', { address_space: UNKNOWN }),
    ).toEqual([]);
    expect(
      complaints('azurerm_private_endpoint', {
        subnet_id: UNKNOWN,
        name: 'pe',
        resource_group_name: UNKNOWN,
      }),
    ).toEqual([]);
  });

  it('checks names, ids, ranges and elements', () => {
    expect(
      complaints('azurerm_container_registry', { name: 'acr-orders' }),
    ).toEqual([
      'name: alpha numeric characters only are allowed in "name": "acr-orders"',
    ]);
    expect(
      complaints('azurerm_container_registry_scope_map', { name: 'push' }),
    ).toEqual([
      'name: expected length of name to be in the range (5 - 49), got push',
    ]);
    expect(
      complaints('azurerm_resource_group', { name: 'rg.', location: 'x' }),
    ).toEqual(['name: "name" may not end with a period']);
    const [complaint] = complaints('azurerm_private_endpoint', {
      subnet_id: SUBNET_ID.replace('/subnets/', '/subnet/'),
    });
    expect(complaint).toMatch(
      /^subnet_id: parsing ".*": parsing the Subnet ID: the segment at position 8 didn't match\n\nExpected a Subnet ID that matched \(containing 10 segments\):/,
    );
    expect(
      complaints('azurerm_private_endpoint', { subnet_id: SUBNET_ID }),
    ).toEqual([]);
    expect(
      complaints('azurerm_kubernetes_cluster', {
        dns_prefix: 'a',
        identity: [{ type: 'SystemAssigned' }],
        default_node_pool: [{ name: 'System1' }],
        network_profile: [
          {
            network_plugin: 'azure',
            service_cidr: '10.0.0',
            ip_versions: ['IPv5'],
          },
        ],
      }),
    ).toEqual([
      'network_profile.0.ip_versions.0: expected network_profile.0.ip_versions.0 to be one of ["IPv4" "IPv6"], got IPv5',
      'network_profile.0.service_cidr: "service_cidr" must start with IPV4 address and/or slash, number of bits (0-32) as prefix. Example: 127.0.0.1/8. Got "10.0.0".',
      'default_node_pool.0.name: "default_node_pool.0.name" must start with a lowercase letter, have max length of 12, and only have characters a-z0-9: "System1"',
    ]);
  });
});
