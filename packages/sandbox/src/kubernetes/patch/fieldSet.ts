import { canonical, isObject } from '../objects/json';
import { FieldsTrie, JsonObject } from '../objects/meta';
import { FieldSchema, METADATA_TYPE, typeSchema } from '../schema/schema';

/** Fields by path; a path is its FieldsV1 elements joined by newlines, the value what stands there. */
export type FieldSet = Map<string, unknown>;

const SEPARATOR = '\n';
/** Marks an item of a keyed list itself, apart from its fields. */
const ITEM = '.';

const NEVER_OWNED = new Set([
  'apiVersion',
  'kind',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'metadata.resourceVersion',
  'metadata.creationTimestamp',
  'metadata.generation',
  'metadata.managedFields',
  'metadata.selfLink',
  'metadata.deletionTimestamp',
  'metadata.deletionGracePeriodSeconds',
  'metadata.generateName',
]);

/** The schema of an object's top level; custom resources have only metadata known. */
export function rootField(type: string | undefined): FieldSchema {
  return { type: type ?? '' };
}

/** The schema of a field of a value with the given schema. */
export function childField(
  parent: FieldSchema,
  key: string,
  depth: number,
): FieldSchema | undefined {
  if (parent.of === 'map') return { type: parent.type };
  const known = typeSchema(parent.type)?.fields[key];
  if (!known && depth === 0 && key === 'metadata')
    return { type: METADATA_TYPE };
  return known;
}

/** The element that names a list's item by its keys; an absent `protocol` is TCP, as the API's defaults say. */
export function itemElement(item: JsonObject, keys: string[]): string {
  const identity: JsonObject = {};
  for (const key of [...keys].sort()) {
    const value = item[key] ?? (key === 'protocol' ? 'TCP' : undefined);
    if (value !== undefined) identity[key] = value;
  }
  return `k:${canonical(identity)}`;
}

export function isAtomic(field: FieldSchema | undefined): boolean {
  if (!field) return false;
  return Boolean(
    field.atomic || (!field.of && typeSchema(field.type)?.atomic === true),
  );
}

/** The fields of an object that managers can own. @param type - its schema type; undefined for custom resources */
export function fieldsOf(object: unknown, type: string | undefined): FieldSet {
  const found: FieldSet = new Map();
  const visit = (
    value: unknown,
    path: string[],
    field: FieldSchema | undefined,
    depth: number,
    dotted: string,
  ) => {
    const leaf = () => found.set(path.join(SEPARATOR), value);
    if (isAtomic(field)) {
      leaf();
    } else if (Array.isArray(value)) {
      if (field?.set) {
        for (const item of value) {
          found.set(
            [...path, `v:${JSON.stringify(item)}`].join(SEPARATOR),
            item,
          );
        }
      } else if (field?.keys) {
        for (const item of value) {
          if (!isObject(item)) continue;
          const inner = [...path, itemElement(item, field.keys)];
          found.set([...inner, ITEM].join(SEPARATOR), true);
          visit(item, inner, { type: field.type }, depth + 1, '');
        }
      } else {
        leaf();
      }
    } else if (isObject(value)) {
      const keys = Object.keys(value).filter(key => value[key] !== undefined);
      if (!keys.length && depth > 0) leaf();
      for (const key of keys) {
        const name = dotted ? `${dotted}.${key}` : key;
        if (depth < 2 && NEVER_OWNED.has(name)) continue;
        visit(
          value[key],
          [...path, `f:${key}`],
          field && childField(field, key, depth),
          depth + 1,
          depth < 1 ? name : '',
        );
      }
    } else {
      leaf();
    }
  };
  visit(object, [], rootField(type), 0, '');
  return found;
}

/** A set of paths as the trie that `managedFields` carries. */
export function toTrie(paths: Iterable<string>): FieldsTrie {
  const root: FieldsTrie = {};
  for (const path of paths) {
    let at = root;
    for (const element of path.split(SEPARATOR)) {
      at[element] ??= {};
      at = at[element];
    }
  }
  return root;
}

/** The paths of a trie. */
export function fromTrie(trie: FieldsTrie | undefined): Set<string> {
  const paths = new Set<string>();
  const visit = (node: FieldsTrie, path: string[]) => {
    for (const [element, inner] of Object.entries(node)) {
      const here = [...path, element];
      if (Object.keys(inner).length) visit(inner, here);
      else paths.add(here.join(SEPARATOR));
    }
  };
  visit(trie ?? {}, []);
  return paths;
}

export const elementsOf = (path: string) => path.split(SEPARATOR);

/** A path as conflicts name it: `.spec.template.spec.containers[name="api"].image`. */
export function pathText(path: string): string {
  return elementsOf(path)
    .map(element => {
      if (element.startsWith('f:')) return `.${element.slice(2)}`;
      if (element.startsWith('v:')) return `[=${element.slice(2)}]`;
      if (!element.startsWith('k:')) return '';
      const keys = Object.entries(JSON.parse(element.slice(2)) as JsonObject);
      return `[${keys
        .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
        .join(',')}]`;
    })
    .join('');
}
