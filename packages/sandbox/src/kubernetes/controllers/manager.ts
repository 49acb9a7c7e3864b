import { Change } from '../store/store';
import { Kubelet } from '../kubelet/kubelet';
import { AutoscalerController } from './autoscaler';
import { Controller, ControllerContext } from './controller';
import { CronJobController } from './cronJob';
import { DaemonSetController } from './daemonSet';
import { DeploymentController } from './deployment';
import { DisruptionController } from './disruptionBudget';
import { GarbageCollector } from './garbage';
import { IngressController } from './ingress';
import { JobController } from './job';
import { NamespaceController } from './namespace';
import { Key, keyText, WorkQueue } from './queue';
import { ReplicaSetController } from './replicaSet';
import { Scheduler } from './scheduler';
import { ServiceController } from './service';
import { StatefulSetController } from './statefulSet';
import { VolumeController } from './volume';

const TICK_MS = 1_000;
const EXPIRE_EVERY_TICKS = 60;

/** Runs the controllers of one cluster on the changes of its store. */
export class ControllerManager {
  private readonly queue: WorkQueue;
  private readonly controllers: Controller[];
  private readonly namespaces: NamespaceController;
  private timer?: NodeJS.Timeout;
  private unsubscribe?: () => void;

  /**
   * @param ca - the cluster's CA in PEM, handed to every namespace
   * @param onError - hears of controllers' failures
   * @param withKubelet - pods do not run, and what they would do is guessed
   */
  constructor(
    private readonly context: ControllerContext,
    ca: string,
    onError: (what: string, error: unknown) => void,
    { withKubelet }: { withKubelet: boolean },
  ) {
    this.queue = new WorkQueue(onError);
    this.namespaces = new NamespaceController(context, ca);
    this.controllers = [
      this.namespaces,
      new DeploymentController(context),
      new ReplicaSetController(context),
      new StatefulSetController(context),
      new DaemonSetController(context),
      new JobController(context),
      new CronJobController(context),
      new Scheduler(context),
      ...(withKubelet ? [new Kubelet(context)] : []),
      new ServiceController(context),
      new IngressController(context),
      new VolumeController(context),
      new AutoscalerController(context),
      new DisruptionController(context),
      new GarbageCollector(context),
    ];
    for (const controller of this.controllers) {
      controller.later = (milliseconds, key) =>
        this.queue.addAfter(milliseconds, ...this.task(controller, key));
    }
  }

  /** Gives a namespace its service account before anything asks for it. */
  furnish(namespace: string) {
    this.namespaces.furnish(namespace);
  }

  private task(controller: Controller, key: Key): [string, () => void] {
    const { namespace, name } = key;
    return [
      `${controller.name} ${keyText(key)}`,
      () => controller.reconcile({ namespace, name }),
    ];
  }

  /** Begins with everything that is in the store. */
  start() {
    const { store, registry, owners, events } = this.context;
    const existing: Change[] = registry.stored().flatMap(resource =>
      store.list(resource).map(object => ({
        revision: store.revision,
        type: 'ADDED' as const,
        resource,
        object,
      })),
    );
    existing.forEach(change => owners.follow(change));
    existing.forEach(change => this.enqueue(change));
    this.unsubscribe = store.subscribe(change => {
      owners.follow(change);
      this.enqueue(change);
    });
    let ticks = 0;
    this.timer = setInterval(() => {
      this.controllers.forEach(controller => controller.tick?.());
      if (++ticks % EXPIRE_EVERY_TICKS === 0) events.expire();
    }, TICK_MS);
    this.timer.unref();
  }

  private enqueue(change: Change) {
    for (const controller of this.controllers) {
      for (const key of controller.keys(change)) {
        this.queue.add(...this.task(controller, key));
      }
    }
  }

  stop() {
    clearInterval(this.timer);
    this.unsubscribe?.();
    this.queue.stop();
  }
}
