import { badRequest } from '../api/errors';
import { FieldErrors } from '../api/fieldErrors';
import { JsonObject, KubeObject } from '../objects/meta';
import { FieldValidation } from '../schema/decode';
import { ResourceType } from '../schema/resourceType';
import {
  checkValue,
  fillDefaults,
  prune,
  StructuralSchema,
} from './structural';

/**
 * Reads a custom resource's body: fields that its schema does not have are dropped, or refused when strict.
 * @returns warnings
 * @throws ApiError 400
 */
export function prepareCustomObject(
  type: ResourceType,
  body: JsonObject,
  validation: FieldValidation,
): string[] {
  const schema = type.custom?.schema as StructuralSchema | undefined;
  if (!schema) return [];
  const gone = prune(body, schema).map(path => `unknown field "${path}"`);
  if (gone.length && validation === 'Strict') {
    throw badRequest(
      `${type.kind} in version "${type.version}" cannot be handled as a ${
        type.kind
      }: strict decoding error: ${gone.join(', ')}`,
    );
  }
  fillDefaults(body, schema);
  return validation === 'Warn' ? gone : [];
}

/** @throws ApiError 422 when the object breaks its schema */
export function checkCustomObject(type: ResourceType, object: KubeObject) {
  const schema = type.custom?.schema as StructuralSchema | undefined;
  if (!schema) return;
  const errors = new FieldErrors();
  checkValue(object, schema, '', errors);
  errors.throwFor(type, object.metadata.name);
}
