import { textOf, ValueObject } from '../values/value';
import { checkTexts, matches } from './checks';
import { hexOf, keyOf } from './deterministic';
import { parseId } from './resource-id';
import { Computed, TypeRules } from './type-rules';

const vaultHost = (values: ValueObject) =>
  `https://${parseId(
    textOf(values, 'key_vault_id') ?? '',
  ).lastName.toLowerCase()}.vault.azure.net`;

const version = (values: ValueObject) =>
  hexOf(`${textOf(values, 'key_vault_id')} ${textOf(values, 'name')}`, 32);

/** Where a secret or key is, in the vault and in Resource Manager. */
const places = (kind: 'secrets' | 'keys'): Record<string, Computed> => ({
  version,
  versionless_id: values =>
    `${vaultHost(values)}/${kind}/${textOf(values, 'name')}`,
  resource_id: values =>
    `${textOf(values, 'key_vault_id')}/${kind}/${textOf(
      values,
      'name',
    )}/versions/${version(values)}`,
  resource_versionless_id: values =>
    `${textOf(values, 'key_vault_id')}/${kind}/${textOf(values, 'name')}`,
});

const itemName = matches(
  /^[a-zA-Z0-9-]{1,127}$/,
  'may only contain alphanumeric characters and dashes',
);

/** Vaults and what they hold. */
export const keyVaultRules: Record<string, TypeRules> = {
  azurerm_key_vault: {
    title: 'Key Vault',
    id: '{group}/providers/Microsoft.KeyVault/vaults/{name}',
    computed: {
      access_policy: [],
      network_acls: [],
      vault_uri: values =>
        `https://${textOf(values, 'name')?.toLowerCase()}.vault.azure.net/`,
    },
    validate: config =>
      checkTexts(config, {
        name: (name, argument) =>
          /^[a-zA-Z0-9-]{3,24}$/.test(name)
            ? undefined
            : `${JSON.stringify(
                argument,
              )} may only contain alphanumeric characters and dashes and must be between 3-24 chars`,
      }),
    refuse: ({ prior, values }) =>
      prior?.purge_protection_enabled === true &&
      values.purge_protection_enabled !== true
        ? {
            message: `once Purge Protection has been Enabled it's not possible to disable it`,
          }
        : undefined,
  },
  azurerm_key_vault_secret: {
    title: 'Secret',
    id: values =>
      `${vaultHost(values)}/secrets/${textOf(values, 'name')}/${version(
        values,
      )}`,
    computed: places('secrets'),
    validate: config => checkTexts(config, { name: itemName }),
  },
  azurerm_key_vault_key: {
    title: 'Key',
    id: values =>
      `${vaultHost(values)}/keys/${textOf(values, 'name')}/${version(values)}`,
    computed: {
      ...places('keys'),
      curve: values =>
        textOf(values, 'key_type')?.startsWith('EC') ? 'P-256' : '',
      e: 'AQAB',
      n: values => keyOf(`${version(values)} n`),
      x: '',
      y: '',
      public_key_openssh: '',
      public_key_pem: '',
    },
    validate: config => checkTexts(config, { name: itemName }),
  },
};
