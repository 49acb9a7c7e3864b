import { readFileSync } from 'fs';
import path from 'path';
import { ResourceStore } from '../resources';
import { actionsOf, changeOf, TerraformRoot } from './__testUtils__/terraform';
import { RunningProvider, startProvider } from './start-provider';

const SUBSCRIPTION = '00000000-0000-4000-8000-000000000001';
const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-probe`;
const CLUSTER = `${GROUP}/providers/Microsoft.ContainerService/managedClusters/aks-probe`;

const GOLDEN = readFileSync(
  path.join(__dirname, '__fixtures__', 'network-aks', 'main.tf'),
  'utf8',
);

/** A root that is configured for azurerm, and nothing else. */
const PROVIDER = `
terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = ">= 5.2.0, < 6.0.0"
    }
  }
}
provider "azurerm" {
  features {}
}
`;

describe('the life of resources, under the real Terraform', () => {
  let resources: ResourceStore;
  let provider: RunningProvider;
  let root: TerraformRoot;

  const start = async (environment?: Record<string, string>) => {
    resources = new ResourceStore();
    provider = await startProvider({
      resources,
      subscriptionId: SUBSCRIPTION,
      tenantId: '00000000-0000-4000-8000-0000000000aa',
      environment,
    });
    root = new TerraformRoot(provider.reattach);
  };

  afterEach(async () => {
    root.remove();
    await provider.stop();
  });

  it('creates, keeps, repairs, replaces, imports and destroys', async () => {
    await start();
    root.write('main.tf', GOLDEN);
    await root.succeed('init');
    expect(await root.succeed('validate')).toContain('valid');

    await root.plan();
    await root.applyPlan();
    expect(resources.list()).toHaveLength(14);
    expect(resources.get(CLUSTER)?.values).toMatchObject({
      current_kubernetes_version: '1.35.4',
      node_resource_group: 'MC_rg-probe_aks-probe_westeurope',
      fqdn: expect.stringMatching(
        /^probe-[0-9a-f]{8}\.hcp\.westeurope\.azmk8s\.io$/,
      ),
      oidc_issuer_url: expect.stringContaining('https://westeurope.oic.'),
    });

    // Nothing to do; a second connection sees what the first one made.
    expect((await root.run('plan', '-detailed-exitcode')).code).toBe(0);

    // A person changes one thing by hand, and removes another.
    const cluster = resources.get(CLUSTER)!;
    resources.put({
      ...cluster,
      values: { ...cluster.values, sku_tier: 'Free' },
    });
    resources.delete(
      `${GROUP}/providers/Microsoft.Storage/storageAccounts/stprobe/blobServices/default/containers/results`,
    );
    const drift = await root.plan();
    expect(drift.resource_drift?.map(({ address }) => address)).toEqual(
      expect.arrayContaining([
        'azurerm_kubernetes_cluster.this',
        'azurerm_storage_container.results',
      ]),
    );
    expect(actionsOf(drift)).toEqual({
      'azurerm_kubernetes_cluster.this': 'update',
      'azurerm_storage_container.results': 'create',
    });
    expect(
      changeOf(drift, 'azurerm_kubernetes_cluster.this').after,
    ).toMatchObject({ sku_tier: 'Standard' });
    await root.applyPlan();
    expect(resources.get(CLUSTER)?.values.sku_tier).toBe('Standard');

    // A service range cannot change: the cluster is replaced, and what depends on it follows.
    root.write(
      'main.tf',
      GOLDEN.replace(
        /(network_policy +)= "cilium"/,
        '$1= "cilium"\n    service_cidr = "10.99.0.0/16"\n    dns_service_ip = "10.99.0.10"',
      ),
    );
    const replacement = await root.plan();
    expect(actionsOf(replacement)).toEqual({
      'azurerm_kubernetes_cluster.this': 'delete create',
      'azurerm_role_assignment.pull': 'delete create',
      'azurerm_federated_identity_credential.api': 'update',
    });
    const { uid } = resources.get(CLUSTER)!;
    await root.applyPlan();
    expect(resources.get(CLUSTER)?.uid).not.toBe(uid);

    // Forgotten by Terraform, and found again.
    await root.succeed('state', 'rm', 'azurerm_kubernetes_cluster.this');
    expect(
      await root.fail(
        'apply',
        '-auto-approve',
        '-target=azurerm_kubernetes_cluster.this',
      ),
    ).toContain(
      'already exists - to be managed via Terraform this resource needs to be imported',
    );
    await root.succeed('import', 'azurerm_kubernetes_cluster.this', CLUSTER);
    expect((await root.run('plan', '-detailed-exitcode')).code).toBe(0);
    expect(
      await root.fail(
        'import',
        'azurerm_kubernetes_cluster.this',
        `${CLUSTER}-not`,
      ),
    ).toContain('Resource already managed');

    // What Terraform does not know of keeps the group from being destroyed.
    const forgotten = `${GROUP}/providers/Microsoft.Network/networkSecurityGroups/by-hand`;
    resources.put({
      type: 'azurerm_network_security_group',
      id: forgotten,
      values: { name: 'by-hand' },
    });
    const refused = await root.fail('destroy', '-auto-approve');
    expect(refused).toContain('the Resource Group still contains Resources');
    expect(refused).toContain('by-hand');
    expect(resources.list()).toHaveLength(2);
    root.write(
      'main.tf',
      GOLDEN.replace(
        'features {}',
        'features {\n    resource_group {\n      prevent_deletion_if_contains_resources = false\n    }\n  }',
      ),
    );
    await root.succeed('destroy', '-auto-approve');
    expect(resources.list()).toEqual([]);
  }, 120_000);

  it('refuses as the provider and as Azure refuse, at validate, plan and apply', async () => {
    await start();
    root.write('terraform.tf', PROVIDER);
    const group = `
resource "azurerm_resource_group" "this" {
  name     = "rg-probe"
  location = "westeurope"
}
`;
    const cluster = (more: string, pool = '') => `${group}
resource "azurerm_kubernetes_cluster" "this" {
  name                = "aks-probe"
  location            = "westeurope"
  resource_group_name = azurerm_resource_group.this.name
  dns_prefix          = "probe"
  identity { type = "SystemAssigned" }
  node_provisioning_profile { mode = "Manual" }
  default_node_pool {
    name       = "system"
    vm_size    = "Standard_D2ds_v5"
    ${pool || 'node_count = 1'}
  }
  ${more}
}
`;
    root.write('main.tf', group);
    await root.succeed('init');
    await root.succeed('apply', '-auto-approve');

    const refusals: ['validate' | 'plan' | 'apply', string, string][] = [
      [
        'validate',
        cluster('sku_tier = "Gold"'),
        'expected sku_tier to be one of ["Free" "Standard" "Premium"], got Gold with azurerm_kubernetes_cluster.this, on main.tf line 19',
      ],
      [
        'validate',
        cluster('', 'node_count = 0'),
        'expected default_node_pool.0.node_count to be in the range (1 - 1000), got 0',
      ],
      [
        'validate',
        cluster('dns_prefix_private_cluster = "probe"'),
        '"dns_prefix": only one of `dns_prefix,dns_prefix_private_cluster` can be specified, but `dns_prefix,dns_prefix_private_cluster` were specified.',
      ],
      [
        'validate',
        cluster('', 'vnet_subnet_id = "snet"'),
        'parsing "snet": parsing the Subnet ID: the number of segments didn\'t match',
      ],
      [
        'validate',
        cluster('colour = "blue"'),
        'An argument named "colour" is not expected here',
      ],
      [
        'plan',
        `${group}
resource "azurerm_container_registry" "this" {
  name                    = "acrprobe"
  location                = "westeurope"
  resource_group_name     = "rg-probe"
  sku                     = "Standard"
  zone_redundancy_enabled = true
}`,
        'ACR zone redundancy can only be applied when using the Premium Sku',
      ],
      [
        'apply',
        cluster('', 'auto_scaling_enabled = true\n min_count = 1'),
        'expanding `default_node_pool`: `max_count` must be configured when `auto_scaling_enabled` is set to `true`',
      ],
      [
        'apply',
        cluster('kubernetes_version = "1.12"'),
        'creating Kubernetes Cluster (Subscription: "00000000-0000-4000-8000-000000000001" Resource Group Name: "rg-probe" Kubernetes Cluster Name: "aks-probe"): performing CreateOrUpdate: unexpected status 400 (400 Bad Request) with error: K8sVersionNotSupported: The Kubernetes version 1.12 is not supported',
      ],
      [
        'apply',
        cluster(
          '',
          `node_count = 1\n vnet_subnet_id = "${GROUP}/providers/Microsoft.Network/virtualNetworks/v/subnets/gone"`,
        ),
        'InvalidResourceReference: Resource /subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-probe/providers/Microsoft.Network/virtualNetworks/v/subnets/gone',
      ],
      [
        'apply',
        `${group}
resource "azurerm_user_assigned_identity" "this" {
  name                = "id-probe"
  location            = "westeurope"
  resource_group_name = "rg-gone"
}`,
        "unexpected status 404 (404 Not Found) with error: ResourceGroupNotFound: Resource group 'rg-gone' could not be found.",
      ],
      [
        'apply',
        `${group}
resource "azurerm_subnet" "this" {
  name                 = "snet"
  resource_group_name  = "rg-probe"
  virtual_network_name = "vnet-gone"
  address_prefixes     = ["10.0.0.0/24"]
}`,
        'ParentResourceNotFound',
      ],
      [
        'apply',
        `${group}
resource "azurerm_log_analytics_workspace" "this" {
  name                = "log-probe"
  location            = "atlantis"
  resource_group_name = "rg-probe"
}`,
        "The provided location 'atlantis' is not available",
      ],
    ];
    for (const [when, main, words] of refusals) {
      root.write('main.tf', main);
      const earlier = when === 'validate' ? [] : ['validate'];
      for (const command of when === 'apply' ? ['plan'] : earlier) {
        await root.succeed(command);
      }
      const said = await root.fail(
        when,
        ...(when === 'apply' ? ['-auto-approve'] : []),
      );
      expect(said).toContain(words);
    }
    // Nothing is left half-made.
    expect(resources.list().map(({ id }) => id)).toEqual([GROUP]);
  }, 120_000);

  it('has a lock and a use keep things from deletion', async () => {
    await start();
    root.write('terraform.tf', PROVIDER);
    const main = (lock: boolean) => `
resource "azurerm_resource_group" "this" {
  name     = "rg-probe"
  location = "westeurope"
}
resource "azurerm_public_ip" "this" {
  name                = "pip"
  location            = azurerm_resource_group.this.location
  resource_group_name = azurerm_resource_group.this.name
  allocation_method   = "Static"
}
resource "azurerm_nat_gateway" "this" {
  name                = "ng"
  location            = azurerm_resource_group.this.location
  resource_group_name = azurerm_resource_group.this.name
}
resource "azurerm_nat_gateway_public_ip_association" "this" {
  nat_gateway_id       = azurerm_nat_gateway.this.id
  public_ip_address_id = azurerm_public_ip.this.id
}
resource "azurerm_management_lock" "this" {
  count      = ${lock ? 1 : 0}
  name       = "keep"
  scope      = azurerm_resource_group.this.id
  lock_level = "CanNotDelete"
}
`;
    root.write('main.tf', main(true));
    await root.succeed('init');
    await root.succeed('apply', '-auto-approve');

    expect(
      await root.fail(
        'destroy',
        '-auto-approve',
        '-target=azurerm_nat_gateway.this',
      ),
    ).toContain('409 (409 Conflict) with error: ScopeLocked');
    root.write('main.tf', main(false));
    await root.succeed('apply', '-auto-approve');
    // Terraform knows nothing of the association, Azure does.
    await root.succeed(
      'state',
      'rm',
      'azurerm_nat_gateway_public_ip_association.this',
    );
    expect(
      await root.fail(
        'destroy',
        '-auto-approve',
        '-target=azurerm_public_ip.this',
      ),
    ).toContain('PublicIPAddressCannotBeDeleted');
  }, 120_000);

  it('serves several provider blocks, data sources, and write-only arguments', async () => {
    await start();
    root.write('terraform.tf', PROVIDER);
    root.write(
      'main.tf',
      `
provider "azurerm" {
  alias           = "elsewhere"
  subscription_id = "11111111-0000-4000-8000-000000000001"
  features {}
}
data "azurerm_client_config" "here" {}
data "azurerm_client_config" "elsewhere" {
  provider = azurerm.elsewhere
}
data "azurerm_subscription" "here" {}
resource "azurerm_resource_group" "this" {
  name     = "rg-probe"
  location = "West Europe"
}
data "azurerm_resource_group" "this" {
  name = azurerm_resource_group.this.name
}
resource "azurerm_postgresql_flexible_server" "this" {
  name                              = "psql-probe"
  location                          = data.azurerm_resource_group.this.location
  resource_group_name               = azurerm_resource_group.this.name
  version                           = "17"
  sku_name                          = "B_Standard_B1ms"
  administrator_login               = "moorline"
  administrator_password_wo         = "given-and-never-kept"
  administrator_password_wo_version = 1
}
resource "azurerm_network_security_group" "this" {
  name                = "nsg"
  location            = "westeurope"
  resource_group_name = azurerm_resource_group.this.name
  security_rule {
    name                       = "web"
    priority                   = 100
    direction                  = "Inbound"
    access                     = "Allow"
    protocol                   = "Tcp"
    source_port_range          = "*"
    destination_port_range     = "443"
    source_address_prefix      = "*"
    destination_address_prefix = "*"
  }
}
output "subscriptions" {
  value = [
    data.azurerm_client_config.here.subscription_id,
    data.azurerm_client_config.elsewhere.subscription_id,
    data.azurerm_subscription.here.subscription_id,
  ]
}
`,
    );
    await root.succeed('init');
    await root.succeed('apply', '-auto-approve');
    expect(
      JSON.parse(await root.succeed('output', '-json', 'subscriptions')),
    ).toEqual([
      SUBSCRIPTION,
      '11111111-0000-4000-8000-000000000001',
      SUBSCRIPTION,
    ]);
    expect(resources.list('azurerm_resource_group')[0].values.location).toBe(
      'westeurope',
    );
    expect((await root.run('plan', '-detailed-exitcode')).code).toBe(0);
    expect(JSON.stringify(resources.list())).not.toContain('never-kept');
    expect(
      readFileSync(path.join(root.folder, 'terraform.tfstate'), 'utf8'),
    ).not.toContain('never-kept');

    root.write(
      'main.tf',
      `
provider "azurerm" {
  alias           = "elsewhere"
  subscription_id = "11111111-0000-4000-8000-000000000001"
  features {}
}
resource "azurerm_resource_group" "other" {
  provider = azurerm.elsewhere
  name     = "rg-other"
  location = "westeurope"
}
`,
    );
    expect(await root.fail('apply', '-auto-approve')).toContain(
      "SubscriptionNotFound: The subscription '11111111-0000-4000-8000-000000000001' could not be found.",
    );
  }, 120_000);

  it('wants a subscription, as azurerm has since its version 4', async () => {
    await start({});
    root.write('terraform.tf', PROVIDER);
    root.write(
      'main.tf',
      'resource "azurerm_resource_group" "this" {\n  name     = "rg"\n  location = "westeurope"\n}\n',
    );
    await root.succeed('init');
    await root.succeed('validate');
    expect(await root.fail('plan')).toContain(
      '`subscription_id` is a required provider property when performing a plan/apply operation',
    );
  }, 60_000);
});
