import { blocksOf, textOf, ValueObject } from '../values/value';
import { checkTexts, matches } from './checks';
import { Refusal, TypeRules } from './type-rules';

/** The performance tier that Azure gives to a size of storage, where none is asked for. */
const TIERS: Record<number, string> = {
  32768: 'P4',
  65536: 'P6',
  131072: 'P10',
  262144: 'P15',
  524288: 'P20',
  1048576: 'P30',
  2097152: 'P40',
  4193280: 'P50',
  4194304: 'P50',
  8388608: 'P60',
  16777216: 'P70',
  33553408: 'P80',
};

const hasPassword = (values: ValueObject) =>
  blocksOf(values, 'authentication')[0]?.password_auth_enabled !== false;

function refuseServer(
  values: ValueObject,
  prior: ValueObject | undefined,
): Refusal | undefined {
  const mode = textOf(values, 'create_mode');
  const [authentication] = blocksOf(values, 'authentication');
  const [availability] = blocksOf(values, 'high_availability');
  const password = [
    values.administrator_password,
    values.administrator_password_wo_version,
  ].some(given => given !== null && given !== undefined);
  const login = textOf(values, 'administrator_login');
  if (!prior && (!mode || mode === 'Default')) {
    if (!hasPassword(values) && (login || password)) {
      return {
        message:
          '`administrator_login` and `administrator_password` cannot be set during creation when `authentication.0.password_auth_enabled` is set to `false`',
      };
    }
    if (hasPassword(values) && !login) {
      return {
        message:
          '`administrator_login` is required when `create_mode` is `Default` and `authentication.password_auth_enabled` is set to `true`',
      };
    }
    if (hasPassword(values) && !password) {
      return {
        message:
          '`administrator_password` is required when `create_mode` is `Default` and `authentication.password_auth_enabled` is set to `true`',
      };
    }
    if (!values.sku_name) {
      return {
        message: '`sku_name` is required when `create_mode` is `Default`',
      };
    }
    if (!values.version) {
      return {
        message: '`version` is required when `create_mode` is `Default`',
      };
    }
  }
  if (
    authentication?.active_directory_auth_enabled === true &&
    !authentication.tenant_id
  ) {
    return {
      status: 400,
      code: 'InvalidParameterValue',
      message:
        'Tenant id is required when Microsoft Entra authentication is enabled.',
    };
  }
  if (availability && textOf(values, 'sku_name')?.startsWith('B_')) {
    return {
      status: 400,
      code: 'HADisabledForBurstableSku',
      message: 'High availability is not supported for Burstable SKU tier.',
    };
  }
  if (
    values.delegated_subnet_id &&
    values.public_network_access_enabled === true
  ) {
    return {
      status: 400,
      code: 'ConflictingPublicNetworkAccessAndVirtualNetworkConfiguration',
      message:
        'Conflicting configuration is detected between Public Network Access and Virtual Network arguments. Public Network Access is not supported along with Virtual Network feature.',
    };
  }
  return undefined;
}

/** PostgreSQL as a service. */
export const postgresqlRules: Record<string, TypeRules> = {
  azurerm_postgresql_flexible_server: {
    title: 'Flexible Server',
    id: '{group}/providers/Microsoft.DBforPostgreSQL/flexibleServers/{name}',
    computed: {
      administrator_login: '',
      backup_retention_days: 7,
      fqdn: values => `${textOf(values, 'name')}.postgres.database.azure.com`,
      private_dns_zone_id: '',
      sku_name: '',
      version: '',
      storage_mb: 32768,
      storage_tier: values => TIERS[Number(values.storage_mb)] ?? 'P4',
      authentication: [
        {
          active_directory_auth_enabled: false,
          password_auth_enabled: true,
          tenant_id: '',
        },
      ],
    },
    validate: config =>
      checkTexts(config, {
        name: matches(
          /^[a-z0-9]([a-z0-9-]{1,61}[a-z0-9])$/,
          'must be between 3 and 63 characters, contain only lowercase letters, numbers and hyphens, and not start or end with a hyphen',
        ),
        sku_name: matches(
          /^((B_Standard_B((1|2|4|8|12|16|20)(ms|ls|s)))|((GP|MO)_Standard_[DE]\w+))$/,
          'is not a valid sku name',
        ),
      }),
    refuse: ({ values, prior }) => refuseServer(values, prior),
  },
  azurerm_postgresql_flexible_server_active_directory_administrator: {
    title: 'Administrator',
    id: '{group}/providers/Microsoft.DBforPostgreSQL/flexibleServers/{server_name}/administrators/{object_id}',
  },
  azurerm_postgresql_flexible_server_configuration: {
    title: 'Configuration',
    id: '{server_id}/configurations/{name}',
  },
  azurerm_postgresql_flexible_server_database: {
    title: 'Database',
    id: '{server_id}/databases/{name}',
  },
  azurerm_postgresql_flexible_server_firewall_rule: {
    title: 'Firewall Rule',
    id: '{server_id}/firewallRules/{name}',
  },
};
