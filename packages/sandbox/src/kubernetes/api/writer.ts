import { randomUUID } from 'node:crypto';
import { Admission } from '../admission/admission';
import { checkCustomObject, prepareCustomObject } from '../custom/customObject';
import { setDefaults } from '../defaults/defaults';
import { ClusterNetwork } from '../network';
import { copy } from '../objects/json';
import { JsonObject, KubeObject, ObjectMeta, timestamp } from '../objects/meta';
import { trackUpdate, Writer } from '../patch/managedFields';
import { TYPES } from '../schema/builtin';
import { checkBody, FieldValidation } from '../schema/decode';
import { storageType, toStorage } from '../schema/conversion';
import { hasSubresource, ResourceType } from '../schema/resourceType';
import { randomSuffix, Store } from '../store/store';
import { checkUnchanged } from '../validation/immutable';
import { validate } from '../validation/validate';
import {
  alreadyExists,
  ApiError,
  badRequest,
  conflict,
  notFound,
} from './errors';
import { beginStatus } from './initialStatus';

export interface WriteOptions {
  manager: string;
  dryRun?: boolean;
  fieldValidation?: FieldValidation;
  /** The managedFields are already those of a server-side apply. */
  applied?: boolean;
  /** `status`, when only that may change. */
  subresource?: string;
  /** Refuse (409) unless the object still has the resourceVersion given. */
  expectVersion?: boolean;
  /** Hears what the writer should be warned of. */
  warn?: (text: string) => void;
}

/** What every write goes through: decoding, defaults, admission, validation, managed fields, the store. */
export class ObjectWriter {
  readonly admission: Admission;

  constructor(readonly store: Store, network: ClusterNetwork) {
    this.admission = new Admission(store, network);
  }

  private writer(type: ResourceType, options: WriteOptions): Writer {
    return {
      manager: options.manager,
      groupVersion: type.groupVersion,
      schema: type.schema,
      subresource: options.subresource,
    };
  }

  /** Reads a body as an object of the type, in the version that is kept. @throws ApiError 400 */
  decode(
    type: ResourceType,
    body: JsonObject,
    options: WriteOptions,
  ): KubeObject {
    const { kind, apiVersion } = body;
    if (
      (kind !== undefined && kind !== type.kind) ||
      (apiVersion !== undefined && apiVersion !== type.groupVersion)
    ) {
      throw badRequest(
        `${kind} in version "${apiVersion}" cannot be handled as a ${type.kind}: no kind "${kind}" is registered for version "${apiVersion}" at this path, expected ${type.groupVersion} ${type.kind}`,
      );
    }
    const validation = options.fieldValidation ?? 'Ignore';
    const warnings = type.custom
      ? prepareCustomObject(type, body, validation)
      : checkBody(type, body, validation);
    warnings.forEach(text => options.warn?.(text));
    body.apiVersion = type.groupVersion;
    body.kind = type.kind;
    body.metadata = { ...(body.metadata as object | undefined) };
    return copy(toStorage(type, body)) as unknown as KubeObject;
  }

  /** @throws ApiError 404 when the namespace does not exist, 403 when it is going */
  private needNamespace(type: ResourceType, namespace: string, name: string) {
    const found = this.store.get(TYPES.namespaces, undefined, namespace);
    if (!found) throw notFound(TYPES.namespaces, namespace);
    if (!found.metadata.deletionTimestamp) return;
    const message = `namespace ${namespace} is being terminated`;
    throw new ApiError(
      403,
      'Forbidden',
      `${
        type.group ? `${type.plural}.${type.group}` : type.plural
      } "${name}" is forbidden: unable to create new content in namespace ${namespace} because it is being terminated`,
      {
        name,
        group: type.group || undefined,
        kind: type.plural,
        causes: [
          {
            reason: 'NamespaceTerminating',
            message,
            field: 'metadata.namespace',
          },
        ],
      },
    );
  }

  private prepare(
    type: ResourceType,
    object: KubeObject,
    old: KubeObject | undefined,
    options: WriteOptions,
  ) {
    setDefaults(type, object);
    if (type.custom) checkCustomObject(type, object);
    validate(type, object);
    if (old) checkUnchanged(type, old, object);
    this.admission.mutate(type, object, old);
    this.admission
      .checkPodSecurity(type, object)
      .forEach(text => options.warn?.(text));
  }

  /** Creates an object. @throws ApiError 400, 403, 404, 409 or 422 */
  create(
    requested: ResourceType,
    namespace: string | undefined,
    body: JsonObject,
    options: WriteOptions,
  ): KubeObject {
    const object = this.decode(requested, body, options);
    const type = storageType(requested);
    const { metadata } = object;
    if (namespace && metadata.namespace && metadata.namespace !== namespace) {
      throw badRequest(
        'the namespace of the provided object does not match the namespace sent on the request',
      );
    }
    if (metadata.resourceVersion) {
      throw badRequest(
        'resourceVersion should not be set on objects to be created',
      );
    }
    if (!metadata.name && metadata.generateName) {
      metadata.name = `${metadata.generateName.slice(0, 58)}${randomSuffix()}`;
    }
    if (type.namespaced) {
      metadata.namespace = namespace ?? metadata.namespace ?? 'default';
      this.needNamespace(type, metadata.namespace, metadata.name ?? '');
    } else {
      delete metadata.namespace;
    }
    if (
      metadata.name &&
      this.store.get(type, metadata.namespace, metadata.name)
    ) {
      throw alreadyExists(type, metadata.name);
    }
    metadata.uid = randomUUID();
    delete metadata.deletionTimestamp;
    delete metadata.deletionGracePeriodSeconds;
    if (!options.applied) delete metadata.managedFields;
    beginStatus(type, object);
    if (type.key === TYPES.namespaces.key) {
      Object.assign(object, { spec: { finalizers: ['kubernetes'] } });
    }
    this.prepare(type, object, undefined, options);
    if (!options.applied) {
      trackUpdate(undefined, object, this.writer(type, options));
    }
    if (options.dryRun) {
      metadata.creationTimestamp = timestamp();
      if (type.generation) metadata.generation = 1;
      return copy(object);
    }
    return this.store.create(type, copy(object));
  }

  /** Puts a new form of an object in place of the old. @throws ApiError 400, 403, 404, 409 or 422 */
  update(
    requested: ResourceType,
    old: KubeObject,
    body: JsonObject,
    options: WriteOptions,
  ): KubeObject {
    let next = this.decode(requested, body, options);
    const type = storageType(requested);
    if (next.metadata.name && next.metadata.name !== old.metadata.name) {
      throw badRequest(
        `the name of the object (${next.metadata.name}) does not match the name on the URL (${old.metadata.name})`,
      );
    }
    if (options.subresource === 'status') next = onlyStatus(old, next);
    else keepStatus(type, old, next);
    keepIdentity(old.metadata, next.metadata);
    if (options.subresource !== 'status')
      this.prepare(type, next, old, options);
    if (!options.applied) trackUpdate(old, next, this.writer(type, options));
    const given = next.metadata.resourceVersion;
    const stale = given && given !== old.metadata.resourceVersion;
    if (options.dryRun) {
      if (options.expectVersion && stale) {
        throw conflict(
          type,
          old.metadata.name,
          'the object has been modified; please apply your changes to the latest version and try again',
        );
      }
      const { resourceVersion, uid, creationTimestamp, generation } =
        old.metadata;
      Object.assign(next.metadata, {
        resourceVersion,
        uid,
        creationTimestamp,
        generation,
      });
      return copy(next);
    }
    return this.store.replace(type, copy(next), options.expectVersion);
  }
}

/** A status write leaves all but the status as it was. */
function onlyStatus(old: KubeObject, next: KubeObject): KubeObject {
  const { resourceVersion, managedFields } = next.metadata;
  return {
    ...copy(old),
    status: (next as { status?: unknown }).status,
    metadata: {
      ...copy(old.metadata),
      resourceVersion,
      managedFields: managedFields ?? old.metadata.managedFields,
    },
  } as KubeObject;
}

function keepStatus(type: ResourceType, old: KubeObject, next: KubeObject) {
  if (!hasSubresource(type, 'status')) return;
  const source = old as { status?: unknown };
  const target = next as { status?: unknown };
  if (source.status === undefined) delete target.status;
  else target.status = copy(source.status);
}

function keepIdentity(old: ObjectMeta, next: ObjectMeta) {
  next.name = old.name;
  next.namespace = old.namespace;
  next.generateName = old.generateName;
  next.deletionTimestamp = old.deletionTimestamp;
  next.deletionGracePeriodSeconds = old.deletionGracePeriodSeconds;
  // Who sends no owners or finalizers means to remove them; who sends no managers means to keep them.
  next.managedFields ??= old.managedFields;
}
