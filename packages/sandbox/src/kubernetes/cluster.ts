import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiServer } from './api/server';
import type { PodLogs } from './api/podLogs';
import { ObjectWriter } from './api/writer';
import { ClusterDescription } from './azure';
import { bootstrap } from './bootstrap';
import { ControllerContext } from './controllers/controller';
import { Events } from './controllers/events';
import { ControllerManager } from './controllers/manager';
import { NodeKeeper } from './controllers/nodeKeeper';
import { OwnerIndex } from './controllers/owners';
import { CustomDefinitions } from './custom/definitions';
import { FindImage } from './images';
import { IMAGINED_LOGS } from './kubelet/containerLog';
import { Registry } from './schema/registry';
import { Store } from './store/store';
import { Timing } from './timing';

export interface ClusterOptions {
  description: ClusterDescription;
  /** File that keeps the cluster's objects; left out: in memory only. */
  file?: string;
  token: string;
  /** CA certificate in PEM, which pods would trust. */
  ca: string;
  timing: Timing;
  /** Looks for images in the sandbox's registries; left out: there are none. */
  findImage?: FindImage;
  /** Runs the pods; left out: they do not run, and what they would do is guessed. */
  kubelet?: ClusterKubelet;
  /** Said to every pod where there is no kubelet. */
  whyNoPods?: string;
  onError: (what: string, error: unknown) => void;
}

/** The kubelet of all nodes of a cluster; it knows the cluster by its API. */
export interface ClusterKubelet extends PodLogs {
  start(): Promise<void>;
  /** Ends what runs. @param forget - at once, and for good: what pods hold is deleted */
  stop(forget: boolean): Promise<void>;
}

/** One AKS cluster: its objects, its API, its controllers and its nodes. */
export class Cluster {
  readonly store: Store;
  readonly token: string;
  private readonly registry = new Registry();
  private readonly server: ApiServer;
  private readonly manager: ControllerManager;
  private readonly nodes: NodeKeeper;
  private readonly kubelet?: ClusterKubelet;

  constructor({
    description,
    file,
    token,
    ca,
    timing,
    findImage,
    kubelet,
    whyNoPods,
    onError,
  }: ClusterOptions) {
    this.kubelet = kubelet;
    const { network, release } = description;
    this.token = token;
    this.store = new Store(file);
    const writer = new ObjectWriter(this.store, network);
    const { registry, store } = this;
    const definitions = new CustomDefinitions(store, registry);
    definitions.follow();
    const context: ControllerContext = {
      store,
      writer,
      registry,
      owners: new OwnerIndex(store),
      events: new Events(store),
      timing,
      network,
      findImage,
      whyNoPods,
    };
    const logs = kubelet ?? IMAGINED_LOGS;
    this.server = new ApiServer({ registry, writer, token, release, logs });
    this.manager = new ControllerManager(context, ca, onError, {
      withKubelet: !kubelet,
    });
    bootstrap(writer, registry, network, namespace =>
      this.manager.furnish(namespace),
    );
    this.nodes = new NodeKeeper(store, description);
    this.manager.start();
    kubelet?.start().catch(error => onError('kubelet', error));
  }

  /** Follows a change of the cluster or its node pools. */
  describe(description: ClusterDescription) {
    this.nodes.describe(description);
  }

  /** Answers a request. @param path - path and query behind the cluster's prefix */
  handle(request: IncomingMessage, response: ServerResponse, path: string) {
    return this.server.handle(request, response, path);
  }

  /**
   * Stops all work at once, and then what runs; what is kept is on disk.
   * @param forget - the cluster is no more
   */
  stop(forget = false): Promise<void> {
    this.nodes.stop();
    this.manager.stop();
    this.store.close();
    return this.kubelet?.stop(forget) ?? Promise.resolve();
  }
}
