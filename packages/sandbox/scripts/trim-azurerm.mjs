#!/usr/bin/env node
/*
 * Makes data/azurerm.json: what azurerm says of the resource types that the sandbox serves, and nothing else.
 *
 *   node scripts/trim-azurerm.mjs <schema.json[.gz]> <rules.json[.gz]>
 *
 * schema: the answer of `terraform providers schema -json` where azurerm is the only provider.
 * rules:  what that answer leaves out, as { version, provider, resources: { [type]: { import_id, custom_diff,
 *         arguments: { [path]: { force_new, default, one_of, … } } } } }, read from the provider's own schema tables.
 *
 * Each resource and data source becomes one line, so that a change of version can be read in a diff.
 */
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import zlib from 'node:zlib';

const RESOURCES = [
  'api_management',
  'api_management_api',
  'api_management_api_policy',
  'api_management_policy',
  'api_management_product',
  'api_management_product_api',
  'api_management_product_policy',
  'api_management_subscription',
  'application_load_balancer',
  'application_load_balancer_frontend',
  'application_load_balancer_security_policy',
  'application_load_balancer_subnet_association',
  'consumption_budget_resource_group',
  'container_registry',
  'container_registry_scope_map',
  'container_registry_token',
  'container_registry_token_password',
  'dashboard_grafana',
  'data_protection_backup_instance_kubernetes_cluster',
  'data_protection_backup_policy_kubernetes_cluster',
  'data_protection_backup_vault',
  'dns_a_record',
  'dns_cname_record',
  'dns_zone',
  'federated_identity_credential',
  'key_vault',
  'key_vault_key',
  'key_vault_secret',
  'kubernetes_cluster',
  'kubernetes_cluster_deployment_safeguard',
  'kubernetes_cluster_extension',
  'kubernetes_cluster_node_pool',
  'kubernetes_cluster_trusted_access_role_binding',
  'log_analytics_workspace',
  'management_lock',
  'monitor_action_group',
  'monitor_activity_log_alert',
  'monitor_alert_prometheus_rule_group',
  'monitor_data_collection_endpoint',
  'monitor_data_collection_rule',
  'monitor_data_collection_rule_association',
  'monitor_diagnostic_setting',
  'monitor_metric_alert',
  'monitor_scheduled_query_rules_alert_v2',
  'monitor_workspace',
  'nat_gateway',
  'nat_gateway_public_ip_association',
  'network_security_group',
  'network_security_rule',
  'postgresql_flexible_server',
  'postgresql_flexible_server_active_directory_administrator',
  'postgresql_flexible_server_configuration',
  'postgresql_flexible_server_database',
  'postgresql_flexible_server_firewall_rule',
  'private_dns_a_record',
  'private_dns_zone',
  'private_dns_zone_virtual_network_link',
  'private_endpoint',
  'public_ip',
  'resource_group',
  'role_assignment',
  'route',
  'route_table',
  'storage_account',
  'storage_container',
  'storage_management_policy',
  'subnet',
  'subnet_nat_gateway_association',
  'subnet_network_security_group_association',
  'subnet_route_table_association',
  'user_assigned_identity',
  'virtual_network',
  'virtual_network_peering',
  'web_application_firewall_policy',
].map(name => `azurerm_${name}`);

const DATA_SOURCES = [
  'client_config',
  'container_registry',
  'key_vault',
  'kubernetes_cluster',
  'location',
  'log_analytics_workspace',
  'monitor_workspace',
  'private_dns_zone',
  'resource_group',
  'subnet',
  'subscription',
  'user_assigned_identity',
  'virtual_network',
].map(name => `azurerm_${name}`);

const KEPT_RULES = [
  'force_new',
  'default',
  'one_of',
  'range',
  'conflicts_with',
  'exactly_one_of',
  'at_least_one_of',
  'required_with',
  'suppresses_diff',
  'normalised',
  'computed_block',
  'not_empty',
  'validated',
];

function fail(message) {
  console.error(message);
  process.exit(1);
}

function readJson(file) {
  const bytes = fs.readFileSync(file);
  return JSON.parse(file.endsWith('.gz') ? zlib.gunzipSync(bytes) : bytes);
}

const pick = (object, names) =>
  Object.fromEntries(
    names
      .filter(name => object?.[name] !== undefined)
      .map(name => [name, object[name]]),
  );

/** A block with the rules of its arguments beside them; `prefix` is the path of the block, ending in a dot. */
function trimBlock(block, rules, prefix) {
  const attributes = {};
  for (const [name, attribute] of Object.entries(block.attributes ?? {})) {
    const elements = pick(rules[`${prefix}${name}[]`], KEPT_RULES);
    attributes[name] = {
      ...pick(attribute, [
        'type',
        'required',
        'optional',
        'computed',
        'sensitive',
        'write_only',
      ]),
      ...pick(rules[`${prefix}${name}`], KEPT_RULES),
      ...(Object.keys(elements).length > 0 && { elements }),
    };
  }
  const blocks = {};
  for (const [name, nested] of Object.entries(block.block_types ?? {})) {
    if (name === 'timeouts') {
      // Always a single block of optional texts: their names say all.
      blocks.timeouts = { timeouts: Object.keys(nested.block.attributes) };
    } else {
      blocks[name] = {
        nesting: nested.nesting_mode,
        ...pick(nested, ['min_items', 'max_items']),
        ...pick(rules[`${prefix}${name}`], KEPT_RULES),
        ...trimBlock(nested.block, rules, `${prefix}${name}.`),
      };
    }
  }
  return {
    attributes,
    ...(Object.keys(blocks).length > 0 && { blocks }),
  };
}

const lines = entries =>
  Object.entries(entries)
    .map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`)
    .join(',\n');

const [schemaFile, rulesFile] = process.argv.slice(2);
if (!schemaFile || !rulesFile) {
  fail(
    'usage: node scripts/trim-azurerm.mjs <schema.json[.gz]> <rules.json[.gz]>',
  );
}
const schemas = Object.values(readJson(schemaFile).provider_schemas);
if (schemas.length !== 1) {
  fail(
    `${schemaFile} describes ${schemas.length} providers: one, azurerm, is expected`,
  );
}
const [schema] = schemas;
const rules = readJson(rulesFile);

const resources = {};
for (const type of RESOURCES) {
  const found = schema.resource_schemas[type];
  if (!found) {
    fail(
      `azurerm ${rules.version} has no resource ${type}: take it off the list in this script`,
    );
  }
  const known = rules.resources[type] ?? {};
  resources[type] = {
    version: found.version,
    ...(known.import_id && { id: known.import_id }),
    ...trimBlock(found.block, known.arguments ?? {}, ''),
  };
}

const dataSources = {};
for (const type of DATA_SOURCES) {
  const found = schema.data_source_schemas[type];
  if (!found) {
    fail(
      `azurerm ${rules.version} has no data source ${type}: take it off the list in this script`,
    );
  }
  dataSources[type] = trimBlock(found.block, {}, '');
}

const target = path.join(
  path.dirname(fileURLToPath(import.meta.url)),
  '..',
  'data',
  'azurerm.json',
);
fs.writeFileSync(
  target,
  `{"source":"https://github.com/hashicorp/terraform-provider-azurerm","license":"MPL-2.0","version":${JSON.stringify(
    rules.version,
  )},
"provider":${JSON.stringify(trimBlock(schema.provider.block, {}, ''))},
"resources":{
${lines(resources)}
},
"dataSources":{
${lines(dataSources)}
}}
`,
);
console.log(
  `${target}: ${RESOURCES.length} resources, ${
    DATA_SOURCES.length
  } data sources, ${Math.round(fs.statSync(target).size / 1024)} KB`,
);
