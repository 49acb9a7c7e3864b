import { existsSync, mkdirSync, readFileSync, rmSync } from 'fs';
import path from 'path';
import { containerIdOf } from '../kubernetes/kubelet/runtime';
import { timestamp } from '../kubernetes/objects/meta';
import type {
  Container,
  ContainerState,
  ContainerStatus,
} from '../kubernetes/objects/pod';
import { probeContainer, runHook } from './container-life';
import { ContainerLog, lastLines, logFile } from './container-log';
import type { LocalImage } from './images';
import { launch, terminationLog } from './launch';
import type { PodSetting } from './pod-setting';
import { ContainerProcess, StartError } from './runtime/container-process';

const START_FAILED = 128;
const LONGEST_MESSAGE = 4096;

/** How a run ended. */
export type Terminated = NonNullable<ContainerState['terminated']>;

/** Who hears how a run goes. */
export interface RunListener {
  say(type: 'Normal' | 'Warning', reason: string, message: string): void;
  set(change: Partial<ContainerStatus>): void;
}

/** What a run is of. */
export interface RunOptions {
  container: Container;
  setting: PodSetting;
  image: LocalImage;
  variables: Record<string, string>;
  /** Counted from 0. */
  number: number;
  listener: RunListener;
}

/** A container from its start to its end, once: its process, hooks, probes and last words. */
export class ContainerRun {
  readonly id: string;
  readonly log: ContainerLog;
  private readonly folder: string;
  private process?: ContainerProcess;

  constructor(private readonly options: RunOptions) {
    const { container, setting, number } = options;
    const { name } = container;
    this.id = containerIdOf(setting.pod(), name, number);
    // Of those before, `kubectl logs --previous` shows the last one.
    rmSync(logFile(setting.folder, name, number - 2), { force: true });
    this.log = new ContainerLog(logFile(setting.folder, name, number));
    this.folder = path.join(setting.folder, 'containers', name);
    rmSync(this.folder, { recursive: true, force: true });
    mkdirSync(this.folder, { recursive: true });
  }

  /** Starts it and waits for its end. @param stopping - hooks and probes end with it */
  async run(stopping: AbortSignal): Promise<Terminated> {
    const { folder, log, options } = this;
    const { container, listener } = options;
    const startedAt = timestamp();
    let exitCode = START_FAILED;
    let failure: string | undefined;
    try {
      const output = log.write.bind(log);
      this.process = launch({ ...options, folder, output });
      listener.say('Normal', 'Created', `Created container: ${container.name}`);
      await this.process.started;
      await this.live(this.process, startedAt, stopping);
      ({ exitCode } = await this.process.ended);
    } catch (error) {
      failure = inRuntimesWords(error as Error);
      listener.say('Warning', 'Failed', `Error: ${failure}`);
    } finally {
      this.process = undefined;
      log.close();
    }
    const message = failure ?? this.lastWords(exitCode);
    rmSync(folder, { recursive: true, force: true });
    return {
      exitCode,
      reason: (failure && 'StartError') || (exitCode ? 'Error' : 'Completed'),
      ...(message && { message }),
      startedAt,
      finishedAt: timestamp(),
      containerID: this.id,
    };
  }

  /**
   * Asks it to stop: its hook, SIGTERM, and SIGKILL when the time is over.
   * @param seconds - from now until it has ended
   */
  async stop(seconds: number): Promise<void> {
    if (!this.process) return;
    const { container, listener } = this.options;
    const message = `Stopping container ${container.name}`;
    listener.say('Normal', 'Killing', message);
    await this.end(this.process, seconds);
  }

  private async end(process: ContainerProcess, seconds: number): Promise<void> {
    const over = new AbortController();
    const timer = setTimeout(() => {
      over.abort();
      process.signal('SIGKILL');
    }, seconds * 1000);
    void process.ended.then(() => over.abort());
    if (seconds > 0) await this.hook('PreStop', process, seconds, over.signal);
    if (!over.signal.aborted) process.signal('SIGTERM');
    await process.ended;
    clearTimeout(timer);
  }

  private async hook(
    kind: 'PostStart' | 'PreStop',
    process: ContainerProcess,
    seconds: number,
    signal: AbortSignal,
  ): Promise<void> {
    const { container, setting, listener } = this.options;
    const { postStart, preStop } = container.lifecycle ?? {};
    const handler = kind === 'PostStart' ? postStart : preStop;
    if (!handler) return;
    const place = { container, podIP: setting.podIP };
    const failure = await runHook(
      kind,
      handler,
      place,
      process,
      seconds,
      signal,
    );
    if (failure) listener.say('Warning', `Failed${kind}Hook`, failure);
  }

  /** Begins with hooks and probes; they end with the process. */
  private async live(
    process: ContainerProcess,
    startedAt: string,
    stopping: AbortSignal,
  ): Promise<void> {
    const { container, setting, listener } = this.options;
    const { startupProbe, readinessProbe } = container;
    const { terminationGracePeriodSeconds: grace = 30 } = setting.pod().spec;
    listener.say('Normal', 'Started', `Started container ${container.name}`);
    listener.set({
      state: { running: { startedAt } },
      started: !startupProbe,
      ready: !startupProbe && !readinessProbe,
    });
    const over = new AbortController();
    void process.ended.then(() => over.abort());
    const signal = AbortSignal.any([over.signal, stopping]);
    await this.hook('PostStart', process, grace, signal);
    const findings = {
      started: () => listener.set({ started: true, ready: !readinessProbe }),
      ready: (ready: boolean) => listener.set({ ready }),
      unhealthy: (message: string) =>
        listener.say('Warning', 'Unhealthy', message),
      failed: (probe: string) => {
        listener.say(
          'Normal',
          'Killing',
          `Container ${container.name} failed ${probe} probe, will be restarted`,
        );
        over.abort();
        void this.end(process, grace);
      },
    };
    probeContainer(container, setting.podIP, process, findings, signal);
  }

  /** What it left as its message, or, where it may be so, the end of its log. */
  private lastWords(exitCode: number): string {
    const file = terminationLog(this.folder);
    const words = existsSync(file) ? readFileSync(file, 'utf8') : '';
    const { terminationMessagePolicy: policy } = this.options.container;
    if (words || !exitCode || policy !== 'FallbackToLogsOnError') {
      return words.slice(0, LONGEST_MESSAGE);
    }
    return lastLines(this.log.file);
  }
}

function inRuntimesWords(error: Error): string {
  return error instanceof StartError
    ? `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: ${error.message}: unknown`
    : error.message;
}
