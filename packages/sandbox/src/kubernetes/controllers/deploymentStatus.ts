import { Condition, timestamp } from '../objects/meta';
import { Deployment, ReplicaSet } from '../objects/workloads';
import { conditionOf, nonZero, withCondition } from './controller';

type Status = NonNullable<Deployment['status']>;

const sum = (
  sets: ReplicaSet[],
  count: (set: ReplicaSet) => number | undefined,
) => sets.reduce((all, set) => all + (count(set) ?? 0), 0);

/** True when the newest template has all its replicas available and no old pod is left. */
export function isComplete({ spec }: Deployment, status: Status): boolean {
  return (
    (status.updatedReplicas ?? 0) === spec.replicas &&
    (status.replicas ?? 0) === spec.replicas &&
    (status.availableReplicas ?? 0) === spec.replicas
  );
}

function madeProgress(before: Status, now: Status): boolean {
  const old = (status: Status) =>
    (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
  return (
    (now.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    (now.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (now.availableReplicas ?? 0) > (before.availableReplicas ?? 0) ||
    old(now) < old(before)
  );
}

function progressing(
  deployment: Deployment,
  newest: ReplicaSet | undefined,
  now: Status,
): { conditions: Condition[]; again?: number } {
  const { spec, status: before = {}, metadata } = deployment;
  const conditions = now.conditions ?? [];
  const last = conditionOf(conditions, 'Progressing');
  const subject = newest
    ? `ReplicaSet "${newest.metadata.name}"`
    : `Deployment "${metadata.name}"`;
  const set = (
    status: 'True' | 'False' | 'Unknown',
    reason: string,
    message: string,
  ) =>
    withCondition(conditions, 'Progressing', status, reason, message).map(c =>
      c.type === 'Progressing' ? { ...c, lastUpdateTime: timestamp() } : c,
    );
  if (spec.paused) {
    if (last?.reason === 'DeploymentPaused') return { conditions };
    return {
      conditions: set('Unknown', 'DeploymentPaused', 'Deployment is paused'),
    };
  }
  if (isComplete(deployment, now)) {
    if (
      last?.reason === 'NewReplicaSetAvailable' &&
      last.message?.startsWith(subject)
    ) {
      return { conditions };
    }
    return {
      conditions: set(
        'True',
        'NewReplicaSetAvailable',
        `${subject} has successfully progressed.`,
      ),
    };
  }
  const changed = metadata.generation !== before.observedGeneration;
  const settled = last?.reason === 'NewReplicaSetAvailable' && !changed;
  // A finished rollout whose pods restart stays finished.
  if (settled && (now.updatedReplicas ?? 0) === spec.replicas) {
    return { conditions };
  }
  if (!last || changed) {
    return {
      conditions: set(
        'True',
        before.updatedReplicas ? 'ReplicaSetUpdated' : 'NewReplicaSetCreated',
        before.updatedReplicas
          ? `${subject} is progressing.`
          : `Created new replica set "${newest?.metadata.name}"`,
      ),
      again: spec.progressDeadlineSeconds * 1000,
    };
  }
  if (madeProgress(before, now)) {
    return {
      conditions: set(
        'True',
        'ReplicaSetUpdated',
        `${subject} is progressing.`,
      ),
      again: spec.progressDeadlineSeconds * 1000,
    };
  }
  if (last.reason === 'ProgressDeadlineExceeded') return { conditions };
  const since = Date.parse(
    last.lastUpdateTime ?? last.lastTransitionTime ?? '',
  );
  const left = since + spec.progressDeadlineSeconds * 1000 - Date.now();
  if (left > 0) return { conditions, again: left + 100 };
  return {
    conditions: set(
      'False',
      'ProgressDeadlineExceeded',
      `${subject} has timed out progressing.`,
    ),
  };
}

/**
 * A Deployment's status as its ReplicaSets make it.
 * @param unavailable - how many replicas may be missing while it still counts as available
 * @returns the status, and in how many milliseconds to look again
 */
export function deploymentStatus(
  deployment: Deployment,
  newest: ReplicaSet | undefined,
  sets: ReplicaSet[],
  unavailable: number,
): { status: Status; again?: number } {
  const { spec, metadata } = deployment;
  const availableReplicas = sum(sets, set => set.status?.availableReplicas);
  const wanted = sum(sets, set => set.spec.replicas);
  const enough = availableReplicas >= spec.replicas - unavailable;
  let conditions = withCondition(
    deployment.status?.conditions,
    'Available',
    enough ? 'True' : 'False',
    enough ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
    enough
      ? 'Deployment has minimum availability.'
      : 'Deployment does not have minimum availability.',
  ).map(c =>
    c.type === 'Available' && !c.lastUpdateTime
      ? { ...c, lastUpdateTime: c.lastTransitionTime }
      : c,
  );
  const failure = sets
    .map(set => conditionOf(set.status?.conditions, 'ReplicaFailure'))
    .find(Boolean);
  conditions = conditions.filter(c => c.type !== 'ReplicaFailure' || failure);
  if (failure) {
    const { reason, message } = failure;
    conditions = withCondition(
      conditions,
      'ReplicaFailure',
      'True',
      reason,
      message,
    );
  }
  const status: Status = {
    observedGeneration: metadata.generation,
    replicas: nonZero(sum(sets, set => set.status?.replicas)),
    updatedReplicas: nonZero(newest?.status?.replicas ?? 0),
    readyReplicas: nonZero(sum(sets, set => set.status?.readyReplicas)),
    availableReplicas: nonZero(availableReplicas),
    unavailableReplicas: nonZero(wanted - availableReplicas),
    collisionCount: deployment.status?.collisionCount,
    conditions,
  };
  const progress = progressing(deployment, newest, status);
  return {
    status: { ...status, conditions: progress.conditions },
    again: progress.again,
  };
}
