import { blocksOf, textOf, ValueObject } from '../values/value';
import { normaliseLocation } from '../plan/normalise';
import { checkTexts } from './checks';
import { keyOf } from './deterministic';
import { Problem, TypeRules } from './type-rules';

const REGISTRY = '{group}/providers/Microsoft.ContainerRegistry/registries';

const idOf = (values: ValueObject) => textOf(values, 'id') ?? '';

function checkName(name: string, argument: string): string | undefined {
  if (!/^[a-zA-Z0-9]+$/.test(name)) {
    return `alpha numeric characters only are allowed in ${JSON.stringify(
      argument,
    )}: ${JSON.stringify(name)}`;
  }
  if (name.length < 5) {
    return `${JSON.stringify(
      argument,
    )} cannot be less than 5 characters: ${JSON.stringify(name)}`;
  }
  return name.length > 50
    ? `${JSON.stringify(
        argument,
      )} cannot be longer than 50 characters: ${JSON.stringify(name)} ${
        name.length
      }`
    : undefined;
}

const checkLength =
  (least: number, most: number) =>
  (name: string, argument: string): string | undefined =>
    name.length < least || name.length > most
      ? `expected length of ${argument} to be in the range (${least} - ${most}), got ${name}`
      : undefined;

/** What only the Premium tier has, and the provider's words for it. */
function premiumOnly(values: ValueObject): string | undefined {
  const downgrade = 'If you are downgrading from a Premium SKU please';
  if (blocksOf(values, 'georeplications').length > 0) {
    return 'ACR geo-replication can only be applied when using the Premium Sku.';
  }
  if (values.quarantine_policy_enabled === true) {
    return `ACR quarantine policy can only be applied when using the Premium Sku. ${downgrade} set quarantine_policy_enabled to false`;
  }
  if (Number(values.retention_policy_in_days ?? 0) > 0) {
    return `ACR retention policy can only be applied when using the Premium Sku. ${downgrade} unset \`retention_policy_in_days\``;
  }
  if (values.export_policy_enabled === false) {
    return `ACR export policy can only be disabled when using the Premium Sku. ${downgrade} unset \`export_policy_enabled\` or set \`export_policy_enabled = true\``;
  }
  if (values.zone_redundancy_enabled === true) {
    return 'ACR zone redundancy can only be applied when using the Premium Sku';
  }
  return values.data_endpoint_enabled === true
    ? 'ACR dedicated data endpoints can only be applied when using the Premium Sku.'
    : undefined;
}

function planRegistry(planned: ValueObject): Problem[] {
  const sku = textOf(planned, 'sku');
  if (sku === undefined) {
    return [];
  }
  const problems: string[] = [];
  const premium = sku === 'Premium' ? undefined : premiumOnly(planned);
  if (premium) {
    problems.push(premium);
  }
  if (
    planned.export_policy_enabled === false &&
    planned.public_network_access_enabled === true
  ) {
    problems.push(
      'To disable export of artifacts, `public_network_access_enabled` must also be `false`',
    );
  }
  const replicas = blocksOf(planned, 'georeplications').map(replica =>
    normaliseLocation(textOf(replica, 'location') ?? ''),
  );
  if (replicas.includes(textOf(planned, 'location') ?? '-')) {
    problems.push(
      'The `georeplications` list cannot contain the location where the Container Registry exists.',
    );
  }
  if (sku === 'Basic' && planned.anonymous_pull_enabled === true) {
    problems.push(
      '`anonymous_pull_enabled` can only be applied when using the Standard or Premium Sku',
    );
  }
  return problems.map(summary => ({ summary }));
}

/** Container registries. */
export const registryRules: Record<string, TypeRules> = {
  azurerm_container_registry: {
    title: 'Registry',
    id: `${REGISTRY}/{name}`,
    computed: {
      login_server: values =>
        `${(textOf(values, 'name') ?? '').toLowerCase()}.azurecr.io`,
      admin_username: values =>
        values.admin_enabled === true ? values.name : '',
      admin_password: values =>
        values.admin_enabled === true ? keyOf(`${idOf(values)} admin`) : '',
      data_endpoint_host_names: values =>
        values.data_endpoint_enabled === true
          ? [`${values.name}.${values.location}.data.azurecr.io`]
          : [],
      network_rule_set: values =>
        values.sku === 'Premium'
          ? [{ default_action: 'Allow', ip_rule: [] }]
          : [],
    },
    validate: config => checkTexts(config, { name: checkName }),
    plan: ({ planned }) => planRegistry(planned),
    refuse({ values, world }) {
      if (
        values.sku !== 'Premium' &&
        values.public_network_access_enabled === false
      ) {
        return {
          message:
            '`public_network_access_enabled` can only be disabled for a Premium Sku. If you are downgrading from a Premium SKU please set `public_network_access_enabled` to true',
        };
      }
      const taken = world.resources
        .list('azurerm_container_registry')
        .find(
          other =>
            other.id.toLowerCase() !== idOf(values).toLowerCase() &&
            String(other.values.name).toLowerCase() ===
              textOf(values, 'name')?.toLowerCase(),
        );
      return taken
        ? {
            status: 409,
            code: 'AlreadyInUse',
            message: `The registry DNS name ${
              textOf(values, 'login_server') ??
              `${textOf(values, 'name')?.toLowerCase()}.azurecr.io`
            } is already in use. You can check if the name is already claimed using following API: https://docs.microsoft.com/en-us/rest/api/containerregistry/registries/checknameavailability`,
          }
        : undefined;
    },
  },
  azurerm_container_registry_scope_map: {
    title: 'Scope Map',
    id: `${REGISTRY}/{container_registry_name}/scopeMaps/{name}`,
    validate: config => checkTexts(config, { name: checkLength(5, 49) }),
  },
  azurerm_container_registry_token: {
    title: 'Token',
    id: `${REGISTRY}/{container_registry_name}/tokens/{name}`,
    validate: config => checkTexts(config, { name: checkLength(5, 49) }),
  },
  azurerm_container_registry_token_password: {
    title: 'Token Password',
    id: '{container_registry_token_id}/passwords/password',
    computed: {
      'password1.value': values => keyOf(`${idOf(values)} password1`),
      'password2.value': values => keyOf(`${idOf(values)} password2`),
    },
  },
};
