import { ResourceStore, ResourceValues } from '../../resources';
import { TYPE_RULES } from '../rules';
import { World } from '../rules/world';
import { conformBlock } from '../schema/conform';
import { loadCatalogue } from '../schema/catalogue';
import { planValues } from '../plan/plan-values';
import { ValueObject } from '../values/value';
import { apply } from './apply';

const SUBSCRIPTION = '00000000-0000-4000-8000-000000000001';
const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg`;
const AZURE_NETWORK = `${GROUP}/providers/Microsoft.Network/virtualNetworks/vnet`;

describe('what is refused at apply', () => {
  let world: World;

  const put = (type: string, id: string, values: ResourceValues) =>
    world.resources.put({ type, id, values });

  beforeEach(() => {
    world = {
      subscriptionId: SUBSCRIPTION,
      subscriptionIds: [SUBSCRIPTION],
      tenantId: 'tenant',
      principal: { clientId: 'client', objectId: 'object' },
      resources: new ResourceStore(),
    };
    put('azurerm_resource_group', GROUP, { name: 'rg' });
    put('azurerm_virtual_network', AZURE_NETWORK, {
      address_space: ['10.1.0.0/20'],
    });
    put('azurerm_subnet', `${AZURE_NETWORK}/subnets/nodes`, {
      name: 'nodes',
      address_prefixes: ['10.1.0.0/22'],
    });
  });

  /** Creates a resource; answers the refusal, "created" where there is none. */
  const create = (type: string, given: ValueObject): string => {
    const schema = loadCatalogue().resources[type];
    const config = conformBlock(schema, {
      name: 'one',
      location: 'westeurope',
      resource_group_name: 'rg',
      ...given,
    });
    const applied = apply(
      type,
      schema,
      TYPE_RULES[type],
      undefined,
      planValues(schema, undefined, config),
      world,
    );
    return 'values' in applied ? 'created' : applied.problems[0].summary;
  };

  const cluster = (given: ValueObject) =>
    create('azurerm_kubernetes_cluster', {
      dns_prefix: 'one',
      identity: [{ type: 'SystemAssigned' }],
      node_provisioning_profile: [{ mode: 'Manual' }],
      default_node_pool: [{ name: 'system', node_count: 1 }],
      ...given,
    });

  const OVERLAY = { network_plugin: 'azure', network_plugin_mode: 'overlay' };

  it.each<[string, ValueObject, string]>([
    ['cost analysis', { cost_analysis_enabled: true }, 'cost analysis'],
    [
      'workload identity without an issuer',
      { workload_identity_enabled: true, oidc_issuer_enabled: false },
      'oidc_issuer_enabled',
    ],
    [
      'Cilium policy without its data plane',
      { network_profile: [{ ...OVERLAY, network_policy: 'cilium' }] },
      'requires network dataplane cilium',
    ],
    [
      'services in the range of nodes',
      {
        default_node_pool: [
          {
            name: 'system',
            node_count: 1,
            vnet_subnet_id: `${AZURE_NETWORK}/subnets/nodes`,
          },
        ],
        network_profile: [
          {
            ...OVERLAY,
            service_cidr: '10.1.0.0/16',
            dns_service_ip: '10.1.0.10',
          },
        ],
      },
      'ServiceCidrOverlapExistingSubnetsCidr',
    ],
    [
      'a DNS address outside of the services',
      {
        network_profile: [
          {
            ...OVERLAY,
            service_cidr: '10.9.0.0/16',
            dns_service_ip: '10.8.0.10',
          },
        ],
      },
      'DNSServiceIPOutOfServiceCIDRRange',
    ],
    [
      'no local accounts and no Entra',
      { local_account_disabled: true },
      'Microsoft Entra',
    ],
    [
      'a weekly window without a day',
      {
        maintenance_window_node_os: [
          { frequency: 'Weekly', interval: 1, duration: 4 },
        ],
      },
      'dayOfWeek',
    ],
    [
      'a size that does not exist',
      {
        default_node_pool: [{ name: 'system', vm_size: 'big', node_count: 1 }],
      },
      'The VM size of big is not allowed',
    ],
    ['nothing wrong', { network_profile: [OVERLAY] }, 'created'],
  ])('cluster: %s', (_, given, words) => {
    expect(cluster(given)).toContain(words);
  });

  it('subnets: outside of the network, on another subnet, no range at all', () => {
    const subnet = (prefix: string) =>
      create('azurerm_subnet', {
        virtual_network_name: 'vnet',
        address_prefixes: [prefix],
      });
    expect(subnet('10.2.0.0/24')).toContain('NetcfgInvalidSubnet');
    expect(subnet('10.1.1.0/24')).toContain('NetcfgSubnetRangesOverlap');
    expect(subnet('10.1.4.1/24')).toContain('InvalidCIDRNotation');
    expect(subnet('10.1.4.0/24')).toBe('created');
    expect(subnet('10.1.5.0/24')).toContain('already exists');
  });

  it('PostgreSQL: passwords and sign-in that do not fit', () => {
    const server = (given: ValueObject) =>
      create('azurerm_postgresql_flexible_server', {
        sku_name: 'GP_Standard_D2ds_v5',
        version: '17',
        ...given,
      });
    const entra = (given: ValueObject) => ({
      authentication: [
        {
          active_directory_auth_enabled: true,
          password_auth_enabled: false,
          ...given,
        },
      ],
    });
    expect(server({})).toContain('`administrator_login` is required');
    expect(
      server({ ...entra({ tenant_id: 't' }), administrator_login: 'me' }),
    ).toContain('cannot be set during creation');
    expect(server(entra({}))).toContain('Tenant id is required');
    expect(server({ ...entra({ tenant_id: 't' }), version: null })).toContain(
      '`version` is required',
    );
    expect(
      server({
        administrator_login: 'me',
        administrator_password: 'given',
        sku_name: 'B_Standard_B1ms',
        high_availability: [{ mode: 'SameZone' }],
      }),
    ).toContain('HADisabledForBurstableSku');
    expect(server(entra({ tenant_id: 't' }))).toBe('created');
  });

  it('registries and addresses of the wrong tier', () => {
    expect(
      create('azurerm_container_registry', {
        sku: 'Basic',
        public_network_access_enabled: false,
      }),
    ).toContain('Premium');
    expect(
      create('azurerm_public_ip', { allocation_method: 'Dynamic' }),
    ).toContain('static IP allocation');
    expect(create('azurerm_nat_gateway', { zones: ['1', '2', '3'] })).toContain(
      'ResourceHasMultipleZonesSpecified',
    );
  });

  it('keeps no password, and forgets none that Azure shows', () => {
    create('azurerm_postgresql_flexible_server', {
      sku_name: 'GP_Standard_D2ds_v5',
      version: '17',
      administrator_login: 'me',
      administrator_password: 'given-once',
    });
    const [server] = world.resources.list('azurerm_postgresql_flexible_server');
    expect(JSON.stringify(server)).not.toContain('given-once');
    expect(server.values.administrator_login).toBe('me');
  });
});
