// Plans the stack `environment` for each column of its presets, with the sandbox's azurerm and nothing made before.
import fs from 'node:fs';
import path from 'node:path';
import { root, succeed, tool } from './tools.mjs';

const stack = path.join(root, 'infra/stacks/environment');

/** What is asked for in each column: dev as it comes, prod with everything there is. */
export const COLUMNS = {
  dev: { tier: 'dev' },
  free: { tier: 'dev', free_subscription: true },
  staging: { tier: 'staging', managed_database_enabled: true },
  prod: { tier: 'prod', managed_database_enabled: true, edge_enabled: true },
};

const specOf = (column, size) => ({
  ...COLUMNS[column],
  name: `orders-${column}`,
  owner: 'group:default/team-orders',
  location: 'westeurope',
  size,
  address_range: '10.20.16.0/20',
  team: {
    group_object_id: '00000000-0000-4000-8000-000000000020',
    group_name: 'team-orders',
    email: 'team-orders@example.com',
  },
  workloads: {
    api: { service_account: 'api', reads_secrets: true },
    worker: { service_account: 'worker', writes_results: true },
  },
});

/** The plan of a column, as `terraform show -json` gives it; `folder` is where Terraform may work. */
export async function planOf(column, { folder, environment, size = 'medium' }) {
  const cwd = path.join(folder, `${column}-${size}`);
  fs.mkdirSync(cwd, { recursive: true });
  fs.writeFileSync(
    path.join(cwd, 'main.tf.json'),
    JSON.stringify({
      provider: { azurerm: { features: {}, storage_use_azuread: true } },
      module: {
        environment: {
          source: path.relative(cwd, stack),
          ...specOf(column, size),
        },
      },
      terraform: {
        required_providers: {
          azurerm: {
            source: 'hashicorp/azurerm',
            version: '>= 5.2.0, < 6.0.0',
          },
        },
      },
    }),
  );
  const terraform = (...args) =>
    succeed(tool('terraform', 'MOORLINE_TERRAFORM'), args, {
      cwd,
      env: { ...environment, TF_IN_AUTOMATION: 'true', TF_INPUT: 'false' },
    });
  await terraform('init', '-no-color');
  await terraform('plan', '-no-color', '-out=plan');
  return JSON.parse(await terraform('show', '-json', 'plan'));
}
