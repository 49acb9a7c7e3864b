import { NodeObject } from '../objects/cluster';
import { isActive, isReady, Pod, PodSpec } from '../objects/pod';
import { DaemonSet } from '../objects/workloads';
import { TYPES } from '../schema/builtin';
import { Change } from '../store/store';
import {
  Controller,
  ControllerContext,
  controllerKey,
  nonZero,
  ownKey,
} from './controller';
import { fitsNode } from './placement';
import { createPod, deletePod, isAvailable } from './pods';
import { Key } from './queue';
import { currentRevision, REVISION_LABEL } from './revisions';

const TOLERATED = [
  ['node.kubernetes.io/not-ready', 'NoExecute'],
  ['node.kubernetes.io/unreachable', 'NoExecute'],
  ['node.kubernetes.io/disk-pressure', 'NoSchedule'],
  ['node.kubernetes.io/memory-pressure', 'NoSchedule'],
  ['node.kubernetes.io/pid-pressure', 'NoSchedule'],
  ['node.kubernetes.io/unschedulable', 'NoSchedule'],
].map(([key, effect]) => ({ key, operator: 'Exists', effect }));

/** Keeps one pod on every node that a DaemonSet chooses. */
export class DaemonSetController extends Controller {
  constructor(context: ControllerContext) {
    super('daemonset-controller', context);
  }

  keys(change: Change): Key[] {
    if (change.resource.key === TYPES.nodes.key) {
      return this.store.list(TYPES.daemonSets).map(set => set.metadata);
    }
    const own = ownKey(change, TYPES.daemonSets);
    if (change.resource.key !== TYPES.pods.key) return own;
    return controllerKey(change, 'DaemonSet');
  }

  reconcile({ namespace, name }: Key) {
    const set = this.store.get<DaemonSet>(TYPES.daemonSets, namespace, name);
    if (!set || set.metadata.deletionTimestamp) return;
    const revision = currentRevision(this.context, set, true);
    const spec: PodSpec = {
      ...set.spec.template.spec,
      tolerations: [
        ...(set.spec.template.spec.tolerations ?? []),
        ...TOLERATED,
      ],
    };
    const nodes = this.store
      .list<NodeObject>(TYPES.nodes)
      .filter(node => fitsNode(spec, node) === undefined);
    let failure: unknown;
    try {
      this.manage(set, nodes, spec, revision);
    } catch (error) {
      failure = error;
      const message = `Error creating: ${(error as Error).message}`;
      this.event(set, 'Warning', 'FailedCreate', message);
    }
    this.writeStatus(set, nodes, revision);
    if (failure) throw failure;
  }

  private podsOf(set: DaemonSet): Pod[] {
    return this.context.owners.controlled<Pod>(TYPES.pods, set.metadata.uid);
  }

  private manage(
    set: DaemonSet,
    nodes: NodeObject[],
    spec: PodSpec,
    revision: string,
  ) {
    const pods = this.podsOf(set);
    const names = new Set(nodes.map(node => node.metadata.name));
    for (const pod of pods) {
      const misplaced = !names.has(pod.spec.nodeName ?? '');
      if (misplaced && !pod.metadata.deletionTimestamp) {
        deletePod(this.context, pod);
      }
    }
    for (const { metadata } of nodes) {
      if (pods.some(pod => pod.spec.nodeName === metadata.name)) continue;
      const pod = createPod(this.context, set, set.spec.template, {
        labels: { [REVISION_LABEL]: revision },
        spec: { nodeName: metadata.name, tolerations: spec.tolerations },
      });
      const message = `Created pod: ${pod.metadata.name}`;
      this.event(set, 'Normal', 'SuccessfulCreate', message);
    }
    if (set.spec.updateStrategy.type !== 'RollingUpdate') return;
    const active = pods.filter(isActive);
    const outdated = active.filter(
      pod => pod.metadata.labels?.[REVISION_LABEL] !== revision,
    );
    // One at a time, and those that do not work anyway at once.
    const broken = outdated.filter(pod => !isReady(pod));
    broken.forEach(pod => deletePod(this.context, pod));
    const whole = active.length === nodes.length && active.every(isReady);
    if (!broken.length && whole && outdated.length) {
      deletePod(this.context, outdated[0]);
    }
  }

  private writeStatus(set: DaemonSet, nodes: NodeObject[], revision: string) {
    const pods = this.podsOf(set).filter(isActive);
    const ready = pods.filter(isReady);
    const available = ready.filter(pod =>
      isAvailable(pod, set.spec.minReadySeconds),
    );
    if (available.length < ready.length) this.later(500, set.metadata);
    const updated = pods.filter(
      pod => pod.metadata.labels?.[REVISION_LABEL] === revision,
    );
    this.setStatus(TYPES.daemonSets, set, {
      currentNumberScheduled: pods.length,
      numberMisscheduled: 0,
      desiredNumberScheduled: nodes.length,
      numberReady: ready.length,
      observedGeneration: set.metadata.generation,
      updatedNumberScheduled: nonZero(updated.length),
      numberAvailable: nonZero(available.length),
      numberUnavailable: nonZero(nodes.length - available.length),
    });
  }
}
