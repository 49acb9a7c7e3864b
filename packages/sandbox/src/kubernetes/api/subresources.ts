import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { valueAt } from '../objects/json';
import { JsonObject, timestamp } from '../objects/meta';
import { isActive, isReady, Pod } from '../objects/pod';
import { PodDisruptionBudget } from '../objects/workloads';
import { TYPES } from '../schema/builtin';
import { DeleteOptions, deleteObject } from '../store/deletion';
import { selects } from '../store/selectors';
import { Store } from '../store/store';
import { ApiError, conflict, methodNotAllowed, statusObject } from './errors';
import { PodLogs, sendPodLog } from './podLogs';
import { ApiRequest, objectBody } from './request';
import { send } from './respond';

/** Refuses an eviction that a disruption budget does not allow now. @throws ApiError 429 */
function checkBudgets(store: Store, pod: Pod) {
  if (!isActive(pod) || !isReady(pod)) return;
  const { namespace, labels } = pod.metadata;
  const budgets = store
    .list<PodDisruptionBudget>(TYPES.disruptionBudgets, namespace)
    .filter(budget => selects(budget.spec.selector)(labels));
  const spent = budgets.find(b => (b.status?.disruptionsAllowed ?? 0) < 1);
  if (!spent) return;
  const { name } = spent.metadata;
  throw new ApiError(
    429,
    'TooManyRequests',
    "Cannot evict pod as it would violate the pod's disruption budget.",
    {
      causes: [
        {
          reason: 'DisruptionBudget',
          message: `The disruption budget ${name} needs ${spent.status?.desiredHealthy} healthy pods and has ${spent.status?.currentHealthy} currently`,
        },
      ],
    },
  );
}

async function evict(request: ApiRequest, store: Store) {
  const { namespace, name = '' } = request;
  const body = await objectBody(request);
  const pod = store.need<Pod>(TYPES.pods, namespace, name);
  checkBudgets(store, pod);
  if (!request.dryRun) {
    deleteObject(
      store,
      TYPES.pods,
      namespace,
      name,
      (body.deleteOptions ?? {}) as DeleteOptions,
    );
  }
}

async function bind(request: ApiRequest, store: Store) {
  const { namespace, name = '' } = request;
  const body = await objectBody(request);
  const node = String(valueAt(body, 'target.name') ?? '');
  const pod = store.need<Pod>(TYPES.pods, namespace, name);
  if (pod.spec.nodeName) {
    throw conflict(
      TYPES.pods,
      name,
      `pod ${name} is already assigned to node "${pod.spec.nodeName}"`,
    );
  }
  store.update<Pod>(TYPES.pods, namespace, name, draft => {
    draft.spec.nodeName = node;
  });
}

const TOKEN_SECONDS = 3600;

/** A token for a service account: its form is right, but the sandbox lets nobody in with it. */
async function issueToken(request: ApiRequest, store: Store) {
  store.need(request.type, request.namespace, request.name ?? '');
  const body: JsonObject = await objectBody(request);
  const seconds = Number(
    valueAt(body, 'spec.expirationSeconds') ?? TOKEN_SECONDS,
  );
  return {
    ...body,
    status: {
      token: randomBytes(48).toString('base64url'),
      expirationTimestamp: timestamp(Date.now() + seconds * 1000),
    },
  };
}

const STREAMS = ['exec', 'attach', 'portforward', 'proxy'];

/**
 * Answers the subresources that are neither status nor scale.
 * @returns false when the subresource is not one of them
 */
export async function handleSubresource(
  request: ApiRequest,
  response: ServerResponse,
  store: Store,
  logs: PodLogs,
): Promise<boolean> {
  const { type, namespace, name = '', subresource, method } = request;
  const which = `${type.key}/${subresource}`;
  if (which === '/pods/log') {
    if (method !== 'GET') throw methodNotAllowed();
    const pod = store.need<Pod>(type, namespace, name);
    sendPodLog(pod, request.query, response, logs, hear =>
      store.subscribe(({ type: change, object }) => {
        if (object.metadata.uid !== pod.metadata.uid) return;
        hear(change === 'DELETED' ? undefined : (object as Pod));
      }),
    );
    return true;
  }
  if (STREAMS.includes(subresource ?? '')) {
    throw new ApiError(
      501,
      'NotImplemented',
      `the sandbox has no ${subresource}; a pod that runs here answers at its own address, which \`kubectl get pod ${name} -o wide\` names`,
    );
  }
  if (method !== 'POST') return false;
  if (which === '/pods/eviction') {
    await evict(request, store);
    send(response, 201, statusObject(201));
    return true;
  }
  if (which === '/pods/binding') {
    await bind(request, store);
    send(response, 201, statusObject(201));
    return true;
  }
  if (which === '/serviceaccounts/token') {
    send(response, 201, await issueToken(request, store));
    return true;
  }
  return false;
}
