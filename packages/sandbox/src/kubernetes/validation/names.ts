/** The rules that Kubernetes has for names, with the words in which it refuses. */
const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN =
  /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const SERVICE_LABEL = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const QUALIFIED = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;

const SUBDOMAIN_WORDS =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const LABEL_WORDS =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const SERVICE_WORDS =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
const LABEL_VALUE_WORDS =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const QUALIFIED_WORDS =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

const atMost = (length: number) => `must be no more than ${length} characters`;

/** Each answers what is wrong, or undefined. */
export type NameRule = (name: string) => string | undefined;

export const dnsSubdomain: NameRule = name => {
  if (name.length > 253) return atMost(253);
  return SUBDOMAIN.test(name) ? undefined : SUBDOMAIN_WORDS;
};

export const dnsLabel: NameRule = name => {
  if (name.length > 63) return atMost(63);
  return LABEL.test(name) ? undefined : LABEL_WORDS;
};

export const serviceName: NameRule = name => {
  if (name.length > 63) return atMost(63);
  return SERVICE_LABEL.test(name) ? undefined : SERVICE_WORDS;
};

/** Roles and their bindings: anything that is one path segment. */
export const pathSegment: NameRule = name => {
  if (name === '.' || name === '..') return `may not be '${name}'`;
  for (const part of ['/', '%']) {
    if (name.includes(part)) return `may not contain '${part}'`;
  }
  return undefined;
};

export const labelValue: NameRule = value => {
  if (value.length > 63) return 'must be no more than 63 bytes';
  return value === '' || QUALIFIED.test(value) ? undefined : LABEL_VALUE_WORDS;
};

export const qualifiedName: NameRule = key => {
  const parts = key.split('/');
  if (parts.length > 2) {
    return `a qualified name ${QUALIFIED_WORDS.replace(
      'name part ',
      '',
    )} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`;
  }
  if (parts.length === 2) {
    if (!parts[0]) return 'prefix part must be non-empty';
    const wrong = dnsSubdomain(parts[0]);
    if (wrong) return `prefix part ${wrong}`;
  }
  const name = parts[parts.length - 1];
  if (!name) return 'name part must be non-empty';
  if (name.length > 63) return `name part ${atMost(63)}`;
  return QUALIFIED.test(name) ? undefined : QUALIFIED_WORDS;
};

const ENV_NAME = /^[ -<>-~]+$/;

export const envName: NameRule = name =>
  ENV_NAME.test(name)
    ? undefined
    : "a valid environment variable name must consist only of printable ASCII characters other than '='";

const CONFIG_KEY = /^[-._a-zA-Z0-9]+$/;

export const configKey: NameRule = key => {
  if (key.length > 253) return atMost(253);
  if (key === '.' || key === '..') return `must not be '${key}'`;
  return CONFIG_KEY.test(key)
    ? undefined
    : "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
};
