import { setDefaults } from '../defaults/defaults';
import { copy, isObject } from '../objects/json';
import { JsonObject, KubeObject } from '../objects/meta';
import { applyJsonPatch } from '../patch/jsonPatch';
import { applyMergePatch } from '../patch/mergePatch';
import { applyServerSide } from '../patch/serverSideApply';
import { applyStrategicPatch } from '../patch/strategicPatch';
import { examine } from '../schema/decode';
import { inVersion, storageType, toStorage } from '../schema/conversion';
import { ResourceType } from '../schema/resourceType';
import { ApiError, badRequest, notFound } from './errors';
import { ApiRequest, objectBody } from './request';
import { scaleOf, setScale } from './scale';
import { ObjectWriter, WriteOptions } from './writer';

const JSON_PATCH = 'application/json-patch+json';
const MERGE_PATCH = 'application/merge-patch+json';
const STRATEGIC_PATCH = 'application/strategic-merge-patch+json';
const APPLY = ['application/apply-patch+yaml', 'application/apply-patch+cbor'];

function patched(
  type: ResourceType,
  base: unknown,
  patch: unknown,
  contentType: string,
): unknown {
  if (contentType === JSON_PATCH) return applyJsonPatch(base, patch);
  if (contentType === MERGE_PATCH) return applyMergePatch(base, patch);
  if (contentType === STRATEGIC_PATCH && !type.custom) {
    return applyStrategicPatch(base, patch, type.schema);
  }
  const known = [JSON_PATCH, MERGE_PATCH, APPLY[0]];
  if (!type.custom) known.push(STRATEGIC_PATCH);
  throw new ApiError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${known.join(
      ', ',
    )}`,
  );
}

/** Refuses fields that the type does not have, as the typed merge does. */
function checkApplied(type: ResourceType, body: JsonObject, where: string) {
  if (!type.schema) return;
  const { unknown, mismatch } = examine(body, type.schema);
  const found = unknown.map(path => `.${path}: field not declared in schema`);
  if (mismatch) found.push(mismatch);
  if (!found.length) return;
  const list = found.length > 1 ? `errors:\n  ${found.join('\n  ')}` : found[0];
  throw new ApiError(
    500,
    '',
    `failed to create typed patch object (${where}; ${type.groupVersion}, Kind=${type.kind}): ${list}`,
  );
}

async function applyPatch(
  request: ApiRequest,
  writer: ObjectWriter,
  old: KubeObject | undefined,
  options: WriteOptions,
): Promise<{ object: KubeObject; created: boolean }> {
  const { namespace, name = '', query, subresource } = request;
  if (!query.get('fieldManager')) {
    throw new ApiError(
      422,
      'Invalid',
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    );
  }
  const body = await objectBody(request);
  for (const key of ['apiVersion', 'kind']) {
    if (!body[key])
      throw badRequest(`invalid object type: /, Kind=: ${key} must be set`);
  }
  const metadata = isObject(body.metadata) ? body.metadata : {};
  if (Array.isArray(metadata.managedFields) && metadata.managedFields.length) {
    throw badRequest('metadata.managedFields must be nil');
  }
  const where = namespace ? `${namespace}/${name}` : `/${name}`;
  checkApplied(request.type, body, where);
  const type = storageType(request.type);
  const applied = {
    ...toStorage(request.type, body),
    metadata: { ...metadata, name, ...(namespace ? { namespace } : {}) },
  } as unknown as KubeObject;
  const next = applyServerSide(old, applied, {
    manager: options.manager,
    groupVersion: type.groupVersion,
    schema: type.schema,
    subresource,
    force: query.get('force') === 'true',
    defaults: object => setDefaults(type, object),
  });
  const write = { ...options, applied: true };
  if (!old) {
    if (subresource) throw notFound(type, name);
    const { uid: _, resourceVersion: __, ...rest } = next.metadata;
    const fresh = { ...next, metadata: rest } as unknown as JsonObject;
    return {
      object: writer.create(type, namespace, fresh, write),
      created: true,
    };
  }
  const given = metadata.resourceVersion;
  const object = writer.update(type, old, next as unknown as JsonObject, {
    ...write,
    subresource,
    expectVersion: given !== undefined,
  });
  return { object, created: false };
}

/** Carries out a PATCH of any kind. @returns what to answer */
export async function patchObject(
  request: ApiRequest,
  writer: ObjectWriter,
  options: WriteOptions,
): Promise<{ object: unknown; created: boolean }> {
  const { type, namespace, name = '', subresource, contentType } = request;
  const old = writer.store.get(type, namespace, name);
  if (APPLY.includes(contentType) && subresource !== 'scale') {
    return applyPatch(request, writer, old, options);
  }
  if (!old) throw notFound(type, name);
  const patch = await request.body();
  if (subresource === 'scale') {
    const scale = patched(type, scaleOf(type, old), patch, contentType);
    const next = setScale(type, copy(old), scale);
    const object = writer.update(type, old, next, options);
    return { object: scaleOf(type, object), created: false };
  }
  const next = patched(type, inVersion(type, old), patch, contentType);
  if (!isObject(next)) throw badRequest('the patch leaves no object');
  const given = isObject(patch) && isObject(patch.metadata) && patch.metadata;
  const object = writer.update(type, old, copy(next), {
    ...options,
    subresource: subresource === 'status' ? 'status' : undefined,
    expectVersion: Boolean(given && given.resourceVersion),
  });
  return { object, created: false };
}
