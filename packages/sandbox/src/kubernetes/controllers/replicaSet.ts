import { ApiError } from '../api/errors';
import { isActive, isReady, Pod } from '../objects/pod';
import { ReplicaSet } from '../objects/workloads';
import { TYPES } from '../schema/builtin';
import { Change } from '../store/store';
import {
  Controller,
  ControllerContext,
  controllerKey,
  nonZero,
  ownKey,
  withCondition,
} from './controller';
import { createPod, deletePod, isAvailable } from './pods';
import { Key } from './queue';

/** Pods go in this order when there are too many: not yet running first, then the youngest. */
function leastWanted(a: Pod, b: Pod): number {
  const rank = (pod: Pod) =>
    Number(Boolean(pod.spec.nodeName)) +
    Number(pod.status?.phase === 'Running') +
    Number(isReady(pod));
  return (
    rank(a) - rank(b) ||
    b.metadata.creationTimestamp.localeCompare(a.metadata.creationTimestamp)
  );
}

/** Keeps as many pods as a ReplicaSet asks for. */
export class ReplicaSetController extends Controller {
  constructor(context: ControllerContext) {
    super('replicaset-controller', context);
  }

  keys(change: Change): Key[] {
    const own = ownKey(change, TYPES.replicaSets);
    if (change.resource.key !== TYPES.pods.key) return own;
    return controllerKey(change, 'ReplicaSet');
  }

  reconcile({ namespace, name }: Key) {
    const set = this.store.get<ReplicaSet>(TYPES.replicaSets, namespace, name);
    if (!set) return;
    const failure = set.metadata.deletionTimestamp
      ? undefined
      : this.manage(set);
    this.writeStatus(set, failure);
    if (failure) throw failure;
  }

  private pods(set: ReplicaSet): Pod[] {
    return this.context.owners
      .controlled<Pod>(TYPES.pods, set.metadata.uid)
      .filter(isActive);
  }

  /** Creates or deletes pods. @returns why a pod could not be made */
  private manage(set: ReplicaSet): ApiError | undefined {
    const pods = this.pods(set);
    const missing = set.spec.replicas - pods.length;
    for (let i = 0; i < missing; i++) {
      try {
        const pod = createPod(this.context, set, set.spec.template);
        const message = `Created pod: ${pod.metadata.name}`;
        this.event(set, 'Normal', 'SuccessfulCreate', message);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        const message = `Error creating: ${error.message}`;
        this.event(set, 'Warning', 'FailedCreate', message);
        return error;
      }
    }
    if (missing >= 0) return undefined;
    for (const pod of pods.sort(leastWanted).slice(0, -missing)) {
      deletePod(this.context, pod);
      const message = `Deleted pod: ${pod.metadata.name}`;
      this.event(set, 'Normal', 'SuccessfulDelete', message);
    }
    return undefined;
  }

  private writeStatus(set: ReplicaSet, failure: ApiError | undefined) {
    const pods = this.pods(set);
    const { minReadySeconds } = set.spec;
    const ready = pods.filter(isReady);
    const available = ready.filter(pod => isAvailable(pod, minReadySeconds));
    if (available.length < ready.length) {
      this.later(500, set.metadata);
    }
    const others = set.status?.conditions?.filter(
      condition => condition.type !== 'ReplicaFailure',
    );
    const conditions = failure
      ? withCondition(
          set.status?.conditions,
          'ReplicaFailure',
          'True',
          'FailedCreate',
          failure.message,
        )
      : others;
    this.setStatus(TYPES.replicaSets, set, {
      replicas: pods.length,
      fullyLabeledReplicas: nonZero(pods.length),
      readyReplicas: nonZero(ready.length),
      availableReplicas: nonZero(available.length),
      observedGeneration: set.metadata.generation,
      conditions: conditions?.length ? conditions : undefined,
    });
  }
}
