import { numberOf } from './deterministic';
import { textOf, ValueObject } from '../values/value';
import { TypeRules } from './type-rules';

/** Azure spreads zones over its sets of name servers. */
const serverSet = (values: ValueObject) =>
  1 + numberOf(textOf(values, 'id') ?? '', 9);

const nameServers = (values: ValueObject) =>
  ['com', 'net', 'org', 'info'].map(
    (domain, index) =>
      `ns${index + 1}-0${serverSet(values)}.azure-dns.${domain}.`,
  );

const record = (kind: string): TypeRules => ({
  title: 'Record Type',
  id: `{group}/providers/Microsoft.Network/dnsZones/{zone_name}/${kind}/{name}`,
  computed: {
    fqdn: values => `${textOf(values, 'name')}.${textOf(values, 'zone_name')}.`,
  },
});

/** Public DNS. */
export const dnsRules: Record<string, TypeRules> = {
  azurerm_dns_zone: {
    title: 'Dns Zone',
    id: '{group}/providers/Microsoft.Network/dnsZones/{name}',
    computed: {
      max_number_of_record_sets: 10000,
      name_servers: nameServers,
      number_of_record_sets: 2,
      soa_record: values => [
        {
          email: 'azuredns-hostmaster.microsoft.com',
          expire_time: 2419200,
          fqdn: `${textOf(values, 'name')}.`,
          host_name: nameServers(values)[0],
          minimum_ttl: 300,
          refresh_time: 3600,
          retry_time: 300,
          serial_number: 1,
          tags: {},
          ttl: 3600,
        },
      ],
    },
  },
  azurerm_dns_a_record: record('A'),
  azurerm_dns_cname_record: record('CNAME'),
};
