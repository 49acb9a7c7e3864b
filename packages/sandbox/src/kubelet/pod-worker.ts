import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import path from 'path';
import { conditionsOf, phaseOf } from '../kubernetes/kubelet/podPhase';
import type { Service } from '../kubernetes/objects/cluster';
import { timestamp } from '../kubernetes/objects/meta';
import {
  Container,
  ContainerStatus,
  Pod,
  PodStatus,
} from '../kubernetes/objects/pod';
import { ApiClient, ApiRefusal } from './api/api-client';
import { EventRecorder } from './api/event-recorder';
import { ContainerWorker } from './container-worker';
import { hostsFile } from './hosts-file';
import type { Images } from './images';
import type { KubeletTiming, PodSetting } from './pod-setting';
import { fetchReferences } from './references';
import { serviceVariables } from './service-variables';
import { sleep } from './sleep';
import { StatusWriter } from './status-writer';
import { MountError, Volumes } from './volumes';

/** Files of ConfigMaps and Secrets follow them after this time, as with the real kubelet. */
const REFRESH_MS = 60_000;

/** What pods share. */
export interface NodeContext {
  api: ApiClient;
  events: EventRecorder;
  images: Images;
  volumes: Volumes;
  timing: KubeletTiming;
  services(): Service[];
  pods(): Pod[];
  hostIP(pod: Pod): string;
  /** What the API is told in the place of a pod's address. */
  toldAddress(podIP: string): string;
}

const isSidecar = (container: Container) =>
  container.restartPolicy === 'Always';
const hasSucceeded = ({ state }: ContainerStatus) =>
  state.terminated?.exitCode === 0;

/** Brings one pod through its life, and tells the API. */
export class PodWorker {
  private readonly init: ContainerWorker[];
  private readonly main: ContainerWorker[];
  private readonly ending = new AbortController();
  private readonly startTime: string;
  private readonly setting: PodSetting;
  private refresher?: NodeJS.Timeout;
  private readonly writer: StatusWriter;
  /** Set when it ended for a reason of its own. */
  private verdict: Pick<PodStatus, 'phase' | 'reason' | 'message'> = {};

  /**
   * @param folder - keeps what goes with the pod
   * @param podIP - its address
   */
  constructor(
    private pod: Pod,
    private readonly node: NodeContext,
    private readonly folder: string,
    readonly podIP: string,
  ) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { spec, status, metadata } = pod;
    this.startTime = status?.startTime ?? timestamp();
    this.setting = {
      pod: () => this.current(),
      images: node.images,
      timing: node.timing,
      folder,
      podIP,
      hostname: (spec.hostname ?? metadata.name).slice(0, 63),
      hosts: path.join(folder, 'hosts'),
      volumes: new Map(),
      given: () => serviceVariables(pod, node.services()),
      references: container =>
        fetchReferences(node.api, metadata.namespace, container),
      say: (type, reason, message, container) =>
        node.events.record(this.pod, type, reason, message, container),
      changed: () => this.writer.publish(),
    };
    this.writer = new StatusWriter({
      api: node.api,
      path: `${this.path}/status`,
      uid: metadata.uid,
      retry: node.timing.retry,
      status: () => this.statusTold(),
      ending: this.ending.signal,
    });
    const policy = spec.restartPolicy ?? 'Always';
    const once = policy === 'Never' ? 'Never' : 'OnFailure';
    this.init = (spec.initContainers ?? []).map(
      container =>
        new ContainerWorker(
          container,
          this.setting,
          isSidecar(container) ? 'Always' : once,
        ),
    );
    this.main = spec.containers.map(
      container =>
        new ContainerWorker(
          container,
          this.setting,
          policy,
          status?.containerStatuses?.find(
            ({ name }) => name === container.name,
          ),
        ),
    );
  }

  /** The container's worker; undefined when the pod has none of that name. */
  container(name: string): ContainerWorker | undefined {
    return [...this.init, ...this.main].find(
      worker => worker.container.name === name,
    );
  }

  /** Takes what the API tells of the pod. */
  update(pod: Pod): void {
    this.pod = pod;
  }

  /** Writes the pod's /etc/hosts anew where its Services changed; in place, since containers hold the file open. */
  writeHosts(): void {
    const { hosts } = this.setting;
    const text = hostsFile(
      this.current(),
      this.node.services(),
      this.node.pods(),
    );
    const before = existsSync(hosts) ? readFileSync(hosts, 'utf8') : undefined;
    if (text !== before) writeFileSync(hosts, text);
  }

  /** Runs the pod to its end. */
  async run(): Promise<void> {
    this.writeHosts();
    this.writer.publish();
    const { activeDeadlineSeconds: deadline } = this.pod.spec;
    const timer = deadline && setTimeout(() => this.tooLate(), deadline * 1000);
    try {
      if (!(await this.mount())) return;
      for (const worker of this.init) {
        if (!(await this.runInit(worker))) return;
      }
      await Promise.all(this.main.map(worker => worker.run()));
      if (!this.ending.signal.aborted) await this.stopContainers(this.grace);
    } finally {
      if (timer) clearTimeout(timer);
      clearInterval(this.refresher);
      this.writer.publish();
    }
  }

  /**
   * Ends its containers within some seconds, main ones first.
   * @param seconds - 0: at once
   */
  async stop(seconds: number): Promise<void> {
    this.ending.abort();
    clearInterval(this.refresher);
    await this.stopContainers(seconds);
    await this.writer.settled;
  }

  /** Says that the pod is gone, and forgets its files. */
  async finish(): Promise<void> {
    const { uid } = this.pod.metadata;
    this.forget();
    try {
      await this.node.api.delete(this.path, {
        gracePeriodSeconds: 0,
        preconditions: { uid },
      });
    } catch (error) {
      const gone =
        error instanceof ApiRefusal && [404, 409].includes(error.status);
      if (!gone) throw error;
    }
  }

  /** Deletes what goes with the pod. */
  forget(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get path(): string {
    const { namespace, name } = this.pod.metadata;
    return `/api/v1/namespaces/${namespace}/pods/${name}`;
  }

  /** Seconds that its containers have to end in. */
  private get grace(): number {
    return this.pod.spec.terminationGracePeriodSeconds ?? 30;
  }

  private async stopContainers(seconds: number): Promise<void> {
    const deadline = Date.now() + seconds * 1000;
    await Promise.all(this.main.map(worker => worker.stop(seconds)));
    const left = Math.max(0, (deadline - Date.now()) / 1000);
    for (const worker of [...this.init].reverse()) await worker.stop(left);
  }

  private tooLate(): void {
    this.verdict = {
      phase: 'Failed',
      reason: 'DeadlineExceeded',
      message: 'Pod was active on the node longer than the specified deadline',
    };
    void this.stop(this.grace).then(() => this.writer.publish());
  }

  /** @returns false when it was told to stop meanwhile */
  private async mount(): Promise<boolean> {
    const { signal } = this.ending;
    const volumes = path.join(this.folder, 'volumes');
    const make = async () => {
      const places = await this.node.volumes.mount(this.current(), volumes);
      this.setting.volumes = places;
    };
    while (!signal.aborted) {
      try {
        await make();
        this.refresher = setInterval(() => make().catch(() => {}), REFRESH_MS);
        return true;
      } catch (error) {
        if (error instanceof MountError) {
          this.setting.say('Warning', 'FailedMount', error.message);
        }
        await sleep(this.node.timing.retry, signal);
      }
    }
    return false;
  }

  /** @returns whether the next container may begin */
  private async runInit(worker: ContainerWorker): Promise<boolean> {
    const run = worker.run();
    if (!isSidecar(worker.container)) {
      await run;
      return hasSucceeded(worker.status);
    }
    const { signal } = this.ending;
    while (!worker.status.started && !signal.aborted) await sleep(50, signal);
    return !signal.aborted;
  }

  /** The pod with the status that it has now. */
  private current(): Pod {
    return { ...this.pod, status: { ...this.pod.status, ...this.statusNow() } };
  }

  private statusTold(): PodStatus {
    const ip = this.node.toldAddress(this.podIP);
    return { ...this.statusNow(), podIP: ip, podIPs: [{ ip }] };
  }

  private statusNow(): PodStatus {
    const { pod, podIP } = this;
    const init = this.init.map(({ status }) =>
      hasSucceeded(status) ? { ...status, ready: true } : status,
    );
    const initialized = this.init.every(({ status, container }) =>
      isSidecar(container) ? status.started : hasSucceeded(status),
    );
    const main = this.main.map(({ status }) =>
      status.state.waiting?.reason === 'ContainerCreating' && !initialized
        ? { ...status, state: { waiting: { reason: 'PodInitializing' } } }
        : status,
    );
    const hostIP = this.node.hostIP(pod);
    // How a sidecar ends says nothing of the pod.
    const own = init.filter((_status, i) => !isSidecar(this.init[i].container));
    const phase = this.verdict.phase ?? phaseOf(pod, own, main);
    const before = { ...pod, status: this.writer.written ?? pod.status };
    return {
      ...this.verdict,
      phase,
      startTime: this.startTime,
      hostIP,
      hostIPs: [{ ip: hostIP }],
      podIP,
      podIPs: [{ ip: podIP }],
      observedGeneration: pod.metadata.generation,
      conditions: conditionsOf(before, phase, initialized, main),
      ...(init.length && { initContainerStatuses: init }),
      containerStatuses: main,
    };
  }
}
