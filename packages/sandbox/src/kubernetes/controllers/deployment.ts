import { copy, same } from '../objects/json';
import { JsonObject } from '../objects/meta';
import { PodTemplate } from '../objects/pod';
import { Deployment, ReplicaSet } from '../objects/workloads';
import { TYPES } from '../schema/builtin';
import { deleteObject } from '../store/deletion';
import { Change } from '../store/store';
import {
  Controller,
  ControllerContext,
  controllerKey,
  ownKey,
  scaledValue,
} from './controller';
import { deploymentStatus, isComplete } from './deploymentStatus';
import { controlledBy } from './owners';
import { shortHash } from './pods';
import { Key } from './queue';

const HASH_LABEL = 'pod-template-hash';
export const REVISION = 'deployment.kubernetes.io/revision';
const DESIRED = 'deployment.kubernetes.io/desired-replicas';
const MAX = 'deployment.kubernetes.io/max-replicas';
const NOT_COPIED = [
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION,
  'deployment.kubernetes.io/revision-history',
  DESIRED,
  MAX,
  'deprecated.deployment.rollback.to',
];

const revisionOf = (set: ReplicaSet) =>
  Number(set.metadata.annotations?.[REVISION] ?? 0);
const available = (set: ReplicaSet) => set.status?.availableReplicas ?? 0;
const total = (sets: ReplicaSet[]) =>
  sets.reduce((sum, set) => sum + set.spec.replicas, 0);

function withoutHash(template: PodTemplate): PodTemplate {
  const clean = copy(template);
  delete clean.metadata?.labels?.[HASH_LABEL];
  return clean;
}

/** How far a rolling update may go above and below the wanted number. */
function bounds({ spec }: Deployment): { surge: number; unavailable: number } {
  const { rollingUpdate, type } = spec.strategy;
  if (type === 'Recreate') return { surge: 0, unavailable: spec.replicas };
  const surge = scaledValue(rollingUpdate?.maxSurge, spec.replicas, 'up');
  const unavailable = scaledValue(
    rollingUpdate?.maxUnavailable,
    spec.replicas,
    'down',
  );
  return { surge, unavailable: surge || unavailable ? unavailable : 1 };
}

/** Rolls a Deployment's template out through ReplicaSets, one for each revision. */
export class DeploymentController extends Controller {
  constructor(context: ControllerContext) {
    super('deployment-controller', context);
  }

  keys(change: Change): Key[] {
    return [
      ...ownKey(change, TYPES.deployments),
      ...controllerKey(change, 'Deployment'),
    ];
  }

  reconcile({ namespace, name }: Key) {
    const found = this.store.get<Deployment>(
      TYPES.deployments,
      namespace,
      name,
    );
    if (!found || found.metadata.deletionTimestamp) return;
    const sets = this.setsOf(found);
    let current = sets.find(set =>
      same(withoutHash(set.spec.template), withoutHash(found.spec.template)),
    );
    if (!found.spec.paused) {
      current = current
        ? this.markNewest(found, current, sets)
        : this.createSet(found, sets);
      this.setRevision(found, current);
    }
    const old = this.setsOf(found).filter(
      set => set.metadata.uid !== current?.metadata.uid,
    );
    if (found.spec.paused) this.scalePaused(found, current, old);
    else if (current) this.roll(found, current, old);
    this.writeStatus(found, current?.metadata.name);
  }

  private setsOf(deployment: Deployment): ReplicaSet[] {
    return this.context.owners
      .controlled<ReplicaSet>(TYPES.replicaSets, deployment.metadata.uid)
      .sort((a, b) => revisionOf(a) - revisionOf(b));
  }

  private annotations(deployment: Deployment, revision: number) {
    const own: Record<string, string> = { ...deployment.metadata.annotations };
    NOT_COPIED.forEach(key => delete own[key]);
    const { replicas } = deployment.spec;
    return {
      ...own,
      [REVISION]: String(revision),
      [DESIRED]: String(replicas),
      [MAX]: String(replicas + bounds(deployment).surge),
    };
  }

  private createSet(deployment: Deployment, sets: ReplicaSet[]): ReplicaSet {
    const { name, namespace } = deployment.metadata;
    const template = withoutHash(deployment.spec.template);
    const hash = shortHash([template, deployment.status?.collisionCount ?? 0]);
    template.metadata = {
      ...template.metadata,
      labels: { ...template.metadata?.labels, [HASH_LABEL]: hash },
    };
    const selector = copy(deployment.spec.selector);
    selector.matchLabels = { ...selector.matchLabels, [HASH_LABEL]: hash };
    const revision = Math.max(0, ...sets.map(revisionOf)) + 1;
    const body = {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: `${name}-${hash}`,
        namespace,
        labels: template.metadata.labels,
        annotations: this.annotations(deployment, revision),
        ownerReferences: [controlledBy(deployment)],
      },
      spec: {
        replicas: 0,
        minReadySeconds: deployment.spec.minReadySeconds,
        selector,
        template,
      },
    };
    return this.context.writer.create(
      TYPES.replicaSets,
      namespace,
      copy(body) as unknown as JsonObject,
      { manager: 'kube-controller-manager' },
    ) as ReplicaSet;
  }

  /** A rollback makes an old set the newest: it gets a new revision. */
  private markNewest(
    deployment: Deployment,
    set: ReplicaSet,
    sets: ReplicaSet[],
  ): ReplicaSet {
    const newest = Math.max(...sets.map(revisionOf));
    const revision = revisionOf(set) < newest ? newest + 1 : newest;
    const { namespace, name } = set.metadata;
    const annotations = this.annotations(deployment, revision);
    const marked = this.store.update<ReplicaSet>(
      TYPES.replicaSets,
      namespace,
      name,
      draft => {
        draft.metadata.annotations = {
          ...draft.metadata.annotations,
          ...annotations,
        };
        draft.spec.minReadySeconds = deployment.spec.minReadySeconds;
      },
    );
    return marked ?? set;
  }

  private setRevision({ metadata }: Deployment, current: ReplicaSet) {
    const revision = String(revisionOf(current));
    if (metadata.annotations?.[REVISION] === revision) return;
    this.store.update<Deployment>(
      TYPES.deployments,
      metadata.namespace,
      metadata.name,
      draft => {
        draft.metadata.annotations = {
          ...draft.metadata.annotations,
          [REVISION]: revision,
        };
      },
    );
  }

  private scale(deployment: Deployment, set: ReplicaSet, replicas: number) {
    const from = set.spec.replicas;
    if (from === replicas) return;
    const { namespace, name } = set.metadata;
    this.store.update<ReplicaSet>(TYPES.replicaSets, namespace, name, draft => {
      draft.spec.replicas = replicas;
    });
    const direction = replicas > from ? 'up' : 'down';
    this.event(
      deployment,
      'Normal',
      'ScalingReplicaSet',
      `Scaled ${direction} replica set ${name} from ${from} to ${replicas}`,
    );
  }

  /** While paused only the number may change, and only where a single set has pods. */
  private scalePaused(
    deployment: Deployment,
    current: ReplicaSet | undefined,
    old: ReplicaSet[],
  ) {
    const active = [...(current ? [current] : []), ...old].filter(
      set => set.spec.replicas > 0,
    );
    const only = active.length === 1 ? active[0] : undefined;
    const target = active.length ? only : current;
    if (target) this.scale(deployment, target, deployment.spec.replicas);
  }

  private roll(deployment: Deployment, current: ReplicaSet, old: ReplicaSet[]) {
    const { replicas, strategy } = deployment.spec;
    if (strategy.type === 'Recreate') {
      old.forEach(set => this.scale(deployment, set, 0));
      const left = old.some(set =>
        this.context.owners
          .controlled(TYPES.pods, set.metadata.uid)
          .some(pod => pod.metadata),
      );
      if (!left) this.scale(deployment, current, replicas);
      return;
    }
    const { surge, unavailable } = bounds(deployment);
    const have = current.spec.replicas;
    const all = total(old) + have;
    if (have > replicas) {
      this.scale(deployment, current, replicas);
    } else if (have < replicas) {
      const room = Math.max(0, replicas + surge - all);
      const more = Math.min(room, replicas - have);
      this.scale(deployment, current, have + more);
    }
    this.shrinkOld(deployment, current, old, replicas - unavailable);
  }

  /** Takes pods from old sets while enough stay available: those that are not available first. */
  private shrinkOld(
    deployment: Deployment,
    before: ReplicaSet,
    old: ReplicaSet[],
    minAvailable: number,
  ) {
    const { namespace, name } = before.metadata;
    const current =
      this.store.get<ReplicaSet>(TYPES.replicaSets, namespace, name) ?? before;
    const starting = current.spec.replicas - available(current);
    const all = total(old) + current.spec.replicas;
    let may = all - minAvailable - Math.max(0, starting);
    const wanted = new Map(old.map(set => [set, set.spec.replicas]));
    for (const set of old) {
      const unhealthy = Math.max(0, set.spec.replicas - available(set));
      const take = Math.min(unhealthy, Math.max(0, may));
      may -= take;
      wanted.set(set, set.spec.replicas - take);
    }
    let spare =
      [current, ...old].reduce((sum, set) => sum + available(set), 0) -
      minAvailable;
    for (const set of old) {
      const left = wanted.get(set) ?? 0;
      const healthy = Math.min(left, available(set));
      const take = Math.min(healthy, Math.max(0, spare), Math.max(0, may));
      spare -= take;
      may -= take;
      this.scale(deployment, set, left - take);
    }
  }

  private writeStatus(before: Deployment, current: string | undefined) {
    const { namespace, name } = before.metadata;
    const deployment = this.store.get<Deployment>(
      TYPES.deployments,
      namespace,
      name,
    );
    if (!deployment) return;
    const sets = this.setsOf(deployment);
    const newest = sets.find(set => set.metadata.name === current);
    const { unavailable } = bounds(deployment);
    const { status, again } = deploymentStatus(
      deployment,
      newest,
      sets,
      unavailable,
    );
    this.setStatus(TYPES.deployments, deployment, status);
    if (again) this.later(again, before.metadata);
    if (newest && isComplete(deployment, status)) {
      this.forgetOld(deployment, sets, newest);
    }
  }

  private forgetOld(
    deployment: Deployment,
    sets: ReplicaSet[],
    newest: ReplicaSet,
  ) {
    const empty = sets.filter(
      set => set !== newest && !set.spec.replicas && !set.status?.replicas,
    );
    const surplus = empty.length - deployment.spec.revisionHistoryLimit;
    for (const { metadata } of empty.slice(0, Math.max(0, surplus))) {
      deleteObject(
        this.store,
        TYPES.replicaSets,
        metadata.namespace,
        metadata.name,
      );
    }
  }
}
