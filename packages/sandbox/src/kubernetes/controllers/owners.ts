import { KubeObject, OwnerReference } from '../objects/meta';
import { ResourceType } from '../schema/resourceType';
import { Change, Store } from '../store/store';

interface Dependent {
  type: ResourceType;
  namespace?: string;
  name: string;
}

/** Which objects belong to which, by uid; kept up with the store's changes. */
export class OwnerIndex {
  private readonly dependents = new Map<string, Map<string, Dependent>>();
  private readonly alive = new Set<string>();

  constructor(private readonly store: Store) {}

  /** Must hear of a change before any controller does. */
  follow({ type, resource, object, previous }: Change) {
    const { uid, namespace, name, ownerReferences } = object.metadata;
    for (const owner of previous?.metadata.ownerReferences ?? []) {
      const of = this.dependents.get(owner.uid);
      of?.delete(uid);
      if (!of?.size) this.dependents.delete(owner.uid);
    }
    if (type === 'DELETED') {
      this.alive.delete(uid);
      return;
    }
    this.alive.add(uid);
    for (const owner of ownerReferences ?? []) {
      const of = this.dependents.get(owner.uid) ?? new Map();
      of.set(uid, { type: resource, namespace, name });
      this.dependents.set(owner.uid, of);
    }
  }

  exists(uid: string): boolean {
    return this.alive.has(uid);
  }

  /** All objects that name the owner, with their types. */
  all(uid: string): { type: ResourceType; object: KubeObject }[] {
    const found = [];
    for (const dependent of this.dependents.get(uid)?.values() ?? []) {
      const { type, namespace, name } = dependent;
      const object = this.store.get(type, namespace, name);
      if (object) found.push({ type, object });
    }
    return found;
  }

  /** The objects of one type that the owner controls. */
  controlled<T extends KubeObject>(type: ResourceType, uid: string): T[] {
    return this.all(uid)
      .filter(
        ({ type: of, object }) =>
          of.key === type.key && controllerOf(object)?.uid === uid,
      )
      .map(({ object }) => object as T);
  }
}

/** The owner that controls an object. */
export function controllerOf(object: KubeObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find(owner => owner.controller);
}

/** The reference by which an object names its controller. */
export function controlledBy(owner: KubeObject): OwnerReference {
  return {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: owner.metadata.name,
    uid: owner.metadata.uid,
    controller: true,
    blockOwnerDeletion: true,
  };
}
