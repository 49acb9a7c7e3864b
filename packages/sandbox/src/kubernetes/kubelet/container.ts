import { timestamp } from '../objects/meta';
import {
  Container,
  ContainerState,
  ContainerStatus,
  Pod,
} from '../objects/pod';
import { Store } from '../store/store';
import { Timing } from '../timing';
import { KnownImage, normalizeImage, Pull } from '../images';
import { environmentOf, referencesIn } from './environment';
import { containerIdOf, failureOf, imageIdOf, userRefusal } from './runtime';

const LONGEST_BACK_OFF_MS = 300_000;
const CONFIG_RETRY_MS = 2_000;

/** What the kubelet remembers of a container besides its status; forgotten when the sandbox restarts. */
export class ContainerMemory {
  /** The image is on the node and the container may be made of it. */
  image?: KnownImage;
  /** It was told to stop. */
  stopping = false;
  pullFailures = 0;
  private readonly due = new Map<string, number>();

  /**
   * Milliseconds until a step that takes a time is done, counted from when it is first asked for.
   * @param step - names the step, once for each time it is taken
   */
  remaining(step: string, duration: number): number {
    const due = this.due.get(step) ?? Date.now() + duration;
    this.due.set(step, due);
    return Math.max(0, due - Date.now());
  }
}

/** What a container's next step needs to know and may say. */
export interface ContainerContext {
  store: Store;
  timing: Timing;
  pod: Pod;
  container: Container;
  /** Ends by itself: an init container, or one of a pod that does not restart. */
  finite: boolean;
  /** Starts over when it ends with an error. */
  restartOnFailure: boolean;
  /** Starts over when it ends without one. */
  restartOnSuccess: boolean;
  memory: ContainerMemory;
  /** The image of this name that the node has. */
  onNode(image: string): KnownImage | undefined;
  /** Brings an image to the node, or says why it cannot. */
  pull(image: string): Pull;
  event(type: 'Normal' | 'Warning', reason: string, message: string): void;
}

/** A container's next status; or how long to wait before looking again; or neither, when it stays as it is. */
export interface Step {
  status?: ContainerStatus;
  wait?: number;
}

/** The status of a container that was not started yet. */
export function fresh(container: Container, reason: string): ContainerStatus {
  return {
    name: container.name,
    image: container.image ?? '',
    imageID: '',
    ready: false,
    started: false,
    restartCount: 0,
    state: { waiting: { reason } },
    lastState: {},
  };
}

function waiting(
  status: ContainerStatus,
  reason: string,
  message?: string,
): ContainerStatus {
  return {
    ...status,
    ready: false,
    started: false,
    state: { waiting: { reason, ...(message ? { message } : {}) } },
  };
}

const backOff = ({ timing }: ContainerContext, failures: number) =>
  Math.min(
    timing.backOff * 2 ** Math.max(0, failures - 1),
    LONGEST_BACK_OFF_MS,
  );

function failPull(
  context: ContainerContext,
  status: ContainerStatus,
  error: string,
): Step {
  const { container, event } = context;
  const image = container.image ?? '';
  if (status.state.waiting?.reason === 'ErrImagePull') {
    event('Normal', 'BackOff', `Back-off pulling image "${image}"`);
    event('Warning', 'Failed', 'Error: ImagePullBackOff');
    const message = `Back-off pulling image "${image}": ErrImagePull: ${error}`;
    return { status: waiting(status, 'ImagePullBackOff', message) };
  }
  event('Normal', 'Pulling', `Pulling image "${image}"`);
  event('Warning', 'Failed', `Failed to pull image "${image}": ${error}`);
  event('Warning', 'Failed', 'Error: ErrImagePull');
  return { status: waiting(status, 'ErrImagePull', error) };
}

/** Brings the image to the node. A step without status and wait says that it is there, or never will be. */
function pull(context: ContainerContext, status: ContainerStatus): Step {
  const { container, timing, event, memory } = context;
  const image = container.image ?? '';
  const reason = status.state.waiting?.reason ?? '';
  const present = context.onNode(image);
  if (container.imagePullPolicy === 'Never' && !present) {
    if (reason === 'ErrImageNeverPull') return {};
    const message = `Container image "${image}" is not present with pull policy of Never`;
    event('Warning', 'ErrImageNeverPull', message);
    return { status: waiting(status, 'ErrImageNeverPull', message) };
  }
  if (present && container.imagePullPolicy !== 'Always') {
    memory.image = present;
    const message = `Container image "${image}" already present on machine`;
    event('Normal', 'Pulled', message);
    return {};
  }
  const pulled = context.pull(image);
  if (!pulled.image) {
    const backingOff = reason === 'ImagePullBackOff';
    const pause = backingOff
      ? backOff(context, memory.pullFailures)
      : timing.pullFailure;
    const step = `pull ${reason} ${memory.pullFailures}`;
    const left = memory.remaining(step, pause);
    if (left > 0) return { wait: left };
    if (reason !== 'ErrImagePull') memory.pullFailures++;
    return failPull(context, status, pulled.failure);
  }
  memory.image = pulled.image;
  const size = pulled.image.sizeBytes;
  const took = `${timing.pull}ms`;
  event('Normal', 'Pulling', `Pulling image "${image}"`);
  event(
    'Normal',
    'Pulled',
    `Successfully pulled image "${image}" in ${took} (${took} including waiting). Image size: ${size} bytes.`,
  );
  memory.remaining('pulled', timing.pull);
  return {};
}

function start(context: ContainerContext, status: ContainerStatus): Step {
  const { pod, container, store, timing, event, memory } = context;
  if (!memory.image) {
    const step = pull(context, status);
    if (!memory.image) return step;
  }
  const { image } = memory;
  const pulling = memory.remaining('pulled', 0);
  if (pulling > 0) return { wait: pulling };
  const references = referencesIn(store, pod.metadata.namespace);
  const { missing, variables } = environmentOf(references, pod, container);
  const refused = missing ?? userRefusal(pod, container, image);
  if (refused) {
    if (status.state.waiting?.message === refused) {
      return { wait: CONFIG_RETRY_MS };
    }
    event('Warning', 'Failed', `Error: ${refused}`);
    return { status: waiting(status, 'CreateContainerConfigError', refused) };
  }
  const left = memory.remaining(`start ${status.restartCount}`, timing.start);
  if (left > 0) return { wait: left };
  event('Normal', 'Created', `Created container: ${container.name}`);
  event('Normal', 'Started', `Started container ${container.name}`);
  const probed = container.readinessProbe ?? container.startupProbe;
  const ends = context.finite || failureOf(container, variables) !== undefined;
  return {
    status: {
      ...status,
      image: normalizeImage(container.image ?? ''),
      imageID: imageIdOf(container.image ?? '', image),
      containerID: containerIdOf(pod, container.name, status.restartCount),
      started: !container.startupProbe,
      ready: !probed && !ends,
      state: { running: { startedAt: timestamp() } },
    },
  };
}

function run(context: ContainerContext, status: ContainerStatus): Step {
  const { pod, container, store, timing, finite } = context;
  const startedAt = status.state.running?.startedAt;
  const references = referencesIn(store, pod.metadata.namespace);
  const { variables } = environmentOf(references, pod, container);
  const failure = failureOf(container, variables);
  if (failure !== undefined || finite) {
    const left = context.memory.remaining(
      `run ${status.restartCount}`,
      timing.run,
    );
    if (left > 0) return { wait: left };
    const exitCode = failure ?? 0;
    const terminated: ContainerState['terminated'] = {
      exitCode,
      reason: exitCode ? 'Error' : 'Completed',
      startedAt,
      finishedAt: timestamp(),
      containerID: status.containerID,
    };
    return {
      status: {
        ...status,
        ready: false,
        started: false,
        state: { terminated },
      },
    };
  }
  if (status.ready) return {};
  const left = context.memory.remaining(
    `ready ${status.restartCount}`,
    timing.ready,
  );
  if (left > 0) return { wait: left };
  const wrong = unreachablePort(container);
  if (wrong) {
    context.event('Warning', 'Unhealthy', `Readiness probe failed: ${wrong}`);
    const { periodSeconds = 10 } = container.readinessProbe ?? {};
    return { wait: periodSeconds * 1000 };
  }
  return { status: { ...status, ready: true, started: true } };
}

/** A probe that names a port which the container does not have never succeeds. */
function unreachablePort({ readinessProbe, ports }: Container) {
  const port = readinessProbe?.httpGet?.port;
  if (typeof port !== 'string' || /^\d+$/.test(port)) return undefined;
  if (ports?.some(candidate => candidate.name === port)) return undefined;
  return `couldn't find port: ${port}`;
}

function restart(context: ContainerContext, status: ContainerStatus): Step {
  const { pod, container, event } = context;
  const terminated = status.state.terminated;
  const exitCode = terminated?.exitCode ?? 0;
  const again = exitCode ? context.restartOnFailure : context.restartOnSuccess;
  if (!again) return {};
  const { name, namespace, uid } = pod.metadata;
  const id = `${name}_${namespace}(${uid})`;
  const pause = Math.round(backOff(context, status.restartCount + 1) / 1000);
  event(
    'Warning',
    'BackOff',
    `Back-off restarting failed container ${container.name} in pod ${id}`,
  );
  const message = `back-off ${pause}s restarting failed container=${container.name} pod=${id}`;
  return {
    status: {
      ...waiting(status, 'CrashLoopBackOff', message),
      lastState: { terminated },
      restartCount: status.restartCount + 1,
    },
  };
}

/** Takes the next step in a container's life, as far as it is due. */
export function advance(
  context: ContainerContext,
  status: ContainerStatus,
): Step {
  const { state, restartCount } = status;
  if (state.running) return run(context, status);
  if (state.terminated) return restart(context, status);
  if (state.waiting?.reason === 'CrashLoopBackOff') {
    const pause = backOff(context, restartCount);
    const left = context.memory.remaining(`restart ${restartCount}`, pause);
    if (left > 0) return { wait: left };
  }
  return start(context, status);
}
