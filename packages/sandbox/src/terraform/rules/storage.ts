import { blocksOf, textOf, ValueObject } from '../values/value';
import { checkTexts } from './checks';
import { keyOf } from './deterministic';
import { parseId } from './resource-id';
import { Computed, TypeRules } from './type-rules';

const idOf = (values: ValueObject) => textOf(values, 'id') ?? '';

const SERVICES = ['blob', 'dfs', 'file', 'queue', 'table', 'web'];
const ROUTES = ['', 'internet_', 'microsoft_'];

const isGeo = (values: ValueObject) =>
  ['RAGRS', 'RAGZRS'].includes(
    textOf(values, 'account_replication_type') ?? '',
  );

const hasSecondary = (values: ValueObject, side: string) =>
  side === 'primary' || isGeo(values);

/** Hosts and endpoints of each service, by the way that a request takes; only accounts with that routing have the others. */
function endpoints(): Record<string, Computed> {
  const computed: Record<string, Computed> = {};
  for (const side of ['primary', 'secondary']) {
    for (const service of SERVICES) {
      for (const route of ROUTES) {
        const host = (values: ValueObject): string => {
          if (route !== '' || !hasSecondary(values, side)) {
            return '';
          }
          const account = `${textOf(values, 'name')}${
            side === 'secondary' ? '-secondary' : ''
          }`;
          const label = service === 'web' ? 'z6.web' : service;
          return `${account}.${label}.core.windows.net`;
        };
        computed[`${side}_${service}_${route}host`] = host;
        computed[`${side}_${service}_${route}endpoint`] = values =>
          host(values) && `https://${host(values)}/`;
      }
    }
    const connection = (values: ValueObject) =>
      hasSecondary(values, side)
        ? `DefaultEndpointsProtocol=https;AccountName=${textOf(
            values,
            'name',
          )};AccountKey=${keyOf(
            `${idOf(values)} ${side}`,
          )};EndpointSuffix=core.windows.net`
        : '';
    computed[`${side}_access_key`] = values => keyOf(`${idOf(values)} ${side}`);
    computed[`${side}_connection_string`] = connection;
    computed[`${side}_blob_connection_string`] = connection;
  }
  return computed;
}

/** Storage accounts and containers. */
export const storageRules: Record<string, TypeRules> = {
  azurerm_storage_account: {
    title: 'Storage Account',
    id: '{group}/providers/Microsoft.Storage/storageAccounts/{name}',
    computed: {
      ...endpoints(),
      access_tier: 'Hot',
      large_file_share_enabled: false,
      primary_location: values => textOf(values, 'location') ?? '',
      secondary_location: '',
      blob_properties: [
        {
          change_feed_enabled: false,
          default_service_version: '',
          last_access_time_enabled: false,
          versioning_enabled: false,
        },
      ],
      network_rules: [],
      routing: [],
      share_properties: [],
    },
    validate: config =>
      checkTexts(config, {
        name: name =>
          /^[a-z0-9]{3,24}$/.test(name)
            ? undefined
            : `name ("${name}") can only consist of lowercase letters and numbers, and must be between 3 and 24 characters long`,
      }),
    refuse({ values, world }) {
      const [blob] = blocksOf(values, 'blob_properties');
      if (
        blob &&
        blocksOf(blob, 'restore_policy').length > 0 &&
        (blob.versioning_enabled !== true || blob.change_feed_enabled !== true)
      ) {
        return {
          message:
            'when `restore_policy` is set, `versioning_enabled` and `change_feed_enabled` must be set to `true`',
        };
      }
      const taken = world.resources
        .list('azurerm_storage_account')
        .find(
          other =>
            other.id.toLowerCase() !== idOf(values).toLowerCase() &&
            other.values.name === values.name,
        );
      return taken
        ? {
            status: 409,
            code: 'StorageAccountAlreadyTaken',
            message: `The storage account named ${textOf(
              values,
              'name',
            )} is already taken.`,
          }
        : undefined;
    },
  },
  azurerm_storage_container: {
    title: 'Container',
    id: '{storage_account_id}/blobServices/default/containers/{name}',
    computed: {
      default_encryption_scope: '$account-encryption-key',
      has_immutability_policy: false,
      has_legal_hold: false,
      metadata: {},
      url: values =>
        `https://${
          parseId(textOf(values, 'storage_account_id') ?? '').lastName
        }.blob.core.windows.net/${textOf(values, 'name')}`,
    },
    validate: config =>
      checkTexts(config, {
        name: (name, argument) =>
          /^(\$root|\$web|[0-9a-z][0-9a-z-]{1,61}[0-9a-z])$/.test(name) &&
          !name.includes('--')
            ? undefined
            : `only lowercase alphanumeric characters and hyphens allowed in ${JSON.stringify(
                argument,
              )}: ${JSON.stringify(name)}`,
      }),
  },
  azurerm_storage_management_policy: {
    title: 'Management Policy',
    id: '{storage_account_id}/managementPolicies/default',
  },
};
