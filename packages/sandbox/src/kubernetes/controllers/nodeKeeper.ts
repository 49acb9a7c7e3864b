import { ClusterDescription } from '../azure';
import { NodeObject } from '../objects/cluster';
import { copy } from '../objects/json';
import { Pod } from '../objects/pod';
import { NodePool, nodeOf } from '../nodes';
import { TYPES } from '../schema/builtin';
import { Store } from '../store/store';
import { conditionOf } from './controller';
import { Events } from './events';
import { fitsNode } from './placement';

const LOOK_EVERY_MS = 5_000;

/**
 * Keeps the nodes that a cluster's pools ask for, and adds nodes to a pool that may grow while pods wait for room, as
 * AKS's autoscaler does.
 */
export class NodeKeeper {
  /** Nodes that waiting pods made necessary, by pool. */
  private readonly extra = new Map<string, number>();
  private readonly events: Events;
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly store: Store,
    private description: ClusterDescription,
  ) {
    this.events = new Events(store);
    this.recall();
    this.sync();
    this.timer = setInterval(() => this.grow(), LOOK_EVERY_MS);
    this.timer.unref();
  }

  describe(description: ClusterDescription) {
    this.description = description;
    this.sync();
  }

  stop() {
    clearInterval(this.timer);
  }

  private of(pool: string): NodeObject[] {
    return this.store
      .list<NodeObject>(TYPES.nodes)
      .filter(node => node.metadata.labels?.agentpool === pool);
  }

  /** Nodes that an earlier process added are still wanted. */
  private recall() {
    for (const { name, count, maxCount } of this.description.pools) {
      const more = Math.min(this.of(name).length, maxCount) - count;
      if (more > 0) this.extra.set(name, more);
    }
  }

  private sync() {
    const { name: cluster, pools } = this.description;
    const wanted = new Map<string, NodeObject>();
    let place = 0;
    for (const pool of pools) {
      const more = this.extra.get(pool.name) ?? 0;
      const count = Math.min(pool.count + more, pool.maxCount);
      for (let i = 0; i < count; i++) {
        const node = nodeOf(cluster, pool, i, place++, this.description);
        wanted.set(node.metadata.name, node);
      }
    }
    for (const { metadata } of this.store.list<NodeObject>(TYPES.nodes)) {
      if (!wanted.has(metadata.name)) {
        this.store.remove(TYPES.nodes, undefined, metadata.name);
      }
    }
    for (const [name, node] of wanted) {
      const found = this.store.get<NodeObject>(TYPES.nodes, undefined, name);
      if (!found) this.store.create(TYPES.nodes, copy(node));
      else this.refresh(found, node);
    }
  }

  /** A pool's new version, labels or size reach its nodes; what people set on a node stays. */
  private refresh(found: NodeObject, node: NodeObject) {
    const { name } = found.metadata;
    this.store.update<NodeObject>(TYPES.nodes, undefined, name, draft => {
      draft.metadata.labels = {
        ...draft.metadata.labels,
        ...node.metadata.labels,
      };
      draft.status = {
        ...draft.status,
        capacity: node.status?.capacity,
        allocatable: node.status?.allocatable,
        nodeInfo: node.status?.nodeInfo,
      };
    });
  }

  private grow() {
    const waiting = this.store
      .list<Pod>(TYPES.pods)
      .filter(
        pod =>
          !pod.spec.nodeName &&
          conditionOf(pod.status?.conditions, 'PodScheduled')?.reason ===
            'Unschedulable',
      );
    for (const pod of waiting) {
      const pool = this.description.pools.find(
        candidate =>
          this.of(candidate.name).length < candidate.maxCount &&
          this.wouldFit(pod, candidate),
      );
      if (pool) {
        this.add(pod, pool);
        return;
      }
    }
  }

  private wouldFit(pod: Pod, pool: NodePool): boolean {
    const node = nodeOf(this.description.name, pool, 0, 0, this.description);
    return (
      fitsNode(pod.spec, node) === undefined &&
      this.insufficient(pod).length > 0
    );
  }

  private insufficient(pod: Pod): string[] {
    const condition = conditionOf(pod.status?.conditions, 'PodScheduled');
    return condition?.message?.match(/Insufficient \w+|Too many pods/g) ?? [];
  }

  private add(pod: Pod, { name, count, maxCount }: NodePool) {
    const now = this.of(name).length;
    this.extra.set(name, now + 1 - count);
    this.sync();
    this.events.record(pod, {
      type: 'Normal',
      reason: 'TriggeredScaleUp',
      message: `pod triggered scale-up: [{${name} ${now}->${
        now + 1
      } (max: ${maxCount})}]`,
      component: 'cluster-autoscaler',
    });
  }
}
