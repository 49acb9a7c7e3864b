import { same } from '../objects/json';
import { KubeObject, ManagedFields, timestamp } from '../objects/meta';
import { fieldsOf, FieldSet, fromTrie, toTrie } from './fieldSet';

/** Who writes, and through which door. */
export interface Writer {
  manager: string;
  groupVersion: string;
  /** Schema type name; undefined for custom resources. */
  schema?: string;
  subresource?: string;
}

const isStatus = (path: string) => path.split('\n')[0] === 'f:status';

function ownFields(object: KubeObject | undefined, writer: Writer): FieldSet {
  if (!object) return new Map();
  const status = writer.subresource === 'status';
  const fields = fieldsOf(object, writer.schema);
  for (const path of fields.keys()) {
    const metadata = path.startsWith('f:metadata');
    if (!metadata && isStatus(path) !== status) fields.delete(path);
  }
  return fields;
}

/**
 * Records an ordinary write (create, update, patch) in `metadata.managedFields`: the writer takes over what it changed,
 * and fields that are gone belong to nobody.
 */
export function trackUpdate(
  old: KubeObject | undefined,
  next: KubeObject,
  writer: Writer,
) {
  const given = next.metadata.managedFields;
  const entries = given ?? old?.metadata.managedFields ?? [];
  // A list with one empty entry is how a client asks to forget all managers.
  if (given?.length === 1 && !Object.keys(given[0]).length) {
    next.metadata.managedFields = [];
    return;
  }
  const before = ownFields(old, writer);
  const after = ownFields(next, writer);
  const all = fieldsOf(next, writer.schema);
  const changed = new Set<string>();
  for (const [path, value] of after) {
    if (!before.has(path) || !same(before.get(path), value)) changed.add(path);
  }
  const result: ManagedFields[] = [];
  let written = false;
  for (const entry of entries) {
    const mine =
      entry.manager === writer.manager &&
      entry.operation === 'Update' &&
      entry.subresource === writer.subresource;
    const paths = fromTrie(entry.fieldsV1);
    const count = paths.size;
    for (const path of paths) {
      if (!all.has(path) || (!mine && changed.has(path))) paths.delete(path);
    }
    let altered = paths.size !== count;
    if (mine) {
      written = true;
      for (const path of changed) {
        if (!paths.has(path)) altered = true;
        paths.add(path);
      }
    }
    if (!paths.size) continue;
    result.push(
      altered
        ? {
            ...entry,
            fieldsV1: toTrie(paths),
            time: mine ? timestamp() : entry.time,
          }
        : entry,
    );
  }
  if (!written && changed.size) {
    result.push({
      manager: writer.manager,
      operation: 'Update',
      apiVersion: writer.groupVersion,
      time: timestamp(),
      fieldsType: 'FieldsV1',
      fieldsV1: toTrie(changed),
      ...(writer.subresource ? { subresource: writer.subresource } : {}),
    });
  }
  next.metadata.managedFields = result;
}
