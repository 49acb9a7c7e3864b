import { copy } from '../objects/json';
import { JsonObject } from '../objects/meta';
import { isFinished, isReady, Pod, Volume } from '../objects/pod';
import { PersistentVolumeClaim, StatefulSet } from '../objects/workloads';
import { TYPES } from '../schema/builtin';
import { deleteObject } from '../store/deletion';
import { Change } from '../store/store';
import {
  Controller,
  ControllerContext,
  controllerKey,
  nonZero,
  ownKey,
} from './controller';
import { controlledBy } from './owners';
import { createPod, deletePod, isAvailable } from './pods';
import { Key } from './queue';
import { currentRevision, REVISION_LABEL } from './revisions';

/** Keeps the numbered pods of a StatefulSet, one after another, each with its own claims. */
export class StatefulSetController extends Controller {
  constructor(context: ControllerContext) {
    super('statefulset-controller', context);
  }

  keys(change: Change): Key[] {
    const own = ownKey(change, TYPES.statefulSets);
    if (change.resource.key !== TYPES.pods.key) return own;
    return controllerKey(change, 'StatefulSet');
  }

  reconcile({ namespace, name }: Key) {
    const set = this.store.get<StatefulSet>(
      TYPES.statefulSets,
      namespace,
      name,
    );
    if (!set || set.metadata.deletionTimestamp) return;
    const revision = currentRevision(this.context, set, false);
    let failure: unknown;
    try {
      this.manage(set, revision);
    } catch (error) {
      failure = error;
      const message = `create Pod in StatefulSet ${name} failed error: ${
        (error as Error).message
      }`;
      this.event(set, 'Warning', 'FailedCreate', message);
    }
    this.writeStatus(set, revision);
    if (failure) throw failure;
  }

  private podsOf(set: StatefulSet): Map<number, Pod> {
    const { name, uid } = set.metadata;
    const pods = this.context.owners.controlled<Pod>(TYPES.pods, uid);
    return new Map(
      pods.map(pod => [Number(pod.metadata.name.slice(name.length + 1)), pod]),
    );
  }

  private manage(set: StatefulSet, revision: string) {
    const { replicas, podManagementPolicy } = set.spec;
    const pods = this.podsOf(set);
    const together = podManagementPolicy === 'Parallel';
    let settled = true;
    for (let i = 0; i < replicas && (settled || together); i++) {
      const pod = pods.get(i);
      if (!pod) {
        this.create(set, i, revision);
        settled = false;
      } else if (isFinished(pod) && !pod.metadata.deletionTimestamp) {
        deletePod(this.context, pod);
        settled = false;
      } else if (!isReady(pod)) {
        settled = false;
      }
    }
    const surplus = [...pods]
      .filter(([i]) => i >= replicas)
      .sort(([a], [b]) => b - a);
    if (surplus.length) {
      if (settled || together)
        this.shrink(
          set,
          surplus.map(([, pod]) => pod),
          together,
        );
      return;
    }
    if (set.spec.updateStrategy.type === 'RollingUpdate') {
      this.update(set, pods, revision, settled);
    }
  }

  private shrink(set: StatefulSet, surplus: Pod[], together: boolean) {
    if (!together && surplus.some(pod => pod.metadata.deletionTimestamp))
      return;
    for (const pod of together ? surplus : surplus.slice(0, 1)) {
      if (pod.metadata.deletionTimestamp) continue;
      deletePod(this.context, pod);
      const message = `delete Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name} successful`;
      this.event(set, 'Normal', 'SuccessfulDelete', message);
    }
  }

  /** Replaces pods of an older revision, the last first; broken ones need not become ready before they go. */
  private update(
    set: StatefulSet,
    pods: Map<number, Pod>,
    revision: string,
    settled: boolean,
  ) {
    const partition = set.spec.updateStrategy.rollingUpdate?.partition ?? 0;
    for (let i = set.spec.replicas - 1; i >= partition; i--) {
      const pod = pods.get(i);
      if (!pod) return;
      const outdated = pod.metadata.labels?.[REVISION_LABEL] !== revision;
      if (
        outdated &&
        !pod.metadata.deletionTimestamp &&
        (settled || !isReady(pod))
      ) {
        deletePod(this.context, pod);
        const message = `delete Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name} successful`;
        this.event(set, 'Normal', 'SuccessfulDelete', message);
        return;
      }
      if (!isReady(pod)) return;
    }
  }

  private create(set: StatefulSet, index: number, revision: string) {
    const { name } = set.metadata;
    const podName = `${name}-${index}`;
    const claims = (set.spec.volumeClaimTemplates ?? []).map(template =>
      this.claim(set, template, index),
    );
    const own = (set.spec.template.spec.volumes ?? []).filter(
      volume => !claims.some(claim => claim.name === volume.name),
    );
    createPod(this.context, set, set.spec.template, {
      name: podName,
      labels: {
        'apps.kubernetes.io/pod-index': String(index),
        [REVISION_LABEL]: revision,
        'statefulset.kubernetes.io/pod-name': podName,
      },
      spec: {
        hostname: podName,
        subdomain: set.spec.serviceName,
        volumes: [...claims, ...own],
      },
    });
    const message = `create Pod ${podName} in StatefulSet ${name} successful`;
    this.event(set, 'Normal', 'SuccessfulCreate', message);
  }

  /** The claim of one pod, made once and kept when the pod goes. */
  private claim(
    set: StatefulSet,
    template: PersistentVolumeClaim,
    index: number,
  ): Volume {
    const { name, namespace } = set.metadata;
    const volume = template.metadata.name;
    const claimName = `${volume}-${name}-${index}`;
    if (!this.store.get(TYPES.claims, namespace, claimName)) {
      const retention = set.spec.persistentVolumeClaimRetentionPolicy;
      const body = {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: {
          name: claimName,
          namespace,
          labels: {
            ...template.metadata.labels,
            ...set.spec.selector.matchLabels,
          },
          annotations: template.metadata.annotations,
          ownerReferences:
            retention?.whenDeleted === 'Delete'
              ? [controlledBy(set)]
              : undefined,
        },
        spec: template.spec,
      };
      this.context.writer.create(
        TYPES.claims,
        namespace,
        copy(body) as unknown as JsonObject,
        { manager: 'kube-controller-manager' },
      );
      const message = `create Claim ${claimName} Pod ${name}-${index} in StatefulSet ${name} success`;
      this.event(set, 'Normal', 'SuccessfulCreate', message);
    }
    return { name: volume, persistentVolumeClaim: { claimName } };
  }

  private writeStatus(set: StatefulSet, revision: string) {
    const { replicas, minReadySeconds } = set.spec;
    const all = [...this.podsOf(set)];
    this.dropClaims(
      set,
      all.map(([i]) => i),
    );
    const pods = all.map(([, pod]) => pod);
    const ready = pods.filter(isReady);
    const available = ready.filter(pod => isAvailable(pod, minReadySeconds));
    if (available.length < ready.length) this.later(500, set.metadata);
    const of = (name: string) =>
      pods.filter(
        pod =>
          pod.metadata.labels?.[REVISION_LABEL] === name &&
          !pod.metadata.deletionTimestamp,
      ).length;
    const updated = of(revision);
    const complete =
      updated === replicas &&
      ready.length === replicas &&
      pods.length === replicas;
    const previous = set.status?.currentRevision || revision;
    const currentRevisionName = complete ? revision : previous;
    this.setStatus(TYPES.statefulSets, set, {
      observedGeneration: set.metadata.generation,
      replicas: pods.length,
      readyReplicas: nonZero(ready.length),
      currentReplicas: nonZero(of(currentRevisionName)),
      updatedReplicas: nonZero(updated),
      currentRevision: currentRevisionName,
      updateRevision: revision,
      collisionCount: 0,
      availableReplicas: available.length,
    });
  }

  /** With `whenScaled: Delete` the claims of pods that scaling removed go too. */
  private dropClaims(set: StatefulSet, indexes: number[]) {
    const { persistentVolumeClaimRetentionPolicy: retention } = set.spec;
    if (retention?.whenScaled !== 'Delete') return;
    const { name, namespace } = set.metadata;
    for (const template of set.spec.volumeClaimTemplates ?? []) {
      const prefix = `${template.metadata.name}-${name}-`;
      for (const claim of this.store.list(TYPES.claims, namespace)) {
        const index = claim.metadata.name.startsWith(prefix)
          ? Number(claim.metadata.name.slice(prefix.length))
          : NaN;
        const gone = index >= set.spec.replicas && !indexes.includes(index);
        if (gone && !claim.metadata.deletionTimestamp) {
          deleteObject(
            this.store,
            TYPES.claims,
            namespace,
            claim.metadata.name,
          );
        }
      }
    }
  }
}
