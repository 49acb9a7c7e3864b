import type { ServerResponse } from 'node:http';
import { KubeObject } from '../objects/meta';
import { inVersion } from '../schema/conversion';
import { Change, Store } from '../store/store';
import { tableOf } from '../tables/table';
import { statusObject } from './errors';
import { matcherOf } from './listing';
import { ApiRequest } from './request';
import { metadataOnly, wantedForm } from './respond';

const BOOKMARK_EVERY_MS = 30_000;
const MIN_SECONDS = 1800;

type EventType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';

/** Writes watch events in the form that the client asked for, one JSON line each. */
class WatchStream {
  private started = false;
  private readonly form;
  private readonly include;

  constructor(
    private readonly request: ApiRequest,
    private readonly response: ServerResponse,
    private readonly store: Store,
  ) {
    this.form = wantedForm(request.accept);
    this.include = request.query.get('includeObject') ?? 'Metadata';
  }

  private write(type: EventType, object: unknown) {
    this.response.write(`${JSON.stringify({ type, object })}\n`);
  }

  object(type: EventType, whole: KubeObject) {
    const object = inVersion(this.request.type, whole);
    if (this.form === 'table') {
      const table = tableOf(this.request.type, [object], {
        include: this.include,
        headers: !this.started,
      });
      const { resourceVersion } = object.metadata;
      this.write(type, { ...table, metadata: { resourceVersion } });
      this.started = true;
    } else {
      this.write(
        type,
        this.form === 'metadata' ? metadataOnly(object) : object,
      );
    }
  }

  bookmark(annotations?: Record<string, string>) {
    const metadata = {
      resourceVersion: String(this.store.revision),
      creationTimestamp: null,
      ...(annotations ? { annotations } : {}),
    };
    const { kind, groupVersion } = this.request.type;
    if (this.form === 'table') {
      const table = tableOf(this.request.type, [], { headers: false });
      this.write('BOOKMARK', { ...table, metadata });
    } else if (this.form === 'metadata') {
      this.write('BOOKMARK', {
        kind: 'PartialObjectMetadata',
        apiVersion: 'meta.k8s.io/v1',
        metadata,
      });
    } else {
      this.write('BOOKMARK', { kind, apiVersion: groupVersion, metadata });
    }
  }

  expired(revision: number) {
    this.write(
      'ERROR',
      statusObject(410, {
        reason: 'Expired',
        message: `too old resource version: ${revision} (${this.store.compacted})`,
      }),
    );
    this.response.end();
  }
}

/**
 * Answers a watch: from a revision, or beginning with what is there. It ends after `timeoutSeconds` (else in 30 to 60
 * minutes, as the API server does), or with 410 when the revision is too old.
 */
export function sendWatch(
  request: ApiRequest,
  response: ServerResponse,
  store: Store,
) {
  const { type, namespace, name, query } = request;
  const selected = matcherOf(query);
  const matches = (object: KubeObject) =>
    (!namespace || object.metadata.namespace === namespace) &&
    (!name || object.metadata.name === name) &&
    (!selected || selected(object));

  response.writeHead(200, {
    'content-type': 'application/json',
    'cache-control': 'no-cache, private',
  });
  response.flushHeaders();
  response.socket?.setNoDelay(true);

  const stream = new WatchStream(request, response, store);
  const deliver = ({ resource, type: change, object, previous }: Change) => {
    if (resource.key !== type.key) return;
    const now = matches(object);
    const before = previous !== undefined && matches(previous);
    if (change === 'ADDED' && now) stream.object('ADDED', object);
    else if (change === 'DELETED' && before) stream.object('DELETED', object);
    else if (change === 'MODIFIED' && now) {
      stream.object(before ? 'MODIFIED' : 'ADDED', object);
    } else if (change === 'MODIFIED' && before) {
      const { resourceVersion } = object.metadata;
      stream.object('DELETED', {
        ...previous,
        metadata: { ...previous.metadata, resourceVersion },
      });
    }
  };

  const from = Number(query.get('resourceVersion')) || 0;
  const initial = query.get('sendInitialEvents') === 'true';
  if (from && !initial) {
    if (from < store.compacted || from > store.revision) {
      stream.expired(from);
      return;
    }
    for (const change of store.history) {
      if (change.revision > from) deliver(change);
    }
  } else {
    for (const object of store.list(type, namespace)) {
      if (matches(object)) stream.object('ADDED', object);
    }
    if (initial) stream.bookmark({ 'k8s.io/initial-events-end': 'true' });
  }

  const unsubscribe = store.subscribe(deliver);
  const bookmarks =
    query.get('allowWatchBookmarks') === 'true'
      ? setInterval(() => stream.bookmark(), BOOKMARK_EVERY_MS)
      : undefined;
  const seconds =
    Number(query.get('timeoutSeconds')) || MIN_SECONDS * (1 + Math.random());
  const timeout = setTimeout(() => response.end(), seconds * 1000);
  response.on('close', () => {
    unsubscribe();
    clearInterval(bookmarks);
    clearTimeout(timeout);
  });
}
