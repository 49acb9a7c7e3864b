import { existsSync, readdirSync, rmSync } from 'fs';
import path from 'path';
import { LogLine } from '../kubernetes/kubelet/containerLog';
import type { PodLogs, PodWatch } from '../kubernetes/api/podLogs';
import type { NodeObject, Service } from '../kubernetes/objects/cluster';
import { containerStatuses, isFinished, Pod } from '../kubernetes/objects/pod';
import type { PersistentVolume } from '../kubernetes/objects/workloads';
import {
  ClusterNetwork,
  freeAddress,
  LOOPBACK_RANGES,
  loopbackAddress,
} from '../network';
import { ApiAccess, ApiClient } from './api/api-client';
import { EventRecorder } from './api/event-recorder';
import { Reflector } from './api/reflector';
import { logFile, readLog, runOf } from './container-log';
import { Images, ImageSource, ImageStore } from './images';
import type { KubeletTiming } from './pod-setting';
import { PodWorker } from './pod-worker';
import { Volumes } from './volumes';

/** Options of a {@link Kubelet}. */
export interface KubeletOptions {
  /** The Kubernetes API whose pods it runs. */
  access: () => ApiAccess;
  /** The one node whose pods it runs; left out: all. */
  node?: string;
  /** What the API is told in the place of a pod's loopback address; left out: that. */
  toldAddress?: (podIP: string) => string;
  /** Keeps what pods write, and persistent volumes. */
  folder: string;
  /** The unpacked images, which clusters share. */
  store: ImageStore;
  /** Where images are looked for. */
  source: ImageSource;
  /** What leads to the pods. */
  network: ClusterNetwork;
  /** Hears of failures that no pod's status tells. */
  onError: (what: string, error: unknown) => void;
}

const TIMING: KubeletTiming = { backOff: 10_000, retry: 1_000 };
/** What pods have to end in when the sandbox stops. */
const STOP_SECONDS = 8;
const HOSTS_DELAY_MS = 20;

/**
 * The kubelets of a cluster's nodes in one: runs the pods that have a node as processes of this machine. It knows the
 * Kubernetes API and nothing else of the cluster.
 */
export class Kubelet implements PodLogs {
  private readonly api: ApiClient;
  private readonly events: EventRecorder;
  private readonly images: Images;
  private readonly volumes: Volumes;
  private readonly workers = new Map<string, PodWorker>();
  private readonly watchers = new Set<(pod: Pod, gone: boolean) => void>();
  private readonly ends = new Map<string, Promise<void>>();
  private readonly pods: Reflector<Pod>;
  private readonly services: Reflector<Service>;
  private readonly nodes: Reflector<NodeObject>;
  private readonly persistentVolumes: Reflector<PersistentVolume>;
  private hostsTimer?: NodeJS.Timeout;
  private stopped = false;

  constructor(private readonly options: KubeletOptions) {
    const { access, folder, store, source } = options;
    const api = new ApiClient(access);
    this.api = api;
    this.events = new EventRecorder(api);
    this.images = new Images(store, source);
    this.volumes = new Volumes(api, path.join(folder, 'volumes'));
    this.services = new Reflector<Service>(api, '/api/v1/services', () =>
      this.hostsChanged(),
    );
    this.nodes = new Reflector<NodeObject>(
      api,
      '/api/v1/nodes',
      ({ metadata }, gone) => gone && this.loseNode(metadata.name),
    );
    this.persistentVolumes = new Reflector<PersistentVolume>(
      api,
      '/api/v1/persistentvolumes',
      ({ metadata }, gone) => gone && this.volumes.forget(metadata.name),
    );
    this.pods = new Reflector<Pod>(api, '/api/v1/pods', (pod, gone) =>
      this.take(pod, gone),
    );
  }

  /** Begins; returns when the pods that there are have been seen. */
  async start(): Promise<void> {
    await Promise.all([
      this.nodes.start(),
      this.services.start(),
      this.persistentVolumes.start(),
      this.options.network.start(),
    ]);
    if (this.stopped) return;
    await this.pods.start();
    this.tidy();
  }

  /**
   * Ends all pods' processes. What pods keep stays, and they start again with the next kubelet.
   * @param forget - they do not: they end at once, and nothing stays
   */
  async stop(forget: boolean): Promise<void> {
    this.stopped = true;
    clearTimeout(this.hostsTimer);
    for (const each of [
      this.pods,
      this.services,
      this.nodes,
      this.persistentVolumes,
    ]) {
      each.stop();
    }
    this.api.stop();
    await Promise.all(
      [...this.workers.values()].map(worker =>
        worker.stop(forget ? 0 : STOP_SECONDS),
      ),
    );
    const { folder, network } = this.options;
    network.stop();
    if (forget) rmSync(folder, { recursive: true, force: true });
  }

  /** See {@link PodLogs}. */
  lines(pod: Pod, container: string, previous: boolean): LogLine[] {
    const folder = path.join(this.podsFolder, pod.metadata.uid);
    const status = containerStatuses(pod).find(
      ({ name }) => name === container,
    );
    const run = status && runOf(status, previous);
    return run === undefined ? [] : readLog(logFile(folder, container, run));
  }

  /** See {@link PodLogs}. */
  follow(pod: Pod, container: string, hear: (line: LogLine) => void) {
    const log = this.worker(pod)?.container(container)?.running?.log;
    return log?.follow(hear) ?? (() => {});
  }

  /** A pod as the API last told it. */
  pod(namespace: string, name: string): Pod | undefined {
    return this.pods.get(namespace, name);
  }

  /** Follows what the API tells of a pod. */
  watch({ metadata }: Pod): PodWatch {
    return hear => {
      const watcher = (pod: Pod, gone: boolean) => {
        if (pod.metadata.uid === metadata.uid) hear(gone ? undefined : pod);
      };
      this.watchers.add(watcher);
      return () => this.watchers.delete(watcher);
    };
  }

  /** The worker of a pod that has a node. */
  worker({ metadata }: Pod): PodWorker | undefined {
    return this.workers.get(metadata.uid);
  }

  private get podsFolder(): string {
    return path.join(this.options.folder, 'pods');
  }

  /** Whether a pod is on a node of this kubelet. */
  private isOwn({ spec: { nodeName } }: Pod): boolean {
    const { node = nodeName } = this.options;
    return Boolean(nodeName) && nodeName === node;
  }

  private take(pod: Pod, gone: boolean): void {
    const { uid, deletionTimestamp } = pod.metadata;
    const worker = this.workers.get(uid);
    this.hostsChanged();
    this.watchers.forEach(watcher => watcher(pod, gone));
    worker?.update(pod);
    if (gone) {
      if (worker) this.end(uid, worker, 0, false);
    } else if (deletionTimestamp) {
      this.delete(pod);
    } else if (!worker && this.isOwn(pod) && !isFinished(pod)) {
      this.begin(pod);
    }
  }

  private make(pod: Pod): PodWorker {
    const { uid } = pod.metadata;
    const addressOf = ({ status }: Pod) =>
      status?.podIP && loopbackAddress(status.podIP);
    const podIP = addressOf(pod);
    const taken = new Set(this.pods.list().map(addressOf));
    for (const { podIP: other } of this.workers.values()) taken.add(other);
    const worker = new PodWorker(
      pod,
      {
        api: this.api,
        events: this.events,
        images: this.images,
        volumes: this.volumes,
        timing: TIMING,
        services: () =>
          this.services.list().map(each => this.options.network.asHere(each)),
        pods: () => this.pods.list(),
        toldAddress: this.options.toldAddress ?? (address => address),
        hostIP: ({ spec }) => this.addressOf(spec.nodeName),
      },
      path.join(this.podsFolder, uid),
      podIP?.startsWith('127.')
        ? podIP
        : freeAddress(LOOPBACK_RANGES.pods, taken),
    );
    this.workers.set(uid, worker);
    return worker;
  }

  private addressOf(node: string | undefined): string {
    const addresses = this.nodes.get(undefined, node ?? '')?.status?.addresses;
    const found = addresses?.find(({ type }) => type === 'InternalIP');
    return found?.address ?? '127.0.0.1';
  }

  private begin(pod: Pod): void {
    if (!this.nodes.get(undefined, pod.spec.nodeName ?? '')) return;
    const { namespace, name } = pod.metadata;
    this.make(pod)
      .run()
      .catch(error => this.options.onError(`pod ${namespace}/${name}`, error));
  }

  private delete(pod: Pod): void {
    const { uid, deletionGracePeriodSeconds = 30 } = pod.metadata;
    if (!this.isOwn(pod)) return;
    const worker = this.workers.get(uid) ?? this.make(pod);
    this.end(uid, worker, deletionGracePeriodSeconds, true);
  }

  /** Ends a pod once; a second time only hurries it. @param tell - the API is to forget it then */
  private end(uid: string, worker: PodWorker, seconds: number, tell: boolean) {
    const stopping = worker.stop(seconds);
    if (this.ends.has(uid)) return;
    const end = stopping
      .then(() => (tell ? worker.finish() : worker.forget()))
      .catch(error => {
        if (!this.stopped) this.options.onError('the end of a pod', error);
      })
      .finally(() => {
        this.workers.delete(uid);
        this.ends.delete(uid);
      });
    this.ends.set(uid, end);
  }

  /** Pods of a node that is gone go with it, as the pod garbage collector has it. */
  private loseNode(name: string): void {
    for (const pod of this.pods.list()) {
      if (pod.spec.nodeName !== name || !this.isOwn(pod)) continue;
      const worker = this.workers.get(pod.metadata.uid) ?? this.make(pod);
      this.end(pod.metadata.uid, worker, 0, true);
    }
  }

  private hostsChanged(): void {
    this.hostsTimer ??= setTimeout(() => {
      this.hostsTimer = undefined;
      this.workers.forEach((worker, uid) => {
        if (!this.ends.has(uid)) worker.writeHosts();
      });
    }, HOSTS_DELAY_MS);
  }

  /** Forgets what pods and volumes left that went while the sandbox was down. */
  private tidy(): void {
    const volumes = new Set(
      this.persistentVolumes.list().map(({ metadata }) => metadata.name),
    );
    this.volumes
      .kept()
      .filter(name => !volumes.has(name))
      .forEach(name => this.volumes.forget(name));
    if (!existsSync(this.podsFolder)) return;
    const pods = new Set(this.pods.list().map(({ metadata }) => metadata.uid));
    readdirSync(this.podsFolder)
      .filter(uid => !pods.has(uid))
      .forEach(uid =>
        rmSync(path.join(this.podsFolder, uid), {
          recursive: true,
          force: true,
        }),
      );
  }
}
