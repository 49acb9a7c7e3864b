import { checkGroupName } from '../rules/resource-group';
import { parseAddress } from '../rules/cidr';
import { checkId, ID_ARGUMENTS } from './resource-ids';

/** The provider's check of one text; answers its complaint. `key` is the argument's whole path. */
type Check = (text: string, name: string, key: string) => string | undefined;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether the text is a UUID. */
export const isUuid = (text: string) => UUID.test(text);

const uuid: Check = (text, _, key) =>
  isUuid(text)
    ? undefined
    : `expected "${key}" to be a valid UUID, got ${text}`;

const cidr: Check = (text, name) =>
  /^\d{1,3}(\.\d{1,3}){3}\/([0-9]|[12][0-9]|3[0-2])$/.test(text) &&
  parseAddress(text.split('/')[0]) !== undefined
    ? undefined
    : `"${name}" must start with IPV4 address and/or slash, number of bits (0-32) as prefix. Example: 127.0.0.1/8. Got ${JSON.stringify(
        text,
      )}.`;

const address: Check = (text, _, key) =>
  parseAddress(text) === undefined
    ? `expected ${key} to contain a valid IPv4 address, got: ${text}`
    : undefined;

/** Checks that the provider makes wherever an argument of this name, or at this path, is validated. */
const BY_NAME: Record<string, Check> = {
  dns_service_ip: address,
  end_ip_address: address,
  start_ip_address: address,
  object_id: uuid,
  'event_hub_receiver.subscription_id': uuid,
  tenant_id: uuid,
  pod_cidr: cidr,
  service_cidr: cidr,
  subnet_cidr: cidr,
  resource_group_name: (text, name) => checkGroupName(text, name),
};

/** Checks a text of which the schema only says that the provider validates it. */
export function checkText(
  key: string,
  name: string,
  text: string,
): string | undefined {
  const kind = ID_ARGUMENTS[name];
  // A cluster's zone may also be Azure's own, or none.
  if (kind && !['System', 'None'].includes(text)) {
    return checkId(kind, text);
  }
  const check = BY_NAME[key.replace(/\.\d+/g, '')] ?? BY_NAME[name];
  return check?.(text, name, key);
}
