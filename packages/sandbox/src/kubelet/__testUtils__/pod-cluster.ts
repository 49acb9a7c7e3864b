import { parse } from 'yaml';
import { isReady, Pod } from '../../kubernetes/objects/pod';
import { Sandbox, startSandbox } from '../../sandbox';
import { trustAuthority } from '../../trust';
import type { ApiAccess } from '../api/api-client';
import { whyNoContainers } from '../runtime/isolation';

const CLUSTER_TYPE = 'azurerm_kubernetes_cluster';

/** A pod's container with what most of them have. */
export const shell = (script: string, more: object = {}) => ({
  name: 'main',
  image: 'busybox:1.37',
  command: ['sh', '-c', script],
  ...more,
});

/** The status of a pod's first container. */
export const first = (pod?: Pod) => pod?.status?.containerStatuses?.[0];

/** Whether there is a pod, and it is ready. */
export const ready = (pod?: Pod) => pod && isReady(pod);

/** A cluster whose pods run, reached as any client does. */
export class PodCluster {
  private constructor(
    readonly server: string,
    private readonly token: string,
  ) {}

  /** The sandbox's one cluster, made when it is not there. */
  static in(sandbox: Sandbox): PodCluster {
    trustAuthority(sandbox.caFile);
    const id = `/subscriptions/${sandbox.subscriptionId}/resourceGroups/rg-orders/providers/Microsoft.ContainerService/managedClusters/aks-orders`;
    if (!sandbox.resources.get(id, CLUSTER_TYPE)) {
      sandbox.resources.put({
        type: CLUSTER_TYPE,
        id,
        values: {
          resource_group_name: 'rg-orders',
          name: 'aks-orders',
          location: 'westeurope',
          default_node_pool: [{ name: 'system', node_count: 2 }],
        },
      });
    }
    const config = parse(
      sandbox.clusters.kubeconfig('rg-orders', 'aks-orders') ?? '',
    );
    const [{ cluster }] = config.clusters;
    return new PodCluster(cluster.server, config.users[0].user.token);
  }

  get access(): ApiAccess {
    return { server: this.server, token: this.token };
  }

  /** The same cluster, served by another process. */
  at(url: string): PodCluster {
    const { pathname } = new URL(this.server);
    return new PodCluster(`${url}${pathname}`, this.token);
  }

  /** @throws Error where pods cannot run */
  static async start(data?: string) {
    const why = whyNoContainers();
    if (why) throw new Error(`Pods cannot run on this machine: ${why}`);
    const sandbox = await startSandbox({
      data,
      without: ['terraform'],
      runPods: true,
    });
    return { sandbox, cluster: PodCluster.in(sandbox) };
  }

  async call(path: string, method = 'GET', body?: object): Promise<Response> {
    return fetch(`${this.server}${path}`, {
      method,
      body: body && JSON.stringify(body),
      headers: {
        authorization: `Bearer ${this.token}`,
        'content-type': 'application/json',
      },
    });
  }

  /** Creates an object. @param path - of its kind in the namespace `default` */
  async create(kind: string, body: object, group = 'api/v1'): Promise<void> {
    const path = `/${group}/namespaces/default/${kind}`;
    const answer = await this.call(path, 'POST', body);
    if (answer.status !== 201) throw new Error(await answer.text());
  }

  run(name: string, spec: object, metadata: object = {}): Promise<void> {
    return this.create('pods', { metadata: { name, ...metadata }, spec });
  }

  async pod(name: string): Promise<Pod | undefined> {
    const answer = await this.call(`/api/v1/namespaces/default/pods/${name}`);
    return answer.ok ? ((await answer.json()) as Pod) : undefined;
  }

  async pods(selector: string): Promise<Pod[]> {
    const answer = await this.call(
      `/api/v1/namespaces/default/pods?labelSelector=${selector}`,
    );
    return ((await answer.json()) as { items: Pod[] }).items;
  }

  async remove(name: string, seconds?: number): Promise<void> {
    const path = `/api/v1/namespaces/default/pods/${name}`;
    const options =
      seconds === undefined ? {} : { gracePeriodSeconds: seconds };
    await this.call(path, 'DELETE', options);
    await this.until(name, pod => pod === undefined);
  }

  async log(name: string, query = ''): Promise<string> {
    const path = `/api/v1/namespaces/default/pods/${name}/log${query}`;
    return (await this.call(path)).text();
  }

  /** What happened to a pod: `reason: message`. */
  private async events(name: string): Promise<string[]> {
    const answer = await this.call('/api/v1/namespaces/default/events');
    const { items } = (await answer.json()) as {
      items: {
        involvedObject: { name: string };
        reason: string;
        message: string;
      }[];
    };
    return items
      .filter(({ involvedObject }) => involvedObject.name === name)
      .map(({ reason, message }) => `${reason}: ${message}`);
  }

  /** Waits for something to be said of a pod. @throws Error with what was said, after 10 s */
  async told(name: string, event: string | RegExp): Promise<void> {
    const end = Date.now() + 10_000;
    for (;;) {
      const events = await this.events(name);
      const found = events.some(each =>
        typeof event === 'string' ? each === event : event.test(each),
      );
      if (found) return;
      if (Date.now() > end) {
        throw new Error(`"${event}" is not in ${JSON.stringify(events)}`);
      }
    }
  }

  /** Waits until something holds of a pod. @throws Error with the pod's status, after 40 s */
  async until(
    name: string,
    holds: (pod: Pod | undefined) => unknown,
  ): Promise<Pod | undefined> {
    const end = Date.now() + 40_000;
    for (;;) {
      const pod = await this.pod(name);
      if (holds(pod)) return pod;
      if (Date.now() > end) {
        const status = JSON.stringify(pod?.status, undefined, 1);
        throw new Error(`pod ${name} never came to it: ${status}`);
      }
      await new Promise(resolve => {
        setTimeout(resolve, 50);
      });
    }
  }

  /** Waits for a pod's end. @returns its phase and its log */
  async finished(name: string): Promise<{ phase?: string; log: string }> {
    const ended = ['Succeeded', 'Failed'];
    const pod = await this.until(name, p =>
      ended.includes(p?.status?.phase ?? ''),
    );
    return { phase: pod?.status?.phase, log: await this.log(name) };
  }
}
