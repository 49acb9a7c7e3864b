import { blocksOf, textOf, Value, ValueObject } from '../values/value';
import { checkTexts, matches } from './checks';
import { keyOf, uuidOf } from './deterministic';
import { resourceId } from './resource-id';
import { PlannedChange, Refusal, TypeRules } from './type-rules';

const SERVICE =
  '{group}/providers/Microsoft.ApiManagement/service/{api_management_name}';

const idOf = (values: ValueObject) => textOf(values, 'id') ?? '';

const host = (service: string) => (values: ValueObject) =>
  `https://${textOf(values, 'name')}.${service}azure-api.net`;

/** `StandardV2` of `StandardV2_1`. */
const tierOf = (values: ValueObject) =>
  textOf(values, 'sku_name')?.split('_')[0] ?? '';

const isEmpty = (value: Value | undefined) =>
  value === null ||
  value === undefined ||
  (Array.isArray(value) && value.length === 0);

/** A service moves between the classic tiers and the V2 tiers only by being made anew. */
function replaceBetweenGenerations({ prior, planned, replace }: PlannedChange) {
  const tiers = prior ? [tierOf(prior), tierOf(planned)] : [];
  if (new Set(tiers.map(tier => tier.endsWith('V2'))).size > 1) {
    replace(['sku_name']);
  }
  return [];
}

function refuseService({
  values,
}: {
  values: ValueObject;
}): Refusal | undefined {
  const tier = tierOf(values);
  if (!isEmpty(values.zones) && !tier.startsWith('Premium')) {
    return {
      message: '`zones` is only supported when sku type is `Premium`',
    };
  }
  if (
    textOf(values, 'virtual_network_type') !== 'None' &&
    blocksOf(values, 'virtual_network_configuration').length === 0
  ) {
    return {
      message:
        '`virtual_network_configuration` must be specified when `virtual_network_type` is `External` or `Internal`',
    };
  }
  return undefined;
}

const subscriptionName = (values: ValueObject) =>
  textOf(values, 'subscription_id') ||
  uuidOf(
    `${textOf(values, 'api_management_name')} ${textOf(
      values,
      'display_name',
    )}`,
  );

/** A policy that was left out is an empty one. */
const policy = { xml_content: '' };

/** API Management: a service, its APIs, products, keys and policies. */
export const apiManagementRules: Record<string, TypeRules> = {
  azurerm_api_management: {
    title: 'Service',
    id: '{group}/providers/Microsoft.ApiManagement/service/{name}',
    computed: {
      developer_portal_url: host('developer.'),
      gateway_url: host(''),
      management_api_url: host('management.'),
      notification_sender_email: 'apimgmt-noreply@mail.windowsazure.com',
      portal_url: host('portal.'),
      scm_url: host('scm.'),
      gateway_regional_url: values =>
        `https://${textOf(values, 'name')}-${textOf(
          values,
          'location',
        )}-01.regional.azure-api.net`,
      private_ip_addresses: [],
      public_ip_addresses: [],
      delegation: [],
      hostname_configuration: [],
      protocols: [],
      security: [],
      sign_in: [],
      sign_up: [],
      tenant_access: [],
    },
    validate: config =>
      checkTexts(config, {
        name: (name, argument) =>
          /^[a-zA-Z]([a-zA-Z0-9-]{0,48}[a-zA-Z0-9])?$/.test(name)
            ? undefined
            : `${JSON.stringify(
                argument,
              )} may only contain alphanumeric characters and dashes up to 50 characters in length`,
        sku_name: matches(
          /^(Consumption_0|Developer_1|Basic_[1-2]|Standard_[1-4]|Premium_([1-9]|[1-9][0-9])|(Basic|Standard)V2_([1-9]|10)|PremiumV2_([1-9]|[1-2][0-9]|30))$/,
          'is not a valid Api Management sku name',
        ),
      }),
    plan: replaceBetweenGenerations,
    refuse: refuseService,
  },
  azurerm_api_management_api: {
    title: 'API',
    id: `${SERVICE}/apis/{name};rev={revision}`,
    computed: {
      api_type: 'http',
      display_name: values => textOf(values, 'name') ?? '',
      is_current: true,
      is_online: false,
      path: '',
      protocols: ['https'],
      service_url: '',
      subscription_key_parameter_names: [
        { header: 'Ocp-Apim-Subscription-Key', query: 'subscription-key' },
      ],
      version: '',
      version_set_id: '',
    },
  },
  azurerm_api_management_api_policy: {
    title: 'API Policy',
    id: `${SERVICE}/apis/{api_name}`,
    computed: policy,
  },
  azurerm_api_management_policy: {
    title: 'Policy',
    id: '{api_management_id}',
    computed: policy,
  },
  azurerm_api_management_product: {
    title: 'Product',
    id: `${SERVICE}/products/{product_id}`,
    refuse: ({ values }) =>
      values.approval_required === true &&
      values.subscription_required === false
        ? {
            message:
              '`subscription_required` must be true when `approval_required` is true',
          }
        : undefined,
  },
  azurerm_api_management_product_api: {
    title: 'Product API',
    id: `${SERVICE}/products/{product_id}/apis/{api_name}`,
  },
  azurerm_api_management_product_policy: {
    title: 'Product Policy',
    id: `${SERVICE}/products/{product_id}`,
    computed: policy,
  },
  azurerm_api_management_subscription: {
    title: 'Subscription',
    // Where no name is asked for, the provider draws one before it asks Azure.
    id: (values, world) =>
      resourceId(
        { title: '', id: `${SERVICE}/subscriptions/{subscription_id}` },
        { ...values, subscription_id: subscriptionName(values) },
        world,
      ),
    computed: {
      primary_key: values => keyOf(`${idOf(values)} primary`),
      secondary_key: values => keyOf(`${idOf(values)} secondary`),
      subscription_id: subscriptionName,
    },
  },
};
