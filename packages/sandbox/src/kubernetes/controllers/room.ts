import { NodeObject } from '../objects/cluster';
import { isFinished, Pod } from '../objects/pod';
import { parseQuantity } from '../objects/quantity';
import { TYPES } from '../schema/builtin';
import { Change } from '../store/store';
import { requestsOf } from './placement';

type Amounts = Record<string, number>;

/** What the pods of each node ask for, kept up with changes so that no pod is counted twice. */
export class Room {
  private readonly used = new Map<string, Amounts>();
  /** By pod uid. */
  private readonly counted = new Map<
    string,
    { node: string; wants: Amounts }
  >();

  follow({ resource, type, object }: Change) {
    if (resource.key !== TYPES.pods.key) return;
    const pod = object as Pod;
    const { uid } = pod.metadata;
    const node = pod.spec.nodeName;
    const holds = type !== 'DELETED' && node && !isFinished(pod);
    const before = this.counted.get(uid);
    if (holds && !before) {
      const wants = requestsOf(pod.spec);
      this.counted.set(uid, { node, wants });
      this.add(node, wants, 1);
    } else if (!holds && before) {
      this.counted.delete(uid);
      this.add(before.node, before.wants, -1);
    }
  }

  private add(node: string, wants: Amounts, sign: 1 | -1) {
    const used = this.used.get(node) ?? {};
    for (const [name, amount] of Object.entries(wants)) {
      used[name] = (used[name] ?? 0) + sign * amount;
    }
    this.used.set(node, used);
  }

  /** What is left on a node beside its pods. */
  freeOn(node: NodeObject): Amounts {
    const free: Amounts = {};
    const used = this.used.get(node.metadata.name) ?? {};
    for (const [name, value] of Object.entries(
      node.status?.allocatable ?? {},
    )) {
      free[name] = (parseQuantity(value) ?? 0) - (used[name] ?? 0);
    }
    return free;
  }
}
