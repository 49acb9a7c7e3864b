import { Registry } from '../schema/registry';
import { ResourceType } from '../schema/resourceType';
import { FieldSchema, typeSchema } from '../schema/schema';
import { groupVersionKind } from './discovery';

const rootOf = (groupVersion: string) =>
  groupVersion.includes('/') ? `apis/${groupVersion}` : `api/${groupVersion}`;

/** `/openapi/v3`: where each group version's document is. */
export const openapiIndex = (registry: Registry) => ({
  paths: Object.fromEntries(
    registry.groupVersions().map(groupVersion => {
      const path = rootOf(groupVersion);
      const hash = registry.in(groupVersion).length;
      const url = `/openapi/v3/${path}?hash=${hash}`;
      return [path, { serverRelativeURL: url }];
    }),
  ),
});

const SCALARS: Record<string, object> = {
  string: { type: 'string' },
  bytes: { type: 'string', format: 'byte' },
  time: { type: 'string', format: 'date-time' },
  integer: { type: 'integer' },
  number: { type: 'number' },
  boolean: { type: 'boolean' },
  quantity: { type: 'string' },
  intOrString: { type: 'string', format: 'int-or-string' },
  object: { type: 'object' },
  any: {},
};

function fieldDocument(field: FieldSchema): object {
  const one = SCALARS[field.type] ?? {
    allOf: [{ $ref: `#/components/schemas/${field.type}` }],
  };
  if (field.of === 'map') return { type: 'object', additionalProperties: one };
  if (field.of !== 'list') return one;
  return {
    type: 'array',
    items: one,
    ...(field.keys
      ? {
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': field.keys,
        }
      : {}),
    ...(field.merge === undefined
      ? {}
      : {
          'x-kubernetes-patch-strategy': 'merge',
          'x-kubernetes-patch-merge-key': field.merge || undefined,
        }),
  };
}

function addSchemas(name: string, into: Record<string, object>) {
  const schema = typeSchema(name);
  if (!schema || into[name]) return;
  const fields = Object.entries(schema.fields);
  into[name] = {
    type: 'object',
    properties: Object.fromEntries(
      fields.map(([key, field]) => [key, fieldDocument(field)]),
    ),
    required: fields.flatMap(([key, field]) => (field.required ? [key] : [])),
  };
  fields.forEach(([, field]) => addSchemas(field.type, into));
}

const QUERY = ['dryRun', 'fieldManager', 'fieldValidation', 'force'].map(
  name => ({
    name,
    in: 'query',
    schema: { type: 'string', uniqueItems: true },
  }),
);

/** Clients ask it which parameters a PATCH takes, and `kubectl explain` what fields a kind has. */
function pathItem(type: ResourceType) {
  const gvk = groupVersionKind(type.groupVersion, type.kind);
  const operation = (action: string, parameters: object[]) => ({
    tags: [],
    operationId: `${action}${type.kind}`,
    parameters,
    responses: { 200: { description: 'OK' } },
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': gvk,
  });
  return { get: operation('get', []), patch: operation('patch', QUERY) };
}

/** `/openapi/v3/<group version>`, thin: paths with their parameters, and the types of the kinds. */
export function openapiDocument(
  registry: Registry,
  groupVersion: string,
  release: string,
) {
  const schemas: Record<string, object> = {};
  const paths: Record<string, object> = {};
  for (const type of registry.in(groupVersion)) {
    const where = type.namespaced ? '/namespaces/{namespace}' : '';
    paths[`/${rootOf(groupVersion)}${where}/${type.plural}/{name}`] =
      pathItem(type);
    const gvk = groupVersionKind(type.groupVersion, type.kind);
    if (type.schema) addSchemas(type.schema, schemas);
    else if (type.custom) {
      schemas[`${type.group}.${type.version}.${type.kind}`] = {
        ...(type.custom.schema ?? { type: 'object' }),
      };
    }
    const name = type.schema ?? `${type.group}.${type.version}.${type.kind}`;
    if (schemas[name]) {
      schemas[name] = {
        ...schemas[name],
        'x-kubernetes-group-version-kind': [gvk],
      };
    }
  }
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: release },
    paths,
    components: { schemas },
  };
}
