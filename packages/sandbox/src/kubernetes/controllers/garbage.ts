import { KubeObject } from '../objects/meta';
import { ResourceType } from '../schema/resourceType';
import { deleteObject } from '../store/deletion';
import { Change } from '../store/store';
import { Controller, ControllerContext } from './controller';
import { Key } from './queue';

const ORPHAN = 'orphan';
const FOREGROUND = 'foregroundDeletion';
/** An owner may be named a moment before it is there. */
const ABSENT_AFTER_MS = 1_000;

/** Deletes what belonged to objects that are gone. Its keys are owners' uids. */
export class GarbageCollector extends Controller {
  constructor(context: ControllerContext) {
    super('garbage-collector-controller', context);
  }

  keys(change: Change): Key[] {
    const { type, object, previous, resource } = change;
    const { uid, finalizers = [], ownerReferences = [] } = object.metadata;
    if (type === 'DELETED') {
      const foreground = ownerReferences.filter(o => o.blockOwnerDeletion);
      return [{ name: uid }, ...foreground.map(owner => ({ name: owner.uid }))];
    }
    const waits = finalizers.some(f => f === ORPHAN || f === FOREGROUND);
    if (object.metadata.deletionTimestamp && waits) {
      this.deleting.set(uid, { type: resource, object });
      return [{ name: uid }];
    }
    if (!previous) {
      for (const owner of ownerReferences) {
        if (!this.context.owners.exists(owner.uid)) {
          this.later(ABSENT_AFTER_MS, { name: owner.uid });
        }
      }
    }
    return [];
  }

  private readonly deleting = new Map<
    string,
    { type: ResourceType; object: KubeObject }
  >();

  reconcile({ name: uid }: Key) {
    const { owners } = this.context;
    if (!owners.exists(uid)) {
      this.deleting.delete(uid);
      this.collect(uid);
      return;
    }
    const waiting = this.deleting.get(uid);
    if (!waiting) return;
    const { namespace, name } = waiting.object.metadata;
    const object = this.store.get(waiting.type, namespace, name);
    if (object?.metadata.uid !== uid) return;
    const finalizers = object.metadata.finalizers ?? [];
    if (finalizers.includes(ORPHAN)) {
      this.disown(uid);
      this.dropFinalizer(waiting.type, object, ORPHAN);
    } else if (finalizers.includes(FOREGROUND)) {
      const left = this.deleteDependents(uid, 'Foreground');
      if (!left) this.dropFinalizer(waiting.type, object, FOREGROUND);
    }
  }

  /** @returns how many there still are */
  private deleteDependents(
    uid: string,
    propagationPolicy: 'Foreground' | 'Background',
  ): number {
    const dependents = this.context.owners.all(uid);
    for (const { type, object } of dependents) {
      const { namespace, name, deletionTimestamp } = object.metadata;
      if (deletionTimestamp) continue;
      const policy = type.key === '/pods' ? 'Background' : propagationPolicy;
      deleteObject(this.store, type, namespace, name, {
        propagationPolicy: policy,
      });
    }
    return this.context.owners.all(uid).length;
  }

  /** Deletes what no living owner holds; the others only forget the dead one. */
  private collect(uid: string) {
    for (const { type, object } of this.context.owners.all(uid)) {
      const { namespace, name, ownerReferences = [] } = object.metadata;
      const others = ownerReferences.filter(
        owner => owner.uid !== uid && this.context.owners.exists(owner.uid),
      );
      if (others.length) {
        this.store.update(type, namespace, name, draft => {
          draft.metadata.ownerReferences = others;
        });
      } else if (!object.metadata.deletionTimestamp) {
        deleteObject(this.store, type, namespace, name, {
          propagationPolicy: 'Background',
        });
      }
    }
  }

  private disown(uid: string) {
    for (const { type, object } of this.context.owners.all(uid)) {
      const { namespace, name } = object.metadata;
      this.store.update(type, namespace, name, draft => {
        const left = draft.metadata.ownerReferences?.filter(o => o.uid !== uid);
        draft.metadata.ownerReferences = left?.length ? left : undefined;
      });
    }
  }

  private dropFinalizer(type: ResourceType, object: KubeObject, which: string) {
    const { namespace, name } = object.metadata;
    this.store.update(type, namespace, name, draft => {
      draft.metadata.finalizers = draft.metadata.finalizers?.filter(
        finalizer => finalizer !== which,
      );
    });
  }
}
