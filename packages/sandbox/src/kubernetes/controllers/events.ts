import { EventObject, ObjectReference } from '../objects/cluster';
import { KubeObject, timestamp } from '../objects/meta';
import { TYPES } from '../schema/builtin';
import { Store } from '../store/store';

const KEEP_MS = 60 * 60 * 1000;

/** The reference by which an event names its object. */
export const referenceTo = (object: KubeObject): ObjectReference => ({
  kind: object.kind,
  namespace: object.metadata.namespace,
  name: object.metadata.name,
  uid: object.metadata.uid,
  apiVersion: object.apiVersion,
  resourceVersion: object.metadata.resourceVersion,
});

export interface Occurrence {
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
  /** Who says it: `deployment-controller`, `kubelet`. */
  component: string;
  host?: string;
  /** The part of the object: `spec.containers{api}`. */
  fieldPath?: string;
}

/** Writes Events; what happens again is counted, not repeated; after an hour they go. */
export class Events {
  private readonly known = new Map<string, string>();
  private sequence = 0;

  constructor(private readonly store: Store) {}

  record(object: KubeObject, occurrence: Occurrence) {
    const { type, reason, message, component, host, fieldPath } = occurrence;
    const namespace = object.metadata.namespace ?? 'default';
    if (this.refused(namespace)) return;
    const id = [object.metadata.uid, reason, message, fieldPath].join('|');
    const before = this.known.get(id);
    const repeated =
      before !== undefined &&
      this.store.update<EventObject>(TYPES.events, namespace, before, draft => {
        draft.count = (draft.count ?? 1) + 1;
        draft.lastTimestamp = timestamp();
      });
    if (repeated) return;
    // Like the real ones, names end in the time, in hexadecimal nanoseconds.
    const now =
      BigInt(Date.now()) * 1_000_000n + BigInt(this.sequence++ % 1_000_000);
    const name = `${object.metadata.name}.${now.toString(16)}`;
    this.known.set(id, name);
    const event: EventObject = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: {
        name,
        namespace,
        uid: '',
        resourceVersion: '',
        creationTimestamp: '',
      },
      involvedObject: {
        ...referenceTo(object),
        ...(fieldPath ? { fieldPath } : {}),
      },
      type,
      reason,
      message,
      source: { component, ...(host ? { host } : {}) },
      firstTimestamp: timestamp(),
      lastTimestamp: timestamp(),
      eventTime: null,
      count: 1,
      reportingComponent: component,
      reportingInstance: host ?? '',
    };
    this.store.create(TYPES.events, event);
  }

  private refused(namespace: string): boolean {
    const found = this.store.get(TYPES.namespaces, undefined, namespace);
    return !found || found.metadata.deletionTimestamp !== undefined;
  }

  /** Removes events older than an hour. */
  expire() {
    const oldest = Date.now() - KEEP_MS;
    for (const event of this.store.list<EventObject>(TYPES.events)) {
      const last = event.lastTimestamp ?? event.metadata.creationTimestamp;
      if (Date.parse(last) > oldest) continue;
      this.store.remove(
        TYPES.events,
        event.metadata.namespace,
        event.metadata.name,
      );
    }
    if (this.known.size > 10_000) this.known.clear();
  }
}
