import { randomBytes } from 'crypto';
import { timestamp } from '../../kubernetes/objects/meta';
import { Pod } from '../../kubernetes/objects/pod';
import { fieldPathOf } from '../../kubernetes/kubelet/fieldPath';
import { ApiClient } from './api-client';

const REMEMBERED = 1000;

/** Writes Events about pods; what happens again is counted, not repeated. */
export class EventRecorder {
  private readonly known = new Map<string, { path: string; count: number }>();
  /** One request after the other: events keep their order. */
  private queue: Promise<void> = Promise.resolve();

  constructor(private readonly api: ApiClient) {}

  /** @param container - the container that it is about */
  record(
    pod: Pod,
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
    container?: string,
  ): void {
    // An Event that cannot be written is no reason to stop a pod.
    this.queue = this.queue
      .then(() => this.write(pod, type, reason, message, container))
      .catch(() => {});
  }

  private async write(
    pod: Pod,
    type: string,
    reason: string,
    message: string,
    container?: string,
  ): Promise<void> {
    const { namespace = '', name, uid, resourceVersion } = pod.metadata;
    const events = `/api/v1/namespaces/${namespace}/events`;
    const key = JSON.stringify([uid, container, reason, message]);
    const before = this.known.get(key);
    const now = timestamp();
    if (before) {
      before.count++;
      await this.api.patch(before.path, {
        count: before.count,
        lastTimestamp: now,
      });
      return;
    }
    if (this.known.size >= REMEMBERED) this.known.clear();
    const id = `${name}.${randomBytes(8).toString('hex')}`;
    this.known.set(key, { path: `${events}/${id}`, count: 1 });
    const host = pod.spec.nodeName;
    await this.api.create(events, {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: id, namespace },
      involvedObject: {
        apiVersion: 'v1',
        kind: 'Pod',
        namespace,
        name,
        uid,
        resourceVersion,
        ...(container && { fieldPath: fieldPathOf(pod, container) }),
      },
      type,
      reason,
      message,
      source: { component: 'kubelet', host },
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
      reportingComponent: 'kubelet',
      reportingInstance: host ?? '',
    });
  }
}
