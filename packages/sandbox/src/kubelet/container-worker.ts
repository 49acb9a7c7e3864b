import { existsSync, mkdirSync, readFileSync, rmSync } from 'fs';
import path from 'path';
import { normalizeImage } from '../kubernetes/images';
import { fresh } from '../kubernetes/kubelet/container';
import { environmentOf } from '../kubernetes/kubelet/environment';
import { restarts } from '../kubernetes/kubelet/podPhase';
import { containerIdOf, userRefusal } from '../kubernetes/kubelet/runtime';
import { timestamp } from '../kubernetes/objects/meta';
import type {
  Container,
  ContainerState,
  ContainerStatus,
} from '../kubernetes/objects/pod';
import { probeContainer, runHook } from './container-life';
import { ContainerLog, lastLines, logFile } from './container-log';
import { LocalImage, userOf } from './images';
import { ImagePuller } from './image-puller';
import { launch, terminationLog } from './launch';
import { LONGEST_PAUSE_MS, pauseAfter, PodSetting } from './pod-setting';
import { ContainerProcess, StartError } from './runtime/container-process';
import { sleep } from './sleep';

/** After a run as long as this, pauses are short again. */
const STABLE_MS = 2 * LONGEST_PAUSE_MS;
const LOST_EXIT_CODE = 255;
const START_FAILED = 128;
const LONGEST_MESSAGE = 4096;

type Terminated = NonNullable<ContainerState['terminated']>;

/** Brings one container of a pod through its life. */
export class ContainerWorker {
  status: ContainerStatus;
  private process?: ContainerProcess;
  private log?: ContainerLog;
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

  /** Its process and what hears of its output, while it runs. */
  get running(): { process: ContainerProcess; log: ContainerLog } | undefined {
    return this.process && this.log && { process: this.process, log: this.log };
  }

  /**
   * Ends it for good: its hook, SIGTERM, and SIGKILL when the time is over.
   * @param seconds - from now until it has ended
   */
  async stop(seconds: number): Promise<void> {
    this.ending.abort();
    if (!this.process) return;
    this.say('Normal', 'Killing', `Stopping container ${this.container.name}`);
    await this.end(this.process, seconds);
  }

  private async end(process: ContainerProcess, seconds: number): Promise<void> {
    const over = new AbortController();
    const timer = setTimeout(() => {
      over.abort();
      process.signal('SIGKILL');
    }, seconds * 1000);
    void process.ended.then(() => over.abort());
    const { preStop } = this.container.lifecycle ?? {};
    if (preStop && seconds > 0) {
      const failure = await runHook(
        'PreStop',
        preStop,
        this.place,
        process,
        seconds,
        over.signal,
      );
      if (failure) this.say('Warning', 'FailedPreStopHook', failure);
    }
    if (!over.signal.aborted) process.signal('SIGTERM');
    await process.ended;
    clearTimeout(timer);
  }

  private get place() {
    return { container: this.container, podIP: this.setting.podIP };
  }

  private get graceSeconds(): number {
    return this.setting.pod().spec.terminationGracePeriodSeconds ?? 30;
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

  /** Starts it and waits for its end. */
  private async once(
    image: LocalImage,
    variables: Record<string, string>,
  ): Promise<Terminated> {
    const { container, setting } = this;
    const run = this.next++;
    rmSync(this.logFile(run - 2), { force: true });
    const containerID = containerIdOf(setting.pod(), container.name, run);
    this.status = {
      ...this.status,
      image: normalizeImage(container.image ?? ''),
      imageID: image.id,
      containerID,
      restartCount: run,
      lastState: this.ended,
    };
    const startedAt = timestamp();
    const folder = path.join(setting.folder, 'containers', container.name);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const log = new ContainerLog(this.logFile(run));
    this.log = log;
    let exitCode = START_FAILED;
    let failure: string | undefined;
    try {
      const output = log.write.bind(log);
      const options = { container, setting, image, variables, folder, output };
      this.process = launch(options);
      this.say('Normal', 'Created', `Created container: ${container.name}`);
      await this.process.started;
      await this.live(this.process, startedAt);
      ({ exitCode } = await this.process.ended);
    } catch (error) {
      failure = inRuntimesWords(error as Error);
      this.say('Warning', 'Failed', `Error: ${failure}`);
    } finally {
      this.process = undefined;
      log.close();
    }
    const message = failure ?? this.lastWords(folder, exitCode);
    rmSync(folder, { recursive: true, force: true });
    return {
      exitCode,
      reason: (failure && 'StartError') || (exitCode ? 'Error' : 'Completed'),
      ...(message && { message }),
      startedAt,
      finishedAt: timestamp(),
      containerID,
    };
  }

  /** Begins with hooks and probes; they end with the process. */
  private async live(process: ContainerProcess, startedAt: string) {
    const { container, setting } = this;
    const { startupProbe, readinessProbe, lifecycle } = container;
    this.say('Normal', 'Started', `Started container ${container.name}`);
    this.set({
      state: { running: { startedAt } },
      started: !startupProbe,
      ready: !startupProbe && !readinessProbe,
    });
    const over = new AbortController();
    void process.ended.then(() => over.abort());
    const signal = AbortSignal.any([over.signal, this.ending.signal]);
    const { postStart } = lifecycle ?? {};
    if (postStart) {
      const failure = await runHook(
        'PostStart',
        postStart,
        this.place,
        process,
        this.graceSeconds,
        signal,
      );
      if (failure) this.say('Warning', 'FailedPostStartHook', failure);
    }
    const findings = {
      started: () => this.set({ started: true, ready: !readinessProbe }),
      ready: (ready: boolean) => {
        if (this.status.ready !== ready) this.set({ ready });
      },
      unhealthy: (message: string) => this.say('Warning', 'Unhealthy', message),
      failed: (probe: string) => {
        this.say(
          'Normal',
          'Killing',
          `Container ${container.name} failed ${probe} probe, will be restarted`,
        );
        over.abort();
        void this.end(process, this.graceSeconds);
      },
    };
    probeContainer(container, setting.podIP, process, findings, signal);
  }

  /** What it left as its message, or, where it may be so, the end of its log. */
  private lastWords(folder: string, exitCode: number): string {
    const file = terminationLog(folder);
    const words = existsSync(file) ? readFileSync(file, 'utf8') : '';
    const { terminationMessagePolicy: policy } = this.container;
    if (words || !exitCode || policy !== 'FallbackToLogsOnError') {
      return words.slice(0, LONGEST_MESSAGE);
    }
    return lastLines(this.logFile(this.status.restartCount));
  }

  private logFile(run: number): string {
    return logFile(this.setting.folder, this.container.name, run);
  }
}

function inRuntimesWords(error: Error): string {
  return error instanceof StartError
    ? `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: ${error.message}: unknown`
    : error.message;
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
