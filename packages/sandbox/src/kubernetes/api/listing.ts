import type { ServerResponse } from 'node:http';
import { KubeObject } from '../objects/meta';
import { inVersion } from '../schema/conversion';
import { fieldMatcher, labelMatcher, Matcher } from '../store/selectors';
import { objectKey, Store } from '../store/store';
import { tableOf } from '../tables/table';
import { ApiError } from './errors';
import { ApiRequest } from './request';
import { metadataOnly, send, wantedForm } from './respond';

/** Both selectors of a request as one predicate; undefined when it selects all. */
export function matcherOf(query: URLSearchParams): Matcher | undefined {
  const label = labelMatcher(query.get('labelSelector'));
  const field = fieldMatcher(query.get('fieldSelector'));
  return label && field ? o => label(o) && field(o) : label ?? field;
}

interface Continue {
  revision: number;
  after: string;
}

function readContinue(token: string, store: Store): Continue {
  let place: Continue;
  try {
    place = JSON.parse(Buffer.from(token, 'base64url').toString());
  } catch {
    throw new ApiError(400, 'BadRequest', 'continue key is not valid');
  }
  if (place.revision < store.compacted) {
    throw new ApiError(
      410,
      'Expired',
      'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.',
    );
  }
  return place;
}

const keyOf = ({ metadata }: KubeObject) =>
  objectKey(metadata.namespace, metadata.name);

/** Answers a list: selected, in key order, in pages when a limit asks for them. */
export function sendList(
  request: ApiRequest,
  response: ServerResponse,
  store: Store,
  objects: KubeObject[],
) {
  const { type, query } = request;
  const matches = matcherOf(query);
  let items = matches ? objects.filter(matches) : objects;
  items = items
    .map(object => ({ key: keyOf(object), object }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ object }) => inVersion(type, object));

  const token = query.get('continue');
  let { revision } = store;
  if (token) {
    const place = readContinue(token, store);
    revision = place.revision;
    items = items.filter(object => keyOf(object) > place.after);
  }
  const limit = Number(query.get('limit')) || 0;
  const metadata: {
    resourceVersion: string;
    continue?: string;
    remainingItemCount?: number;
  } = { resourceVersion: String(revision) };
  if (limit && items.length > limit) {
    if (!matches) metadata.remainingItemCount = items.length - limit;
    items = items.slice(0, limit);
    const next: Continue = { revision, after: keyOf(items[limit - 1]) };
    metadata.continue = Buffer.from(JSON.stringify(next)).toString('base64url');
  }
  const form = wantedForm(request.accept);
  if (form === 'table') {
    const include = query.get('includeObject') ?? 'Metadata';
    send(response, 200, { ...tableOf(type, items, { include }), metadata });
  } else if (form === 'metadata') {
    send(response, 200, {
      kind: 'PartialObjectMetadataList',
      apiVersion: 'meta.k8s.io/v1',
      metadata,
      items: items.map(metadataOnly),
    });
  } else {
    send(response, 200, {
      kind: `${type.kind}List`,
      apiVersion: type.groupVersion,
      metadata,
      items,
    });
  }
}
