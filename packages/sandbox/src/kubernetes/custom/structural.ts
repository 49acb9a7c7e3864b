import { isObject, same } from '../objects/json';
import { JsonObject } from '../objects/meta';
import { FieldErrors } from '../api/fieldErrors';

/** A structural schema, as `openAPIV3Schema` of a CustomResourceDefinition holds it. */
export interface StructuralSchema {
  type?: string;
  properties?: Record<string, StructuralSchema>;
  additionalProperties?: StructuralSchema | boolean;
  items?: StructuralSchema;
  required?: string[];
  default?: unknown;
  enum?: unknown[];
  pattern?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  nullable?: boolean;
  'x-kubernetes-preserve-unknown-fields'?: boolean;
  'x-kubernetes-int-or-string'?: boolean;
  'x-kubernetes-embedded-resource'?: boolean;
}

const OWN = ['apiVersion', 'kind', 'metadata'];

/** Removes fields that the schema does not have. @returns their paths */
export function prune(value: unknown, schema: StructuralSchema): string[] {
  const gone: string[] = [];
  const visit = (
    at: unknown,
    node: StructuralSchema | undefined,
    path: string,
  ) => {
    if (!node) return;
    if (Array.isArray(at)) {
      at.forEach((item, i) => visit(item, node.items, `${path}[${i}]`));
      return;
    }
    if (!isObject(at)) return;
    const extra = node.additionalProperties;
    for (const key of Object.keys(at)) {
      const here = path ? `${path}.${key}` : key;
      if (!path && OWN.includes(key)) continue;
      const inner = node.properties?.[key];
      if (inner) visit(at[key], inner, here);
      else if (typeof extra === 'object') visit(at[key], extra, here);
      else if (!extra && !node['x-kubernetes-preserve-unknown-fields']) {
        gone.push(here);
        delete at[key];
      }
    }
  };
  visit(value, schema, '');
  return gone;
}

/** Fills in the schema's defaults, in place. */
export function fillDefaults(value: unknown, schema: StructuralSchema) {
  if (Array.isArray(value)) {
    value.forEach(item => schema.items && fillDefaults(item, schema.items));
    return;
  }
  if (!isObject(value)) return;
  for (const [key, inner] of Object.entries(schema.properties ?? {})) {
    if (value[key] === undefined && inner.default !== undefined) {
      value[key] = JSON.parse(JSON.stringify(inner.default));
    }
    if (value[key] !== undefined) fillDefaults(value[key], inner);
  }
  const extra = schema.additionalProperties;
  if (typeof extra !== 'object') return;
  for (const [key, item] of Object.entries(value)) {
    if (!schema.properties?.[key]) fillDefaults(item, extra);
  }
}

function hasType(value: unknown, schema: StructuralSchema): boolean {
  if (schema['x-kubernetes-int-or-string']) {
    return typeof value === 'string' || typeof value === 'number';
  }
  switch (schema.type) {
    case 'object':
      return isObject(value);
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    case 'number':
      return typeof value === 'number';
    case 'string':
    case 'boolean':
      return typeof value === schema.type;
    default:
      return true;
  }
}

const named = (value: unknown) => {
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
};

function checkScalar(
  value: unknown,
  schema: StructuralSchema,
  path: string,
  errors: FieldErrors,
) {
  if (schema.enum && !schema.enum.some(item => same(item, value))) {
    errors.notSupported(path, value, schema.enum.map(String));
  }
  if (typeof value === 'string') {
    if (schema.pattern && !new RegExp(schema.pattern).test(value)) {
      errors.invalid(
        path,
        value,
        `${path} in body should match '${schema.pattern}'`,
      );
    }
    if (value.length < (schema.minLength ?? 0)) {
      errors.invalid(
        path,
        value,
        `${path} in body should be at least ${schema.minLength} chars long`,
      );
    }
    if (value.length > (schema.maxLength ?? Infinity)) {
      errors.invalid(
        path,
        value,
        `may not be more than ${schema.maxLength} bytes`,
      );
    }
  }
  if (typeof value === 'number') {
    if (value < (schema.minimum ?? -Infinity)) {
      errors.invalid(
        path,
        value,
        `${path} in body should be greater than or equal to ${schema.minimum}`,
      );
    }
    if (value > (schema.maximum ?? Infinity)) {
      errors.invalid(
        path,
        value,
        `${path} in body should be less than or equal to ${schema.maximum}`,
      );
    }
  }
}

/** Finds what the schema forbids: wrong types, missing fields, values out of range. */
export function checkValue(
  value: unknown,
  schema: StructuralSchema,
  path: string,
  errors: FieldErrors,
) {
  if (value === undefined || (value === null && schema.nullable)) return;
  if (!hasType(value, schema)) {
    errors.invalid(
      path || '<root>',
      value,
      `${path} in body must be of type ${schema.type}: "${named(value)}"`,
    );
    return;
  }
  checkScalar(value, schema, path, errors);
  if (Array.isArray(value)) {
    if (value.length > (schema.maxItems ?? Infinity)) {
      errors.invalid(
        path,
        value.length,
        `must have at most ${schema.maxItems} items`,
      );
    }
    if (value.length < (schema.minItems ?? 0)) {
      errors.invalid(
        path,
        value.length,
        `${path} in body should have at least ${schema.minItems} items`,
      );
    }
    value.forEach((item, i) => {
      if (schema.items) checkValue(item, schema.items, `${path}[${i}]`, errors);
    });
    return;
  }
  if (isObject(value)) checkObject(value, schema, path, errors);
}

function checkObject(
  value: JsonObject,
  schema: StructuralSchema,
  path: string,
  errors: FieldErrors,
) {
  const at = (key: string) => (path ? `${path}.${key}` : key);
  for (const key of schema.required ?? []) {
    if (value[key] === undefined) errors.required(at(key));
  }
  const extra = schema.additionalProperties;
  for (const [key, item] of Object.entries(value)) {
    if (!path && OWN.includes(key)) continue;
    const inner = schema.properties?.[key];
    if (inner) checkValue(item, inner, at(key), errors);
    else if (typeof extra === 'object')
      checkValue(item, extra, at(key), errors);
  }
}
