// The estimate of an environment's cost against the plan of the same specification: what is billed has a line with the
// plan's quantity, and nothing else has. Run: node --test infra/tests/cost.test.mjs
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { refresh } from '../scripts/refresh-prices.mjs';
import { model } from './lib/model.mjs';
import { resourcesOf } from './lib/plan.mjs';
import { startProvider } from './lib/provider.mjs';
import { planOfRoot } from './lib/roots.mjs';
import { root } from './lib/tools.mjs';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'moorline-cost-'));

let provider;
before(async () => {
  provider = await startProvider();
});
after(async () => {
  await provider?.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

const pool = ({ vm_size: size, min_count: least, max_count: most }) => [
  [`node:${size}`, least, most],
  ['node-disk', least, most],
];

/** What is billed of a resource: meters with quantities, and those of a pool that has grown. */
const BILLED = {
  // Consumption is billed by the call, the first million free.
  azurerm_api_management: ({ sku_name: sku }) => {
    const [tier] = sku.split('_');
    return tier === 'Consumption' ? [] : [[`api-management:${tier}`, 1]];
  },
  azurerm_application_load_balancer: () => [['edge', 1]],
  azurerm_application_load_balancer_frontend: () => [['edge-frontend', 1]],
  azurerm_application_load_balancer_subnet_association: () => [
    ['edge-association', 1],
  ],
  azurerm_container_registry: ({ sku, georeplications }) => [
    [`registry:${sku}`, 1 + georeplications.length],
  ],
  azurerm_dashboard_grafana: () => [['grafana', 1]],
  azurerm_data_protection_backup_instance_kubernetes_cluster: () => [
    ['backup', 1],
  ],
  azurerm_kubernetes_cluster: cluster => [
    ['cluster', cluster.sku_tier === 'Free' ? 0 : 1],
    // AKS makes a load balancer with an address for what comes in, and for what goes out where there is nothing else.
    ['load-balancer', 1],
    ['public-ip', 1],
    ...pool(cluster.default_node_pool[0]),
  ],
  azurerm_kubernetes_cluster_node_pool: pool,
  azurerm_nat_gateway: () => [['nat-gateway', 1]],
  azurerm_postgresql_flexible_server: server => {
    const servers = 1 + server.high_availability.length;
    return [
      [`database:${server.sku_name}`, servers],
      ['database-storage', (servers * server.storage_mb) / 1024],
    ];
  },
  azurerm_private_dns_zone: () => [['private-dns-zone', 1]],
  azurerm_private_endpoint: () => [['private-endpoint', 1]],
  azurerm_public_ip: () => [['public-ip', 1]],
};

/** Billed by what is put into them: there must be a line, whose quantity is a guess. */
const BY_USE = {
  azurerm_application_load_balancer: () => 'edge-capacity',
  azurerm_key_vault: () => 'vault',
  azurerm_log_analytics_workspace: () => 'logs',
  azurerm_monitor_workspace: () => 'metrics',
  azurerm_storage_account: account =>
    `storage:${account.account_replication_type}`,
  azurerm_web_application_firewall_policy: () => 'edge-firewall',
};

/** Free of charge, or billed as part of another. */
const FREE =
  /_(api_management_\w+|federated_identity_credential|user_assigned_identity|role_assignment|resource_group|virtual_network|subnet|network_security_(group|rule)|management_(lock|policy)|container|action_group|rule_group|data_collection_\w+|diagnostic_setting|\w+_association|cluster_extension|role_binding|backup_(policy_kubernetes_cluster|vault)|active_directory_administrator|server_(configuration|database)|network_link|load_balancer_security_policy)$/;

/** Quantities by meter, of what is on the bill. */
function totals(entries) {
  const result = {};
  for (const [meter, quantity, most = quantity] of entries) {
    const [least, all] = result[meter] ?? [0, 0];
    if (most > 0) result[meter] = [least + quantity, all + most];
  }
  return Object.fromEntries(Object.entries(result).sort());
}

const specOf = (tier, size, options) => ({
  name: `orders-${tier}`,
  tier,
  owner: 'group:default/team-orders',
  region: 'westeurope',
  size,
  addressRange: '10.20.16.0/20',
  database: 'statefulset',
  services: [],
  options,
});

const team = {
  groupObjectId: '00000000-0000-4000-8000-000000000020',
  groupName: 'team-orders',
  email: 'team-orders@example.com',
};

for (const [tier, size, options] of [
  ['dev', 'small', {}],
  ['dev', 'large', { freeSubscription: true, apiManagement: true }],
  ['dev', 'medium', { managedDatabase: true, apiManagement: true }],
  ['staging', 'medium', { apiManagement: true }],
  ['staging', 'small', { managedDatabase: true }],
  ['prod', 'small', {}],
  ['prod', 'large', { managedDatabase: true, edge: true }],
]) {
  const name = [tier, size, ...Object.keys(options)].join('-');
  test(`${name} is billed as it is planned`, async () => {
    const spec = specOf(tier, size, options);
    const input = model.terraformVariables(spec, {
      team,
      takenAddressRanges: [],
    });
    const plan = await planOfRoot(
      { stack: 'environment', input },
      { cwd: path.join(folder, name), ...provider },
    );
    const resources = resourcesOf(plan);
    const { lines } = model.estimateMonthlyCost(spec);

    for (const { type } of resources) {
      assert.ok(
        BILLED[type] || BY_USE[type] || FREE.test(type),
        `is ${type} billed? Say so here, and give it a line in the estimate.`,
      );
    }
    const inCluster = ['volume', 'defender'];
    assert.deepEqual(
      totals(
        lines
          .filter(({ guess, meter }) => !guess && !inCluster.includes(meter))
          .map(({ meter, quantity, most }) => [meter, quantity, most]),
      ),
      totals(
        resources.flatMap(({ type, after }) => BILLED[type]?.(after) ?? []),
      ),
    );
    assert.deepEqual(
      [
        ...new Set(lines.filter(line => line.guess).map(line => line.meter)),
      ].sort(),
      [
        ...new Set(
          resources.flatMap(({ type, after }) => BY_USE[type]?.(after) ?? []),
        ),
      ].sort(),
    );

    const cluster = resources.find(
      ({ type }) => type === 'azurerm_kubernetes_cluster',
    );
    assert.equal(
      lines.some(({ meter }) => meter === 'defender'),
      cluster.after.microsoft_defender.length > 0,
    );
  });
}

test('the disk in the cluster is what the template asks for', () => {
  const values = fs.readFileSync(
    path.join(
      root,
      'templates/create-environment/skeleton/values/postgres.yaml',
    ),
    'utf8',
  );
  const [, sizes] = /set disk = (\{.*?\})/.exec(values);
  assert.deepEqual(
    JSON.parse(sizes.replaceAll('Gi"', '"')),
    Object.fromEntries(
      Object.entries(model.DATABASE_VOLUME_GIB).map(([size, gib]) => [
        size,
        String(gib),
      ]),
    ),
  );
});

test('prices can be read from the list, all or none', async () => {
  const table = {
    baseRegion: 'eastus2',
    regions: { eastus2: 1, westeurope: 1 },
    meters: {
      'node:D2': {
        price: 0,
        unit: 'hour',
        query: { serviceName: 'Virtual Machines', armSkuName: 'D2' },
      },
      registry: {
        price: 0,
        unit: 'month',
        query: { serviceName: 'Container Registry' },
      },
      volume: { price: 0, unit: 'GiB a month', query: {}, per: 128 },
    },
  };
  const item = (retailPrice, unitOfMeasure, more) => ({
    productName: '',
    skuName: '',
    tierMinimumUnits: 0,
    retailPrice,
    unitOfMeasure,
    ...more,
  });
  const asked = [];
  const server = http.createServer((request, response) => {
    const { searchParams } = new URL(request.url, 'http://list');
    const filter = searchParams.get('$filter');
    asked.push(filter);
    const more = searchParams.has('more');
    const isNode = filter.includes('Virtual Machines');
    const nodes = [
      item(0.02, '1 Hour', { skuName: 'D2 Spot' }),
      item(0.2, '1 Hour', { productName: 'D Series Windows' }),
    ];
    const price = filter.includes('westeurope') ? 0.12 : 0.1;
    let Items = nodes;
    if (isNode && more) Items = [item(price, '1 Hour')];
    else if (filter.includes('Registry')) Items = [item(0.5, '1/Day')];
    else if (!isNode) Items = [item(9.6, '1/Month')];
    // The second page has what is looked for.
    const NextPageLink =
      isNode && !more
        ? `http://localhost:${server.address().port}${request.url}&more=1`
        : null;
    response.end(JSON.stringify({ Items, NextPageLink }));
  });
  await new Promise(resolve => server.listen(0, 'localhost', resolve));
  try {
    const url = `http://localhost:${server.address().port}/api/retail/prices`;
    const now = new Date('2026-11-21T00:00:00Z');
    const { asOf, regions, meters } = await refresh(table, { url, now });
    assert.equal(asOf, '2026-11');
    assert.deepEqual(regions, { eastus2: 1, westeurope: 1.2 });
    assert.equal(meters['node:D2'].price, 0.1);
    assert.equal(meters.registry.price, 15.21);
    assert.equal(meters.volume.price, 0.075);
    assert.equal(
      asked[0],
      "serviceName eq 'Virtual Machines' and armSkuName eq 'D2' and armRegionName eq 'eastus2' and priceType eq 'Consumption'",
    );

    table.meters.registry.unit = 'GB';
    await assert.rejects(
      refresh(table, { url }),
      /has no registry in eastus2: correct the query/,
    );
  } finally {
    server.close();
  }
});
