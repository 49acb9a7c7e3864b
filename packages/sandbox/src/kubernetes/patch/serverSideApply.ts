import { ApiError, StatusCause } from '../api/errors';
import { copy, isObject, same } from '../objects/json';
import {
  JsonObject,
  KubeObject,
  ManagedFields,
  timestamp,
} from '../objects/meta';
import { FieldSchema } from '../schema/schema';
import {
  childField,
  elementsOf,
  fieldsOf,
  fromTrie,
  isAtomic,
  itemElement,
  pathText,
  rootField,
  toTrie,
} from './fieldSet';
import { Writer } from './managedFields';

export interface ApplyRequest extends Writer {
  force: boolean;
  /** Fills in defaults, so that a default that the API wrote is no conflict. */
  defaults: (object: KubeObject) => KubeObject;
}

const isMine = (entry: ManagedFields, request: ApplyRequest) =>
  entry.manager === request.manager &&
  entry.operation === 'Apply' &&
  entry.subresource === request.subresource;

/** The applied object laid over the live one: keyed lists by key, sets united, atomic values replaced. */
function overlay(
  live: unknown,
  applied: unknown,
  field: FieldSchema | undefined,
  depth: number,
): unknown {
  if (isAtomic(field)) return applied;
  if (isObject(applied) && isObject(live)) {
    const result: JsonObject = { ...live };
    for (const key of Object.keys(applied)) {
      const inner = field && childField(field, key, depth);
      result[key] = overlay(live[key], applied[key], inner, depth + 1);
    }
    return result;
  }
  if (!Array.isArray(applied) || !Array.isArray(live)) return applied;
  if (field?.set) return [...new Set([...live, ...applied])];
  const keys = field?.keys;
  if (!keys) return applied;
  const identity = (item: unknown) =>
    isObject(item) ? itemElement(item, keys) : '';
  const wanted = applied.map(identity);
  const merged = applied.map((item, i) => {
    const old = live.find(other => identity(other) === wanted[i]);
    return overlay(old, item, { type: field.type }, depth + 1);
  });
  return [...merged, ...live.filter(item => !wanted.includes(identity(item)))];
}

/** Removes what stands at a path, and the containers that it leaves empty (down to the object's own sections). */
function removePath(root: KubeObject, path: string) {
  const trail: [JsonObject | unknown[], string | number][] = [];
  let at: unknown = root;
  for (const element of elementsOf(path)) {
    if (element === '.') break;
    let key: string | number;
    if (element.startsWith('f:')) {
      key = element.slice(2);
    } else {
      if (!Array.isArray(at)) return;
      const wanted = JSON.parse(element.slice(2));
      key = at.findIndex(item =>
        isObject(wanted) && isObject(item)
          ? itemElement(item, Object.keys(wanted)) === element
          : same(item, wanted),
      );
      if (key < 0) return;
    }
    if (typeof at !== 'object' || at === null) return;
    trail.push([at as JsonObject, key]);
    at = (at as JsonObject)[key];
    if (at === undefined) return;
  }
  for (let i = trail.length - 1; i >= 0; i--) {
    const [container, key] = trail[i];
    if (i < trail.length - 1) {
      const left = (container as JsonObject)[key];
      const empty =
        i > 0 &&
        ((isObject(left) && !Object.keys(left).length) ||
          (Array.isArray(left) && !left.length));
      if (!empty) return;
    }
    if (Array.isArray(container)) container.splice(Number(key), 1);
    else delete container[key];
  }
}

function findConflicts(
  live: KubeObject,
  applied: KubeObject,
  request: ApplyRequest,
  others: ManagedFields[],
): { causes: StatusCause[]; taken: Set<string> } {
  const wanted = fieldsOf(applied, request.schema);
  const have = fieldsOf(live, request.schema);
  const filled = fieldsOf(request.defaults(copy(applied)), request.schema);
  const owned = others.map(entry => ({
    entry,
    paths: fromTrie(entry.fieldsV1),
  }));
  const causes: StatusCause[] = [];
  const taken = new Set<string>();
  for (const [path, value] of wanted) {
    const current = have.get(path);
    if (!have.has(path) || same(current, value)) continue;
    if (same(current, filled.get(path))) continue;
    for (const { entry, paths } of owned) {
      if (!paths.has(path)) continue;
      taken.add(path);
      const how =
        entry.operation === 'Update'
          ? ` ${
              entry.subresource
                ? `with subresource "${entry.subresource}" `
                : ''
            }using ${entry.apiVersion}`
          : '';
      causes.push({
        reason: 'FieldManagerConflict',
        message: `conflict with "${entry.manager}"${how}`,
        field: pathText(path),
      });
    }
  }
  return { causes, taken };
}

function conflictError(causes: StatusCause[]): ApiError {
  const many = causes.length > 1;
  const list = many
    ? `:\n${causes.map(c => `- ${c.message}: ${c.field}`).join('\n')}`
    : `: ${causes[0].message}: ${causes[0].field}`;
  return new ApiError(
    409,
    'Conflict',
    `Apply failed with ${causes.length} conflict${many ? 's' : ''}${list}`,
    { causes },
  );
}

/**
 * Server-side apply: the manager's configuration becomes part of the object, fields that it no longer applies and that
 * nobody else owns go, and fields of others that it would change are refused unless forced.
 * @param live - the object as it is; undefined when applying creates it
 * @returns the new object, with its managedFields
 * @throws ApiError 409 listing the conflicts
 */
export function applyServerSide(
  live: KubeObject | undefined,
  applied: KubeObject,
  request: ApplyRequest,
): KubeObject {
  const entries = live?.metadata.managedFields ?? [];
  const before = entries.find(entry => isMine(entry, request));
  const others = entries.filter(entry => entry !== before);
  let taken = new Set<string>();
  if (live) {
    const found = findConflicts(live, applied, request, others);
    if (found.causes.length && !request.force)
      throw conflictError(found.causes);
    taken = found.taken;
  }
  const wanted = fieldsOf(applied, request.schema);
  const ofOthers = new Set(
    others.flatMap(entry => [...fromTrie(entry.fieldsV1)]),
  );
  const result = live ? copy(live) : ({ metadata: {} } as KubeObject);
  const dropped = [...fromTrie(before?.fieldsV1)].filter(
    path => !wanted.has(path) && !ofOthers.has(path),
  );
  // Items of lists go as a whole, so their own marker comes before their fields.
  dropped.sort((a, b) => Number(b.endsWith('\n.')) - Number(a.endsWith('\n.')));
  dropped.forEach(path => removePath(result, path));
  const { managedFields: _, ...metadata } = applied.metadata;
  const merged = overlay(
    result,
    { ...applied, metadata },
    rootField(request.schema),
    0,
  ) as KubeObject;

  const mine: ManagedFields = {
    manager: request.manager,
    operation: 'Apply',
    apiVersion: applied.apiVersion,
    time: timestamp(),
    fieldsType: 'FieldsV1',
    fieldsV1: toTrie(wanted.keys()),
    ...(request.subresource ? { subresource: request.subresource } : {}),
  };
  const unchanged = before && same(before.fieldsV1, mine.fieldsV1);
  if (unchanged) mine.time = before.time;
  const kept = entries.flatMap(entry => {
    if (entry === before) return [mine];
    if (!taken.size) return [entry];
    const paths = fromTrie(entry.fieldsV1);
    taken.forEach(path => paths.delete(path));
    return paths.size ? [{ ...entry, fieldsV1: toTrie(paths) }] : [];
  });
  if (!before) kept.push(mine);
  merged.metadata.managedFields = kept;
  return merged;
}
