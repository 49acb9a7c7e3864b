import { fieldPathOf } from './fieldPath';
import { same } from '../objects/json';
import { timestamp } from '../objects/meta';
import { NodeObject } from '../objects/cluster';
import {
  Container,
  ContainerStatus,
  isFinished,
  Pod,
  PodStatus,
} from '../objects/pod';
import { KnownImage, pullImage } from '../images';
import { TYPES } from '../schema/builtin';
import { Change } from '../store/store';
import {
  Controller,
  ControllerContext,
  ownKey,
} from '../controllers/controller';
import { Key } from '../controllers/queue';
import { advance, ContainerContext, ContainerMemory, fresh } from './container';
import { unmountable } from './environment';
import { conditionsOf, phaseOf } from './podPhase';
import { PodAddresses } from './podAddresses';

const BIND_RETRY_MS = 200;
const MOUNT_RETRY_MS = 2_000;

const hasEnded = (status: ContainerStatus) =>
  status.state.terminated?.exitCode === 0;
const isSidecar = (container: Container) =>
  container.restartPolicy === 'Always';

/**
 * The kubelets of all nodes: they bring pods from Pending to Running and Ready, or to the state that is wrong with them,
 * and stop those that are deleted. No process runs; what a container would do is guessed from what is plain.
 */
export class Kubelet extends Controller {
  /** By pod uid and container. */
  private readonly memories = new Map<string, Map<string, ContainerMemory>>();
  /** Images on each node, by the names they were pulled by. */
  private readonly images = new Map<string, Map<string, KnownImage>>();
  private readonly addresses: PodAddresses;

  constructor(context: ControllerContext) {
    super('kubelet', context);
    this.addresses = new PodAddresses(this.store, context.network.pods);
  }

  keys(change: Change): Key[] {
    if (change.resource.key === TYPES.nodes.key && change.type === 'DELETED') {
      return this.podsOn(change.object.metadata.name).map(pod => pod.metadata);
    }
    const own = ownKey(change, TYPES.pods);
    if (own.length && change.type === 'DELETED') {
      this.memories.delete(change.object.metadata.uid);
      return [];
    }
    return own;
  }

  private podsOn(node: string): Pod[] {
    return this.store
      .list<Pod>(TYPES.pods)
      .filter(pod => pod.spec.nodeName === node);
  }

  reconcile(key: Key) {
    const pod = this.store.get<Pod>(TYPES.pods, key.namespace, key.name);
    if (!pod?.spec.nodeName) return;
    const node = this.store.get<NodeObject>(
      TYPES.nodes,
      undefined,
      pod.spec.nodeName,
    );
    if (!node) this.lose(pod);
    else if (pod.metadata.deletionTimestamp) this.stop(pod);
    else if (isFinished(pod)) this.memories.delete(pod.metadata.uid);
    else if (!pod.status?.startTime) this.accept(pod, node);
    else this.run(pod);
  }

  private memory(pod: Pod, name: string): ContainerMemory {
    const { uid } = pod.metadata;
    const ofPod = this.memories.get(uid) ?? new Map<string, ContainerMemory>();
    this.memories.set(uid, ofPod);
    const memory = ofPod.get(name) ?? new ContainerMemory();
    ofPod.set(name, memory);
    return memory;
  }

  /** A pod whose node is gone goes with it. */
  private lose({ metadata }: Pod) {
    this.store.update(TYPES.pods, metadata.namespace, metadata.name, draft => {
      draft.metadata.deletionTimestamp ??= timestamp();
      draft.metadata.deletionGracePeriodSeconds = 0;
    });
  }

  private stop(pod: Pod) {
    const {
      namespace,
      name,
      uid,
      deletionGracePeriodSeconds = 0,
    } = pod.metadata;
    const running = (pod.status?.containerStatuses ?? []).filter(
      status => status.state.running,
    );
    const grace = deletionGracePeriodSeconds * 1000;
    const pause = running.length
      ? Math.min(grace, this.context.timing.stop)
      : 0;
    const memory = this.memory(pod, '');
    const told = memory.remaining('told', 0) === 0 && memory.stopping;
    if (!told) {
      memory.stopping = true;
      running.forEach(status =>
        this.say(
          pod,
          status.name,
          'Normal',
          'Killing',
          `Stopping container ${status.name}`,
        ),
      );
    }
    const left = memory.remaining('stop', pause);
    if (left > 0) {
      this.later(left, pod.metadata);
      return;
    }
    this.store.update<Pod>(TYPES.pods, namespace, name, draft => {
      if (draft.metadata.uid !== uid) return false;
      draft.metadata.deletionGracePeriodSeconds = 0;
      return undefined;
    });
  }

  private accept(pod: Pod, node: NodeObject) {
    const { whyNoPods } = this.context;
    if (whyNoPods) {
      const message = `The pod does not run, its state is imagined: ${whyNoPods}`;
      this.say(pod, undefined, 'Warning', 'NotRun', message);
    }
    const init = (pod.spec.initContainers ?? []).map(c =>
      fresh(c, 'PodInitializing'),
    );
    const reason = init.length ? 'PodInitializing' : 'ContainerCreating';
    const main = pod.spec.containers.map(c => fresh(c, reason));
    const hostIP =
      node.status?.addresses?.find(a => a.type === 'InternalIP')?.address ?? '';
    const phase = 'Pending';
    this.write(pod, {
      ...pod.status,
      phase,
      startTime: timestamp(),
      hostIP,
      hostIPs: [{ ip: hostIP }],
      observedGeneration: pod.metadata.generation,
      conditions: conditionsOf(pod, phase, !init.length, main).map(condition =>
        condition.type === 'PodReadyToStartContainers'
          ? { ...condition, status: 'False' as const }
          : condition,
      ),
      initContainerStatuses: init.length ? init : undefined,
      containerStatuses: main,
    });
  }

  private run(pod: Pod) {
    const failed = unmountable(this.store, pod);
    const begun = Boolean(pod.status?.podIP);
    if (failed && !begun) {
      const unbound = failed.includes('is not bound');
      if (!unbound) this.say(pod, undefined, 'Warning', 'FailedMount', failed);
      this.later(unbound ? BIND_RETRY_MS : MOUNT_RETRY_MS, pod.metadata);
      return;
    }
    const init = this.runInit(pod);
    const statuses = pod.status?.containerStatuses ?? [];
    const main = init.done
      ? pod.spec.containers.map((container, i) =>
          this.step(pod, container, statuses[i], false),
        )
      : statuses.map(status => ({ status, wait: undefined }));
    const waits = [...init.waits, ...main.map(step => step.wait)].filter(
      (wait): wait is number => wait !== undefined,
    );
    if (waits.length) this.later(Math.min(...waits), pod.metadata);
    const mainStatuses = main.map(step => step.status);
    const phase = phaseOf(pod, init.statuses, mainStatuses);
    const podIP = this.addresses.of(pod);
    this.write(pod, {
      ...pod.status,
      phase,
      podIP,
      podIPs: [{ ip: podIP }],
      observedGeneration: pod.metadata.generation,
      conditions: conditionsOf(pod, phase, init.done, mainStatuses),
      initContainerStatuses: init.statuses.length ? init.statuses : undefined,
      containerStatuses: mainStatuses,
    });
  }

  /** Init containers run one after another; sidecars among them stay and let the next begin. */
  private runInit(pod: Pod) {
    const statuses: ContainerStatus[] = [];
    const waits: (number | undefined)[] = [];
    let done = true;
    (pod.spec.initContainers ?? []).forEach((container, i) => {
      const before = pod.status?.initContainerStatuses?.[i];
      if (!done) {
        statuses.push(before ?? fresh(container, 'PodInitializing'));
        return;
      }
      const finished = before && hasEnded(before) && !isSidecar(container);
      const { status, wait } = finished
        ? { status: before, wait: undefined }
        : this.step(pod, container, before, true);
      statuses.push(status);
      waits.push(wait);
      done = isSidecar(container) ? Boolean(status.started) : hasEnded(status);
    });
    // An init container that ended without error counts as ready.
    const counted = statuses.map(status =>
      hasEnded(status) ? { ...status, ready: true } : status,
    );
    return { statuses: counted, waits, done };
  }

  private step(
    pod: Pod,
    container: Container,
    before: ContainerStatus | undefined,
    init: boolean,
  ): { status: ContainerStatus; wait?: number } {
    let status = before ?? fresh(container, 'ContainerCreating');
    if (status.state.waiting?.reason === 'PodInitializing' && !init) {
      status = fresh(container, 'ContainerCreating');
    }
    const step = advance(this.containerContext(pod, container, init), status);
    // A step that changed the status asks for the next one at once.
    return { status: step.status ?? status, wait: step.status ? 0 : step.wait };
  }

  private containerContext(
    pod: Pod,
    container: Container,
    init: boolean,
  ): ContainerContext {
    const node = pod.spec.nodeName ?? '';
    const images = this.images.get(node) ?? new Map<string, KnownImage>();
    this.images.set(node, images);
    const policy = pod.spec.restartPolicy;
    const stays = isSidecar(container);
    return {
      store: this.store,
      timing: this.context.timing,
      pod,
      container,
      finite: !stays && (init || policy !== 'Always'),
      restartOnFailure: stays || policy !== 'Never',
      restartOnSuccess: stays || (!init && policy === 'Always'),
      memory: this.memory(pod, container.name),
      onNode: image => images.get(image),
      pull: image => {
        const pulled = pullImage(image, this.context.findImage);
        if (pulled.image) images.set(image, pulled.image);
        return pulled;
      },
      event: (type, reason, message) =>
        this.say(pod, container.name, type, reason, message),
    };
  }

  private say(
    pod: Pod,
    container: string | undefined,
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
  ) {
    this.context.events.record(pod, {
      type,
      reason,
      message,
      component: 'kubelet',
      host: pod.spec.nodeName,
      fieldPath: container && fieldPathOf(pod, container),
    });
  }

  private write(pod: Pod, status: PodStatus) {
    if (same(pod.status, status)) return;
    this.setStatus(TYPES.pods, pod, status);
  }
}
