import { addressIn, sizeOfRange } from '../network';
import { Pod } from '../objects/pod';
import { TYPES } from '../schema/builtin';
import { Store } from '../store/store';

const FIRST = 4;

/** Gives pods addresses that no living pod has. */
export class PodAddresses {
  private next = FIRST;

  constructor(private readonly store: Store, private readonly range: string) {}

  /** A pod's address: the one that it has, or a new one. */
  of(pod: Pod): string {
    if (pod.status?.podIP) return pod.status.podIP;
    if (pod.spec.hostNetwork && pod.status?.hostIP) return pod.status.hostIP;
    const taken = new Set(
      this.store.list<Pod>(TYPES.pods).map(other => other.status?.podIP),
    );
    for (;;) {
      const address = addressIn(this.range, this.next);
      const last = sizeOfRange(this.range) - 2;
      this.next = this.next >= last ? FIRST : this.next + 1;
      if (!taken.has(address)) return address;
    }
  }
}
