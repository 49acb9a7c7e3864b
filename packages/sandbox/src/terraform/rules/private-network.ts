import { blocksOf, textOf, ValueObject } from '../values/value';
import { hexOf, numberOf } from './deterministic';
import { parseId } from './resource-id';
import { TypeRules } from './type-rules';

const idOf = (values: ValueObject) => textOf(values, 'id') ?? '';

const privateAddress = (values: ValueObject) =>
  `10.${numberOf(idOf(values), 250)}.0.${
    4 + numberOf(`${idOf(values)} host`, 240)
  }`;

/** Private endpoints and private DNS. */
export const privateNetworkRules: Record<string, TypeRules> = {
  azurerm_private_dns_zone: {
    title: 'Private Dns Zone',
    id: '{group}/providers/Microsoft.Network/privateDnsZones/{name}',
    computed: {
      max_number_of_record_sets: 25000,
      max_number_of_virtual_network_links: 1000,
      max_number_of_virtual_network_links_with_registration: 100,
      number_of_record_sets: 1,
      soa_record: values => [
        {
          email: 'azureprivatedns-host.microsoft.com',
          expire_time: 2419200,
          fqdn: `${textOf(values, 'name')}.`,
          host_name: 'azureprivatedns.net',
          minimum_ttl: 10,
          refresh_time: 3600,
          retry_time: 300,
          serial_number: 1,
          tags: {},
          ttl: 3600,
        },
      ],
    },
    inUseBy: {
      types: ['azurerm_private_dns_zone_virtual_network_link'],
      code: 'CannotDeleteResource',
    },
  },
  azurerm_private_dns_zone_virtual_network_link: {
    title: 'Virtual Network Link',
    id: '{private_dns_zone_id}/virtualNetworkLinks/{name}',
    computed: { resolution_policy: 'Default' },
  },
  azurerm_private_dns_a_record: {
    title: 'Record Type',
    id: '{private_dns_zone_id}/A/{name}',
    computed: {
      fqdn: values =>
        `${textOf(values, 'name')}.${
          parseId(textOf(values, 'private_dns_zone_id') ?? '').lastName
        }.`,
    },
  },
  azurerm_private_endpoint: {
    title: 'Private Endpoint',
    id: '{group}/providers/Microsoft.Network/privateEndpoints/{name}',
    computed: {
      custom_dns_configs: [],
      network_interface: values => {
        const name =
          textOf(values, 'custom_network_interface_name') ||
          `${textOf(values, 'name')}.nic.${hexOf(idOf(values), 32)}`;
        return [
          {
            id: idOf(values).replace(
              /privateEndpoints\/[^/]*$/,
              `networkInterfaces/${name}`,
            ),
            name,
          },
        ];
      },
      'private_service_connection.private_ip_address': privateAddress,
      private_dns_zone_configs: values =>
        blocksOf(values, 'private_dns_zone_group').flatMap(group => {
          const zones = Array.isArray(group.private_dns_zone_ids)
            ? group.private_dns_zone_ids
            : [];
          return zones.map(zone => {
            const { lastName } = parseId(String(zone));
            const name = lastName.replace(/\./g, '-');
            return {
              id: `${idOf(values)}/privateDnsZoneGroups/${
                group.name
              }/privateDnsZoneConfigs/${name}`,
              name,
              private_dns_zone_id: zone,
              record_sets: [],
            };
          });
        }),
    },
  },
};
