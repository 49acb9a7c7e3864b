// The plan of each stack and tier: as it was reviewed, with what the environment model says, and with nothing that the
// policy forbids.
// Run: node --test infra/tests/plans.test.mjs
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { model } from './lib/model.mjs';
import { resourcesOf, sourceOf, textOf } from './lib/plan.mjs';
import { startProvider } from './lib/provider.mjs';
import { planOf, ROOTS } from './lib/roots.mjs';
import { isOnPath, root, succeed } from './lib/tools.mjs';
import { problemsOf, RULES } from './policy/rules.mjs';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'moorline-plans-'));

let provider;
before(async () => {
  provider = await startProvider();
});
after(async () => {
  await provider?.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

/** A resource with an exception is one whose code says why. */
const isExcused =
  plan =>
  ({ rule, resource }) =>
    new RegExp(`# policy\\(${rule}\\): \\S`).test(sourceOf(plan, resource));

for (const name of Object.keys(ROOTS)) {
  describe(name, () => {
    let plan;
    before(async () => {
      plan = await planOf(name, { folder, ...provider });
    });

    test('plans what was reviewed', () => {
      const file = path.join(root, `infra/tests/golden/${name}.jsonl`);
      assert.deepEqual(
        textOf(plan).split('\n'),
        fs.readFileSync(file, 'utf8').split('\n'),
        'run node infra/scripts/make-golden-plans.mjs and review the difference',
      );
    });

    test('has nothing that the policy forbids', () => {
      const problems = problemsOf(resourcesOf(plan), name)
        .filter(problem => !isExcused(plan)(problem))
        .map(({ rule, address, problem }) => `${address} ${problem} (${rule})`);
      assert.deepEqual(problems, []);
    });

    test('closes every subnet with a security group', () => {
      const resources = resourcesOf(plan);
      const names = type =>
        resources
          .filter(resource => resource.type === type)
          .map(({ name }) => name)
          .sort();
      assert.deepEqual(
        names('azurerm_subnet_network_security_group_association'),
        names('azurerm_subnet'),
      );
    });
  });
}

test('nodes are those of the environment model', async () => {
  for (const tier of model.TIERS) {
    for (const size of Object.keys(model.SIZES)) {
      const changes = { size };
      const plan = await planOf(tier, { folder, ...provider, changes });
      const resources = resourcesOf(plan);
      const user = resources.find(
        ({ type, after: values }) =>
          type === 'azurerm_kubernetes_cluster_node_pool' &&
          values.name === 'user',
      );
      const [cluster] = resources.filter(
        ({ type }) => type === 'azurerm_kubernetes_cluster',
      );
      const pool = user?.after ?? cluster.after.default_node_pool[0];
      const nodes = model.nodeRange({ tier, size });
      assert.deepEqual(
        [pool.vm_size, pool.min_count, pool.max_count, pool.zones ?? []],
        [
          model.SIZES[size].vmSize,
          nodes.min,
          nodes.max,
          model.TIER_PRESETS[tier].zones,
        ],
        `${tier} ${size}`,
      );
    }
  }
});

test('the policy finds what it forbids', () => {
  const resource = (type, values) => ({
    address: type,
    type,
    after: values,
    unknown: {},
    sensitive: {},
  });
  const bad = [
    resource('azurerm_role_assignment', { role_definition_name: 'Owner' }),
    resource('azurerm_network_security_rule', {
      direction: 'Inbound',
      access: 'Allow',
      source_address_prefix: '*',
      destination_port_range: '22',
    }),
    resource('azurerm_subnet', { default_outbound_access_enabled: true }),
    resource('azurerm_kubernetes_cluster', {
      run_command_enabled: true,
      maintenance_window_auto_upgrade: [],
      tags: {},
    }),
    resource('azurerm_storage_account', { shared_access_key_enabled: true }),
    resource('azurerm_storage_container', { container_access_type: 'blob' }),
    resource('azurerm_key_vault', { public_network_access_enabled: true }),
    resource('azurerm_postgresql_flexible_server', {
      authentication: [{ password_auth_enabled: true }],
    }),
    resource('azurerm_container_registry', { admin_enabled: true }),
    resource('azurerm_web_application_firewall_policy', {
      policy_settings: [{ mode: 'Detection' }],
    }),
    resource('azurerm_data_protection_backup_instance_kubernetes_cluster', {}),
    {
      ...resource('azurerm_container_registry_token_password', {
        password: 'x',
      }),
      sensitive: { password: true },
    },
  ];
  const found = new Set(problemsOf(bad, 'prod').map(({ rule }) => rule));
  assert.deepEqual([...found].sort(), Object.keys(RULES).sort());
});

// Checkov needs Python; where it is at hand, it agrees with the rules above. Its exceptions are comments beside the code too.
if (isOnPath('checkov')) {
  test('checkov finds nothing', async () => {
    const args = '--framework terraform --compact --quiet --skip-download';
    await succeed('checkov', [
      ...args.split(' '),
      '--directory',
      path.join(root, 'infra/stacks'),
    ]);
  });
}
