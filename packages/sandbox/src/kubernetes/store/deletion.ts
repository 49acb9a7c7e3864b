import { conflict } from '../api/errors';
import { KubeObject, timestamp } from '../objects/meta';
import { ResourceType } from '../schema/resourceType';
import { Store } from './store';

export interface DeleteOptions {
  gracePeriodSeconds?: number;
  propagationPolicy?: 'Orphan' | 'Background' | 'Foreground';
  orphanDependents?: boolean;
  preconditions?: { uid?: string; resourceVersion?: string };
  dryRun?: string[];
}

interface PodLike extends KubeObject {
  spec?: { nodeName?: string; terminationGracePeriodSeconds?: number };
  status?: { phase?: string };
}

/** Seconds a pod may take to end: none before it reached a node or after it finished. */
function graceOf(type: ResourceType, object: PodLike, wanted?: number): number {
  if (type.key !== '/pods') return 0;
  const finished = ['Succeeded', 'Failed'].includes(object.status?.phase ?? '');
  if (!object.spec?.nodeName || finished) return 0;
  return wanted ?? object.spec.terminationGracePeriodSeconds ?? 30;
}

/**
 * Deletes as the API does: at once, or by marking the object when finalizers, dependents or a pod's grace hold it.
 * @returns the object, and whether it is gone
 */
export function deleteObject(
  store: Store,
  type: ResourceType,
  namespace: string | undefined,
  name: string,
  options: DeleteOptions = {},
): { object: KubeObject; gone: boolean } {
  const old = store.need(type, namespace, name);
  const { uid, resourceVersion } = options.preconditions ?? {};
  if (uid && uid !== old.metadata.uid) {
    throw conflict(
      type,
      name,
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid}`,
    );
  }
  if (resourceVersion && resourceVersion !== old.metadata.resourceVersion) {
    throw conflict(
      type,
      name,
      `Precondition failed: ResourceVersion in precondition: ${resourceVersion}, ResourceVersion in object meta: ${old.metadata.resourceVersion}`,
    );
  }
  let policy = options.propagationPolicy;
  if (options.orphanDependents === true) policy = 'Orphan';
  const finalizers = new Set(old.metadata.finalizers);
  if (policy === 'Foreground') finalizers.add('foregroundDeletion');
  if (policy === 'Orphan') finalizers.add('orphan');
  const grace = graceOf(type, old, options.gracePeriodSeconds);
  const isNamespace = type.key === '/namespaces';
  if (!finalizers.size && !grace && !isNamespace) {
    return { object: store.remove(type, namespace, name), gone: true };
  }
  const object = store.update<PodLike>(type, namespace, name, draft => {
    const { metadata } = draft;
    metadata.deletionTimestamp ??= timestamp(Date.now() + grace * 1000);
    metadata.deletionGracePeriodSeconds = Math.min(
      grace,
      metadata.deletionGracePeriodSeconds ?? grace,
    );
    if (finalizers.size) metadata.finalizers = [...finalizers];
    if (isNamespace) draft.status = { ...draft.status, phase: 'Terminating' };
  });
  const left = store.get(type, namespace, name);
  return {
    object: object ?? old,
    gone: left?.metadata.uid !== old.metadata.uid,
  };
}
