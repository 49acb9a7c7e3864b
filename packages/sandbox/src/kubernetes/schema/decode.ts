import { ApiError } from '../api/errors';
import { isObject, jsonType } from '../objects/json';
import { JsonObject } from '../objects/meta';
import { FieldSchema, typeSchema } from './schema';
import { ResourceType } from './resourceType';

/** What reading a body against its type found. */
export interface Findings {
  /** Paths of fields that the type does not have, `spec.template.foo`. */
  unknown: string[];
  /** The first value of a wrong JSON type, in Go's words; such a body cannot be read at all. */
  mismatch?: string;
}

const GO_TYPES: Record<string, string> = {
  integer: 'int32',
  boolean: 'bool',
  number: 'float64',
  string: 'string',
};

const ACCEPTED: Record<string, (value: unknown) => boolean> = {
  string: value => typeof value === 'string',
  bytes: value => typeof value === 'string',
  time: value => typeof value === 'string',
  integer: value => typeof value === 'number' && Number.isInteger(value),
  number: value => typeof value === 'number',
  boolean: value => typeof value === 'boolean',
  quantity: value => typeof value === 'string' || typeof value === 'number',
  intOrString: value => typeof value === 'string' || typeof value === 'number',
  object: value => isObject(value),
  any: () => true,
};

interface Place {
  /** As strict decoding errors name it: with list indexes. */
  path: string;
  /** As Go's JSON decoder names it: without. */
  goPath: string;
  /** The Go struct the field is in. */
  struct: string;
}

function wrongType(value: unknown, type: string, place: Place): string {
  let what = jsonType(value);
  if (typeof value === 'number' && type !== 'integer') what = 'number';
  if (type === 'integer' && typeof value === 'number') what = `number ${value}`;
  const goType = GO_TYPES[type] ?? type;
  return `json: cannot unmarshal ${what} into Go struct field ${place.struct}.${place.goPath} of type ${goType}`;
}

function checkOne(
  value: unknown,
  type: string,
  place: Place,
  findings: Findings,
) {
  if (value === null || value === undefined) return;
  const accepts = ACCEPTED[type];
  if (accepts) {
    if (!accepts(value)) findings.mismatch ??= wrongType(value, type, place);
    return;
  }
  const schema = typeSchema(type);
  if (!schema) return;
  if (!isObject(value)) {
    findings.mismatch ??= wrongType(value, type, place);
    return;
  }
  checkFields(value, type, place.path, place.goPath, findings);
}

function checkField(
  value: unknown,
  field: FieldSchema,
  place: Place,
  findings: Findings,
) {
  if (value === null || value === undefined) return;
  if (field.of === 'list') {
    if (!Array.isArray(value)) {
      findings.mismatch ??= wrongType(value, `[]${field.type}`, place);
      return;
    }
    value.forEach((item, i) =>
      checkOne(
        item,
        field.type,
        { ...place, path: `${place.path}[${i}]` },
        findings,
      ),
    );
  } else if (field.of === 'map') {
    if (!isObject(value)) {
      findings.mismatch ??= wrongType(value, `map[string]${field.type}`, place);
      return;
    }
    for (const [key, item] of Object.entries(value)) {
      checkOne(
        item,
        field.type,
        { ...place, path: `${place.path}.${key}` },
        findings,
      );
    }
  } else {
    checkOne(value, field.type, place, findings);
  }
}

function checkFields(
  object: JsonObject,
  type: string,
  path: string,
  goPath: string,
  findings: Findings,
) {
  const fields = typeSchema(type)?.fields ?? {};
  const struct = type.split('.').pop() ?? type;
  for (const [key, value] of Object.entries(object)) {
    const here = path ? `${path}.${key}` : key;
    const field = fields[key];
    if (field) {
      const place = {
        path: here,
        goPath: goPath ? `${goPath}.${key}` : key,
        struct,
      };
      checkField(value, field, place, findings);
    } else {
      findings.unknown.push(here);
    }
  }
}

/** Reads an object against a type of the schema data. */
export function examine(object: JsonObject, type: string): Findings {
  const findings: Findings = { unknown: [] };
  checkFields(object, type, '', '', findings);
  return findings;
}

/** How hard to look at unknown fields, as the `fieldValidation` parameter says. */
export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

/**
 * Decodes a body as its type: refuses wrong JSON types always, unknown fields when strict; unknown fields are dropped.
 * @returns a warning for each unknown field
 * @throws ApiError 400 in the API's words
 */
export function checkBody(
  type: ResourceType,
  object: JsonObject,
  validation: FieldValidation,
): string[] {
  if (!type.schema) return [];
  const { unknown, mismatch } = examine(object, type.schema);
  const refuse = (why: string) =>
    new ApiError(
      400,
      'BadRequest',
      `${type.kind} in version "${type.version}" cannot be handled as a ${type.kind}: ${why}`,
    );
  if (mismatch) throw refuse(mismatch);
  if (!unknown.length) return [];
  const words = unknown.map(path => `unknown field "${path}"`);
  if (validation === 'Strict') {
    throw refuse(`strict decoding error: ${words.join(', ')}`);
  }
  unknown.forEach(path => dropField(object, path));
  return validation === 'Warn' ? words : [];
}

/** Removes the field at a path such as `spec.containers[0].foo`. */
function dropField(object: JsonObject, path: string) {
  const steps = path.match(/[^.[\]]+/g) ?? [];
  let at: unknown = object;
  for (const step of steps.slice(0, -1)) {
    at = (at as JsonObject | undefined)?.[step];
  }
  if (isObject(at)) delete at[steps[steps.length - 1]];
}

/** Required fields that are absent, by path; `status` and metadata are the API's own. */
export function missingFields(object: JsonObject, type: string): string[] {
  const missing: string[] = [];
  const visit = (value: unknown, name: string, path: string) => {
    const fields = typeSchema(name)?.fields;
    if (!fields || !isObject(value)) return;
    for (const [key, field] of Object.entries(fields)) {
      if (!path && (key === 'status' || key === 'metadata')) continue;
      const here = path ? `${path}.${key}` : key;
      const inner = value[key];
      if (inner === undefined || inner === null) {
        if (field.required) missing.push(here);
      } else if (field.of === 'list' && Array.isArray(inner)) {
        inner.forEach((item, i) => visit(item, field.type, `${here}[${i}]`));
      } else if (field.of === 'map' && isObject(inner)) {
        for (const [item, of] of Object.entries(inner)) {
          visit(of, field.type, `${here}[${item}]`);
        }
      } else {
        visit(inner, field.type, here);
      }
    }
  };
  visit(object, type, '');
  return missing;
}
