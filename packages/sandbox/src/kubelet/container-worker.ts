import { normalizeImage } from '../kubernetes/images';
import { fresh } from '../kubernetes/kubelet/container';
import { environmentOf } from '../kubernetes/kubelet/environment';
import { restarts } from '../kubernetes/kubelet/podPhase';
import { userRefusal } from '../kubernetes/kubelet/runtime';
import { timestamp } from '../kubernetes/objects/meta';
import type {
  Container,
  ContainerState,
  ContainerStatus,
} from '../kubernetes/objects/pod';
import { ContainerRun, Terminated } from './container-run';
import { LocalImage, userOf } from './images';
import { ImagePuller } from './image-puller';
import { LONGEST_PAUSE_MS, pauseAfter, PodSetting } from './pod-setting';
import { sleep } from './sleep';

/** After a run as long as this, pauses are short again. */
const STABLE_MS = 2 * LONGEST_PAUSE_MS;
const LOST_EXIT_CODE = 255;

/** Brings one container of a pod through its life. */
export class ContainerWorker {
  status: ContainerStatus;
  /** The present run. */
  running?: ContainerRun;
  /** Number of the next run, counted from 0. */
  private next: number;
  private crashes = 0;
  private readonly ending = new AbortController();
  private readonly puller: ImagePuller;

  /**
   * @param policy - `Always`, `OnFailure` or `Never`: whether it starts over
   * @param before - the status that an earlier sandbox left
   */
  constructor(
    readonly container: Container,
    private readonly setting: PodSetting,
    private readonly policy: string,
    before?: ContainerStatus,
  ) {
    this.status = before
      ? recovered(before)
      : fresh(container, 'ContainerCreating');
    this.puller = new ImagePuller(container, setting, {
      say: (...what) => this.say(...what),
      wait: (reason, message) => this.wait(reason, message),
    });
    this.next = before?.containerID ? before.restartCount + 1 : 0;
  }

  /** Runs it until it ends for good, or is told to stop. */
  async run(): Promise<void> {
    const { terminated } = this.status.state;
    if (terminated && !this.restarts(terminated)) return;
    while (!this.ending.signal.aborted) {
      const image = await this.puller.image(this.ending.signal);
      const variables = image && (await this.variables(image));
      if (!variables) return;
      const began = Date.now();
      const ended = await this.once(image, variables);
      this.set({ ready: false, started: false, state: { terminated: ended } });
      if (this.ending.signal.aborted || !this.restarts(ended)) return;
      if (Date.now() - began > STABLE_MS) this.crashes = 0;
      // The first time it starts again at once.
      if (this.crashes > 0) await this.backOff();
      this.crashes++;
    }
  }

  /** Ends it for good. @param seconds - from now until it has ended */
  async stop(seconds: number): Promise<void> {
    this.ending.abort();
    await this.running?.stop(seconds);
  }

  private restarts({ exitCode }: Terminated): boolean {
    return restarts(this.policy, exitCode);
  }

  private set(change: Partial<ContainerStatus>): void {
    this.status = { ...this.status, ...change };
    this.setting.changed();
  }

  /** What `lastState` becomes when another state takes the place of the present one. */
  private get ended(): ContainerState {
    const { state, lastState } = this.status;
    return state.terminated ? { terminated: state.terminated } : lastState;
  }

  private wait(reason: string, message: string): void {
    this.set({
      ready: false,
      started: false,
      lastState: this.ended,
      state: { waiting: { reason, message } },
    });
  }

  private say(
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
  ): void {
    this.setting.say(type, reason, message, this.container.name);
  }

  private pause(milliseconds: number): Promise<void> {
    return sleep(milliseconds, this.ending.signal);
  }

  private async backOff(): Promise<void> {
    const { container, setting } = this;
    const { name, namespace, uid } = setting.pod().metadata;
    const what = `restarting failed container`;
    const pod = `${name}_${namespace}(${uid})`;
    const pause = pauseAfter(this.crashes, setting.timing);
    const seconds = Math.round(pause / 1000);
    this.say(
      'Warning',
      'BackOff',
      `Back-off ${what} ${container.name} in pod ${pod}`,
    );
    this.wait(
      'CrashLoopBackOff',
      `back-off ${seconds}s ${what}=${container.name} pod=${pod}`,
    );
    await this.pause(pause);
  }

  /** Its variables, as soon as all that they refer to is there; undefined when it was told to stop meanwhile. */
  private async variables(
    image: LocalImage,
  ): Promise<Record<string, string> | undefined> {
    const { container, setting } = this;
    const own = Object.fromEntries(
      (image.settings.Env ?? []).map(line => {
        const at = line.indexOf('=');
        return [line.slice(0, at), line.slice(at + 1)];
      }),
    );
    let said: string | undefined;
    while (!this.ending.signal.aborted) {
      const pod = setting.pod();
      const references = await setting.references(container);
      const given = { ...own, HOSTNAME: setting.hostname, ...setting.given() };
      const { variables, missing } = environmentOf(
        references,
        pod,
        container,
        given,
      );
      const refused = missing ?? userRefusal(pod, container, userOf(image));
      if (!refused) return { HOME: '/', ...variables };
      if (refused !== said) {
        this.say('Warning', 'Failed', `Error: ${refused}`);
        this.wait('CreateContainerConfigError', refused);
      }
      said = refused;
      await this.pause(setting.timing.retry);
    }
    return undefined;
  }

  private async once(
    image: LocalImage,
    variables: Record<string, string>,
  ): Promise<Terminated> {
    const { container, setting } = this;
    const number = this.next++;
    const run = new ContainerRun({
      ...{ container, setting, image, variables, number },
      listener: {
        say: (...what) => this.say(...what),
        set: change => this.set(change),
      },
    });
    this.status = {
      ...this.status,
      image: normalizeImage(container.image ?? ''),
      imageID: image.id,
      containerID: run.id,
      restartCount: number,
      lastState: this.ended,
    };
    this.running = run;
    try {
      return await run.run(this.ending.signal);
    } finally {
      this.running = undefined;
    }
  }
}

/** What ran when the sandbox ended is lost, in the words of a node that was started again. */
function recovered(before: ContainerStatus): ContainerStatus {
  const { running } = before.state;
  if (!running) return before;
  const terminated: Terminated = {
    exitCode: LOST_EXIT_CODE,
    reason: 'Unknown',
    startedAt: running.startedAt,
    finishedAt: timestamp(),
    containerID: before.containerID,
  };
  return { ...before, ready: false, started: false, state: { terminated } };
}
