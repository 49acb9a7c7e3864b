// JSON Schemas of single values, for the charts' schemas.

/** An object that has these keys and no others. */
export const object = (description, properties, more = {}) => ({
  type: 'object',
  description,
  additionalProperties: false,
  properties,
  ...more,
});

/** An object of any keys of a form. */
export const map = (description, keys, value) => ({
  type: 'object',
  description,
  additionalProperties: false,
  patternProperties: { [keys]: value },
});

export const list = (description, items, more = {}) => ({
  type: 'array',
  description,
  uniqueItems: true,
  items,
  ...more,
});

const string = pattern => description => ({
  type: 'string',
  description,
  pattern,
});

export const text = description => ({ type: 'string', description });
export const flag = description => ({ type: 'boolean', description });
export const integer = (description, minimum, maximum, more = {}) => ({
  type: 'integer',
  description,
  minimum,
  maximum,
  ...more,
});
export const choice = (description, values) => ({
  type: 'string',
  description,
  enum: values,
});

/** The same, or an empty text. */
export const orEmpty = type => ({
  ...type,
  pattern: type.pattern.replace(/^\^(.*)\$$/, '^($1)?$$'),
});

const NAME = '[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?';
export const name = string(`^${NAME}$`);
export const hostName = string(
  '^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$',
);
export const path = string('^/');
export const url = string('^https?://[^\\s]+$');
export const httpsUrl = string('^https://[^\\s?#@]+$');
/** A container of Blob storage, without a signature. */
export const containerUrl = string('^https://[a-z0-9.-]+/[a-z0-9-]{3,63}$');
export const scope = string('^/[^\\s]+$');
export const cron = string('^(never|[^\\s]+( [^\\s]+){4})$');
export const uuid = string('^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$');
export const addressRange = string(
  '^[0-9]{1,3}(\\.[0-9]{1,3}){3}/([0-9]|[12][0-9]|3[0-2])$',
);
export const duration = string('^[0-9]+(s|m|h)$');

/** Registry, repository, and a tag other than `latest` or a digest. */
export const image = description => ({
  type: 'string',
  description,
  pattern:
    '^[a-z0-9.-]+(:[0-9]+)?(/[a-z0-9]+([._-]+[a-z0-9]+)*)+(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[0-9a-f]{64})?$',
  anyOf: [
    { pattern: '@sha256:' },
    { pattern: ':[A-Za-z0-9_][A-Za-z0-9_.-]*$' },
  ],
  not: { pattern: ':latest$' },
});

/** An image, or an empty text. */
export const optionalImage = description => ({
  description,
  anyOf: [{ const: '' }, image(description)],
});

/** Variables of an environment: their names, and texts, numbers or flags. */
export const variables = (description, value = {}) =>
  map(description, '^[A-Za-z_][A-Za-z0-9_]*$', {
    type: ['string', 'number', 'boolean'],
    ...value,
  });

const quantity = {
  type: ['string', 'integer', 'number'],
  pattern: '^[0-9]+(\\.[0-9]+)?(m|k|Ki|Mi|Gi|Ti)?$',
};
const amounts = description =>
  object(
    description,
    { cpu: quantity, memory: quantity, 'ephemeral-storage': quantity },
    { required: ['cpu', 'memory'] },
  );
export const resources = object(
  'What a pod asks for and may not exceed.',
  { requests: amounts('Asked for.'), limits: amounts('Not to be exceeded.') },
  { required: ['requests', 'limits'] },
);
