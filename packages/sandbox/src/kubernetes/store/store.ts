import { randomUUID } from 'node:crypto';
import { alreadyExists, conflict, notFound } from '../api/errors';
import { copy, same } from '../objects/json';
import { JsonObject, KubeObject, timestamp } from '../objects/meta';
import { ResourceType } from '../schema/resourceType';
import { Journal } from './journal';

export type ChangeType = 'ADDED' | 'MODIFIED' | 'DELETED';

/** A change as the store tells it; objects are shared and must not be written to. */
export interface Change {
  revision: number;
  type: ChangeType;
  resource: ResourceType;
  object: KubeObject;
  previous?: KubeObject;
}

/** How many changes a watch may lie behind before it must list again (410). */
const HISTORY = 5_000;

export const objectKey = (namespace: string | undefined, name: string) =>
  `${namespace ?? ''}/${name}`;

const SUFFIX = 'bcdfghjklmnpqrstvwxz2456789';

/** The five characters that the API adds to `generateName`. */
export function randomSuffix(length = 5): string {
  let text = '';
  for (let i = 0; i < length; i++) {
    text += SUFFIX[Math.floor(Math.random() * SUFFIX.length)];
  }
  return text;
}

/**
 * The objects of one cluster: what etcd is to an API server. One revision counts all changes; a write that changes
 * nothing keeps the object's resourceVersion; objects handed out are immutable (copy before changing).
 */
export class Store {
  /** The revision of the newest change. */
  revision = 1;
  /** Watches that start at or before this revision can no longer be served. */
  compacted = 0;
  readonly history: Change[] = [];

  private readonly tables = new Map<string, Map<string, KubeObject>>();
  private readonly listeners = new Set<(change: Change) => void>();
  private readonly journal?: Journal;

  /** @param file - where objects are kept; left out, they live as long as the process. */
  constructor(file?: string) {
    if (!file) return;
    this.journal = new Journal(file, () => this.entries());
    this.journal.load(({ revision, table, key, object }) => {
      this.revision = Math.max(this.revision, revision);
      if (object) this.table(table).set(key, object);
      else this.table(table).delete(key);
    });
    // A gap tells clients of an earlier process that their revisions are too old to watch from.
    this.revision += 1;
    this.compacted = this.revision;
  }

  private *entries() {
    for (const [table, objects] of this.tables) {
      for (const [key, object] of objects) {
        yield { revision: this.revision, table, key, object };
      }
    }
  }

  private table(key: string): Map<string, KubeObject> {
    let table = this.tables.get(key);
    if (!table) {
      table = new Map();
      this.tables.set(key, table);
    }
    return table;
  }

  /** Writes what is pending to disk and keeps nothing further. */
  close() {
    this.listeners.clear();
    this.journal?.close();
  }

  /** Calls back for every change, in order and in the same turn; returns what ends it. */
  subscribe(listener: (change: Change) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  get<T extends KubeObject>(
    type: ResourceType,
    namespace: string | undefined,
    name: string,
  ): T | undefined {
    return this.tables
      .get(type.key)
      ?.get(objectKey(type.namespaced ? namespace : undefined, name)) as
      | T
      | undefined;
  }

  /** @throws ApiError 404 */
  need<T extends KubeObject>(
    type: ResourceType,
    namespace: string | undefined,
    name: string,
  ): T {
    const object = this.get<T>(type, namespace, name);
    if (!object) throw notFound(type, name);
    return object;
  }

  list<T extends KubeObject>(type: ResourceType, namespace?: string): T[] {
    const found: T[] = [];
    for (const object of this.table(type.key).values()) {
      if (!namespace || object.metadata.namespace === namespace) {
        found.push(object as T);
      }
    }
    return found;
  }

  /** Keeps a new object; names it, and fills uid, times and versions. @throws ApiError 409 when the name is taken. */
  create<T extends KubeObject>(type: ResourceType, object: T): T {
    const { metadata } = object;
    if (!type.namespaced) delete metadata.namespace;
    if (this.get(type, metadata.namespace, metadata.name)) {
      throw alreadyExists(type, metadata.name);
    }
    metadata.uid ||= randomUUID();
    metadata.creationTimestamp = timestamp();
    if (type.generation) metadata.generation = 1;
    return this.put('ADDED', type, object) as T;
  }

  private put(
    change: ChangeType,
    type: ResourceType,
    object: KubeObject,
    previous?: KubeObject,
  ): KubeObject {
    object.metadata.resourceVersion = String(++this.revision);
    const key = objectKey(object.metadata.namespace, object.metadata.name);
    if (change === 'DELETED') this.table(type.key).delete(key);
    else this.table(type.key).set(key, object);
    this.journal?.append({
      revision: this.revision,
      table: type.key,
      key,
      object: change === 'DELETED' ? undefined : object,
    });
    this.tell({
      revision: this.revision,
      type: change,
      resource: type,
      object,
      previous,
    });
    return object;
  }

  private tell(change: Change) {
    this.history.push(change);
    if (this.history.length > HISTORY) {
      const dropped = this.history.splice(0, HISTORY / 4);
      this.compacted = dropped[dropped.length - 1].revision;
    }
    for (const listener of this.listeners) listener(change);
  }

  /**
   * Puts a new form of an object in the place of the old. Identity and times stay; the generation moves when more than
   * metadata and status changed; the last finalizer's going ends an object that was being deleted.
   * @param next - the whole object, a copy of the caller's own
   * @param expectVersion - refuse (409) unless the kept object has the resourceVersion that `next` carries
   */
  replace<T extends KubeObject>(
    type: ResourceType,
    next: T,
    expectVersion = false,
  ): T {
    const { metadata } = next;
    const old = this.need<T>(type, metadata.namespace, metadata.name);
    const now = old.metadata;
    if (
      expectVersion &&
      metadata.resourceVersion &&
      metadata.resourceVersion !== now.resourceVersion
    ) {
      throw conflict(
        type,
        metadata.name,
        'the object has been modified; please apply your changes to the latest version and try again',
      );
    }
    if (metadata.uid && metadata.uid !== now.uid) {
      throw conflict(
        type,
        metadata.name,
        `Precondition failed: UID in precondition: ${metadata.uid}, UID in object meta: ${now.uid}`,
      );
    }
    metadata.uid = now.uid;
    metadata.creationTimestamp = now.creationTimestamp;
    metadata.resourceVersion = now.resourceVersion;
    if (now.generation) metadata.generation = now.generation;
    if (same(next, old)) return old;
    if (now.generation && !same(desired(next), desired(old))) {
      metadata.generation = now.generation + 1;
    }
    const waits =
      metadata.finalizers?.length || metadata.deletionGracePeriodSeconds;
    if (metadata.deletionTimestamp && !waits && !holdsItself(type, next)) {
      return this.remove(type, metadata.namespace, metadata.name);
    }
    return this.put('MODIFIED', type, next, old) as T;
  }

  /**
   * Changes a copy of the newest form of an object and keeps it; nothing happens when the object is gone or `change`
   * answers false.
   */
  update<T extends KubeObject>(
    type: ResourceType,
    namespace: string | undefined,
    name: string,
    change: (draft: T) => void | false,
  ): T | undefined {
    const old = this.get<T>(type, namespace, name);
    if (!old) return undefined;
    const draft = copy(old);
    if (change(draft) === false) return old;
    return this.replace(type, copy(draft));
  }

  /** Ends an object at once, whatever its finalizers. */
  remove<T extends KubeObject>(
    type: ResourceType,
    namespace: string | undefined,
    name: string,
  ): T {
    const old = this.need<T>(type, namespace, name);
    return this.put('DELETED', type, copy(old), old) as T;
  }
}

/** What the generation counts: everything but metadata and status. */
function desired(object: KubeObject): JsonObject {
  const rest: JsonObject = { ...object };
  delete rest.metadata;
  delete rest.status;
  return rest;
}

/** A namespace stays until its own `spec.finalizers` are gone. */
function holdsItself(type: ResourceType, object: KubeObject): boolean {
  if (type.key !== '/namespaces') return false;
  const spec = (object as { spec?: { finalizers?: string[] } }).spec;
  return Boolean(spec?.finalizers?.length);
}
