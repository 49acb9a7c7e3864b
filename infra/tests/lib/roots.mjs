// Plans each stack as it is used, with the sandbox's azurerm and nothing made before: `environment` for each column of its
// presets, and what stands beside environments.
import fs from 'node:fs';
import path from 'node:path';
import { root, succeed, tool } from './tools.mjs';

const platform = (type, name) =>
  `/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-moorline-platform/providers/${type}/${name}`;

/** What the stack `platform` would hand on. */
const shared = {
  registry: {
    id: platform('Microsoft.ContainerRegistry/registries', 'acrmoorline'),
    login_server: 'acrmoorline.azurecr.io',
  },
  workspace: {
    id: platform('Microsoft.OperationalInsights/workspaces', 'log-moorline'),
  },
  dns_zone: {
    name: 'env.example.com',
    resource_group_name: 'rg-moorline-platform',
  },
};

const environment = (column, given) => ({
  stack: 'environment',
  input: {
    name: `orders-${column}`,
    owner: 'group:default/team-orders',
    location: 'westeurope',
    size: 'medium',
    address_range: '10.20.16.0/20',
    team: {
      group_object_id: '00000000-0000-4000-8000-000000000020',
      group_name: 'team-orders',
      email: 'team-orders@example.com',
    },
    workloads: {
      api: { service_account: 'api', reads_secrets: true },
      worker: { service_account: 'worker', writes_results: true },
      postgres: { service_account: 'postgres', writes_backups: true },
    },
    ...given,
  },
});

const connection = name => ({
  issuer:
    'https://login.microsoftonline.com/00000000-0000-4000-8000-0000000000aa/v2.0',
  subject: `/eid1/c/pub/t/tenant/a/organization/sc/organization/${name}`,
});

/** By name: the stack and its input. Dev as it comes, staging with what is shared, prod with everything of its own. */
export const ROOTS = {
  bootstrap: {
    stack: 'bootstrap',
    input: {
      location: 'westeurope',
      storage_account_name: 'stmoorlinestate',
      service_connections: {
        plan: connection('plan'),
        apply: connection('apply'),
      },
    },
  },
  platform: {
    stack: 'platform',
    input: {
      location: 'westeurope',
      registry_name: 'acrmoorline',
      registry_replica_locations: ['northeurope'],
      domain: 'env.example.com',
      monthly_budget: 300,
      email: 'platform@example.com',
    },
  },
  dev: environment('dev', { tier: 'dev' }),
  free: environment('free', { tier: 'dev', free_subscription: true }),
  staging: environment('staging', {
    tier: 'staging',
    managed_database_enabled: true,
    shared,
  }),
  prod: environment('prod', {
    tier: 'prod',
    managed_database_enabled: true,
    edge_enabled: true,
    monthly_budget: 4000,
    api_management: {
      apis: {
        orders: {
          display_name: 'Orders',
          path: 'orders',
          service_url: 'https://api.orders.example.com',
        },
      },
      products: { partners: { display_name: 'Partners', apis: ['orders'] } },
    },
    node_pools: {
      batch: {
        vm_size: 'Standard_D4ds_v5',
        max_count: 10,
        taints: ['workload=batch:NoSchedule'],
        spot: {},
      },
    },
  }),
};

/** Writes a root that calls a stack, as a person's would; `changes` go over its input. */
export function writeRoot(cwd, { stack, input }, changes = {}) {
  fs.mkdirSync(cwd, { recursive: true });
  fs.writeFileSync(
    path.join(cwd, 'main.tf.json'),
    JSON.stringify({
      provider: { azurerm: { features: {}, storage_use_azuread: true } },
      module: {
        [stack]: {
          source: path.relative(cwd, path.join(root, 'infra/stacks', stack)),
          ...input,
          ...changes,
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
}

/** Runs Terraform in a folder against a provider. */
export const terraformAt =
  (cwd, environmentVariables) =>
  (...args) =>
    succeed(tool('terraform', 'MOORLINE_TERRAFORM'), args, {
      cwd,
      env: {
        ...environmentVariables,
        TF_IN_AUTOMATION: 'true',
        TF_INPUT: 'false',
      },
    });

/** The plan of a root, as `terraform show -json` gives it; `cwd` is where Terraform may work. */
export async function planOfRoot(called, { cwd, environment: env }, changes) {
  writeRoot(cwd, called, changes);
  const terraform = terraformAt(cwd, env);
  await terraform('init', '-no-color');
  await terraform('plan', '-no-color', '-out=plan');
  return JSON.parse(await terraform('show', '-json', 'plan'));
}

/** The plan of one of `ROOTS`, below `folder`. */
export function planOf(name, { folder, environment: env, changes = {} }) {
  const cwd = path.join(folder, [name, ...Object.values(changes)].join('-'));
  return planOfRoot(ROOTS[name], { cwd, environment: env }, changes);
}
