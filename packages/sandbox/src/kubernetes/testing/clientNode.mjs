// What @kubernetes/client-node sees of a cluster; run as a process of its own because the library is ES modules only.
import {
  CoreV1Api,
  AppsV1Api,
  KubeConfig,
  makeInformer,
  Metrics,
  Watch,
} from '@kubernetes/client-node';

const config = new KubeConfig();
config.loadFromFile(process.env.KUBECONFIG);
const core = config.makeApiClient(CoreV1Api);
const apps = config.makeApiClient(AppsV1Api);
const seen = [];
const until = async (what, look) => {
  for (let i = 0; i < 500; i++) {
    if (await look()) return;
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  throw new Error(`never: ${what}; seen ${seen.join(' ')}`);
};

await core.createNamespace({ body: { metadata: { name: 'node' } } });
const informer = makeInformer(config, '/api/v1/namespaces/node/pods', () =>
  core.listNamespacedPod({ namespace: 'node' }),
);
for (const event of ['add', 'update', 'delete']) {
  informer.on(event, pod => seen.push(`${event}:${pod.status?.phase}`));
}
await informer.start();
const labels = { app: 'web' };
await apps.createNamespacedDeployment({
  namespace: 'node',
  body: {
    metadata: { name: 'web' },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          containers: [
            { name: 'web', image: 'ghcr.io/moorline/trpc-api:0.1.0' },
          ],
        },
      },
    },
  },
});
await until('running', () => seen.includes('update:Running'));
const { items } = await core.listNamespacedPod({
  namespace: 'node',
  labelSelector: 'app=web',
});
const metrics = await new Metrics(config).getPodMetrics('node');
await apps.deleteNamespacedDeployment({ name: 'web', namespace: 'node' });
await until('deleted', () => seen.some(event => event.startsWith('delete:')));
await informer.stop();

// A revision that is too old is refused, as clients expect.
const expired = await new Promise(resolve => {
  new Watch(config).watch(
    '/api/v1/pods',
    { resourceVersion: '1' },
    type => resolve(type),
    error => resolve(String(error)),
  );
});
console.log(
  JSON.stringify({
    first: seen[0],
    pod: items[0].metadata.name,
    started: items[0].status.startTime instanceof Date,
    metrics: metrics.items.map(item => item.containers[0].name),
    expired,
  }),
);
process.exit(0);
