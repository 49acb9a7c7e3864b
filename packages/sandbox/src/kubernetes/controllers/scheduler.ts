import { NodeObject } from '../objects/cluster';
import { timestamp } from '../objects/meta';
import { isFinished, Pod } from '../objects/pod';
import { PersistentVolumeClaim } from '../objects/workloads';
import { TYPES } from '../schema/builtin';
import { Change } from '../store/store';
import {
  Controller,
  ControllerContext,
  ownKey,
  withCondition,
} from './controller';
import { fitsNode, requestsOf } from './placement';
import { Key } from './queue';
import { Room } from './room';

const RETRY_MS = 5_000;
/** Sums of fractions of cores are not exact. */
const ROUNDING = 1e-6;
/** Tells the volume controller where a claim's first pod will run. */
export const SELECTED_NODE = 'volume.kubernetes.io/selected-node';

/** Chooses a node for each pod: one it may go to, with room for it, with the most room left. */
export class Scheduler extends Controller {
  private readonly room = new Room();

  constructor(context: ControllerContext) {
    super('default-scheduler', context);
  }

  keys(change: Change): Key[] {
    const { resource, type, object } = change;
    this.room.follow(change);
    if (resource.key === TYPES.pods.key && type !== 'DELETED') {
      const pod = object as Pod;
      if (!pod.spec.nodeName) return ownKey(change, TYPES.pods);
    }
    const room =
      resource.key === TYPES.nodes.key ||
      (resource.key === TYPES.pods.key &&
        (type === 'DELETED' || isFinished(object as Pod)));
    return room ? this.waiting() : [];
  }

  private waiting(): Key[] {
    return this.store
      .list<Pod>(TYPES.pods)
      .filter(pod => !pod.spec.nodeName)
      .map(pod => pod.metadata);
  }

  reconcile({ namespace, name }: Key) {
    const pod = this.store.get<Pod>(TYPES.pods, namespace, name);
    if (!pod || pod.spec.nodeName || pod.metadata.deletionTimestamp) return;
    const missing = this.missingClaim(pod);
    if (missing) {
      this.fail(pod, missing);
      return;
    }
    const { node, why } = this.choose(pod);
    if (!node) {
      this.fail(pod, why);
      return;
    }
    this.selectForClaims(pod, node);
    this.store.update<Pod>(TYPES.pods, namespace, name, draft => {
      draft.spec.nodeName = node.metadata.name;
      draft.status = {
        ...draft.status,
        conditions: withCondition(
          draft.status?.conditions,
          'PodScheduled',
          'True',
        ),
      };
    });
    this.event(
      pod,
      'Normal',
      'Scheduled',
      `Successfully assigned ${namespace}/${name} to ${node.metadata.name}`,
    );
  }

  private claimsOf(pod: Pod): string[] {
    return (pod.spec.volumes ?? []).flatMap(
      volume => volume.persistentVolumeClaim?.claimName ?? [],
    );
  }

  private missingClaim(pod: Pod): string | undefined {
    const total = this.store.list(TYPES.nodes).length;
    for (const name of this.claimsOf(pod)) {
      const claim = this.store.get<PersistentVolumeClaim>(
        TYPES.claims,
        pod.metadata.namespace,
        name,
      );
      if (!claim) return `persistentvolumeclaim "${name}" not found`;
      const storageClass = claim.spec.storageClassName ?? '';
      const known =
        claim.spec.volumeName ||
        this.store.get(TYPES.storageClasses, undefined, storageClass);
      if (!known) {
        return `0/${total} nodes are available: pod has unbound immediate PersistentVolumeClaims. not found.`;
      }
    }
    return undefined;
  }

  private selectForClaims(pod: Pod, node: NodeObject) {
    for (const name of this.claimsOf(pod)) {
      this.store.update<PersistentVolumeClaim>(
        TYPES.claims,
        pod.metadata.namespace,
        name,
        draft => {
          if (draft.spec.volumeName) return false;
          draft.metadata.annotations = {
            ...draft.metadata.annotations,
            [SELECTED_NODE]: node.metadata.name,
          };
          return undefined;
        },
      );
    }
  }

  private choose(pod: Pod): { node?: NodeObject; why: string } {
    const nodes = this.store.list<NodeObject>(TYPES.nodes);
    if (!nodes.length) {
      return { why: 'no nodes available to schedule pods' };
    }
    const wanted = requestsOf(pod.spec);
    const reasons = new Map<string, number>();
    const refuse = (reason: string) =>
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    let best: { node: NodeObject; room: number } | undefined;
    for (const node of nodes) {
      const reason = fitsNode(pod.spec, node);
      if (reason) {
        refuse(reason);
        continue;
      }
      const free = this.room.freeOn(node);
      const short = Object.keys(wanted).filter(
        name => wanted[name] > 0 && (free[name] ?? 0) + ROUNDING < wanted[name],
      );
      short.forEach(name =>
        refuse(name === 'pods' ? 'Too many pods' : `Insufficient ${name}`),
      );
      if (short.length) continue;
      // Pods that ask for nothing spread by number.
      const room = (free.cpu ?? 0) + (free.pods ?? 0) / 100;
      if (!best || room > best.room) best = { node, room };
    }
    if (best) return { node: best.node, why: '' };
    const list = [...reasons]
      .map(([reason, count]) => `${count} ${reason}`)
      .sort();
    const helpless = `preemption: 0/${nodes.length} nodes are available: ${nodes.length} Preemption is not helpful for scheduling.`;
    return {
      why: `0/${nodes.length} nodes are available: ${list.join(
        ', ',
      )}. ${helpless}`,
    };
  }

  private fail(pod: Pod, why: string) {
    const { namespace, name } = pod.metadata;
    this.event(pod, 'Warning', 'FailedScheduling', why);
    this.store.update<Pod>(TYPES.pods, namespace, name, draft => {
      draft.status = {
        ...draft.status,
        conditions: withCondition(
          draft.status?.conditions,
          'PodScheduled',
          'False',
          'Unschedulable',
          why,
        ).map(condition =>
          condition.type === 'PodScheduled'
            ? {
                ...condition,
                lastTransitionTime: condition.lastTransitionTime ?? timestamp(),
              }
            : condition,
        ),
      };
    });
    this.later(RETRY_MS, pod.metadata);
  }
}
