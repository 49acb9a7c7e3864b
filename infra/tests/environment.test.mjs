// The life of a prod environment with everything there is, by its pipeline: made, kept, changed by other hands and mended,
// taken down. Run: node --test infra/tests/environment.test.mjs
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startOrganisation } from './lib/organisation.mjs';

const NAME = 'orders-prod';
const WORKSPACE = 'azurerm_log_analytics_workspace';

const service = (name, access) => ({
  name,
  image: 'ghcr.io/moorline/trpc-api:0.1.0',
  replicas: 1,
  host: `${name}.${NAME}.moorline.localhost`,
  access,
});

let organisation;
let environment;
before(async () => {
  organisation = await startOrganisation();
  environment = await organisation.create({
    name: NAME,
    tier: 'prod',
    owner: 'group:default/team-orders',
    region: 'westeurope',
    size: 'medium',
    addressRange: '10.20.16.0/20',
    database: 'statefulset',
    services: [service('api', ['secrets']), service('worker', ['results'])],
    options: {
      managedDatabase: true,
      edge: true,
      apiManagement: true,
      monthlyBudget: 4000,
      webSourceRanges: ['0.0.0.0/0'],
    },
  });
});
after(() => organisation?.stop());

/** What is in Azure, by type. */
const resources = type => organisation.sandbox.resources.list(type);

const counts = log =>
  /^.*Plan: (\d+) to add, (\d+) to change, (\d+) to destroy\.$/m
    .exec(log)
    ?.slice(1)
    .map(Number);

let made;

test('is planned, applied, released and tried', async () => {
  const run = await environment.run();
  assert.equal(run.state, 'succeeded', run.failures.join('\n'));
  assert.deepEqual(Object.keys(run.stages), [
    'validate',
    'plan',
    'apply',
    'deploy',
    'smoke',
  ]);
  [made] = counts(await run.log('plan', 'Plan'));
  assert.match(
    await run.log('apply', 'Apply the plan'),
    new RegExp(`Resources: ${made} added, 0 changed, 0 destroyed`),
  );
  for (const type of [
    'azurerm_kubernetes_cluster',
    'azurerm_postgresql_flexible_server',
    'azurerm_application_load_balancer',
    'azurerm_web_application_firewall_policy',
    'azurerm_data_protection_backup_instance_kubernetes_cluster',
    'azurerm_api_management',
    'azurerm_private_endpoint',
    'azurerm_nat_gateway',
    'azurerm_key_vault',
  ]) {
    assert.ok(resources(type).length > 0, type);
  }
});

test('stays as it is when nothing was changed', async () => {
  const run = await environment.run('apply');
  assert.equal(run.state, 'succeeded', run.failures.join('\n'));
  const log = await run.log('plan', 'Plan');
  assert.match(log, /No changes\./);
  assert.deepEqual(counts(log), [0, 0, 0]);
  const apply = run.steps.find(({ name }) => name === 'Apply the plan');
  assert.equal(apply.state, 'skipped');
  assert.equal(run.stages.smoke, 'succeeded');
});

test('shows what other hands changed, and mends it', async () => {
  const [workspace] = resources(WORKSPACE);
  const [hand] = resources('azurerm_role_assignment');
  organisation.sandbox.resources.put({
    ...workspace,
    values: { ...workspace.values, retention_in_days: 30 },
  });
  organisation.sandbox.resources.delete(hand.id, hand.type);

  const drift = await environment.run('drift');
  assert.equal(drift.state, 'succeeded', drift.failures.join('\n'));
  const log = await drift.log('drift', 'Compare');
  const found = JSON.parse(/drift\.json: (.*)$/m.exec(log)[1]);
  assert.equal(found.environment, NAME);
  assert.deepEqual([found.changed, found.deleted], [1, 1]);
  const { address, ...change } = found.resources.find(
    ({ type }) => type === WORKSPACE,
  );
  assert.match(address, /^module\.environment\.module\.monitoring\./);
  assert.deepEqual(change, {
    type: WORKSPACE,
    action: 'changed',
    attributes: ['retention_in_days'],
  });

  const run = await environment.run('apply');
  assert.equal(run.state, 'succeeded', run.failures.join('\n'));
  assert.deepEqual(counts(await run.log('plan', 'Plan')), [1, 1, 0]);
  assert.equal(resources(WORKSPACE)[0].values.retention_in_days, 90);
});

test('is taken down, and leaves nothing', async () => {
  const run = await environment.run('destroy');
  assert.equal(run.state, 'succeeded', run.failures.join('\n'));
  assert.deepEqual(run.stages, { plan: 'succeeded', destroy: 'succeeded' });
  assert.deepEqual(counts(await run.log('plan', 'Plan')), [0, 0, made]);
  assert.match(
    await run.log('destroy', 'Uninstall the releases'),
    /release "worker" uninstalled[^]*release "postgres" uninstalled/,
  );
  assert.deepEqual(
    resources().map(({ type, id }) => `${type} ${id}`),
    [],
  );

  // Asked for again, it finds nothing to do.
  const again = await environment.run('destroy');
  assert.equal(again.state, 'succeeded', again.failures.join('\n'));
  assert.deepEqual(counts(await again.log('plan', 'Plan')), [0, 0, 0]);
});
