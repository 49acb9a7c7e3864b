import { SandboxCluster, until } from '../testing/sandboxCluster';
import { isDue } from './schedule';

jest.setTimeout(60_000);

const API = 'ghcr.io/moorline/trpc-api:0.1.0';
const SHELL = 'busybox:1.37';

describe('workloads', () => {
  let cluster: SandboxCluster;
  beforeAll(async () => {
    cluster = await SandboxCluster.start();
  });
  afterAll(() => cluster.stop());

  const CORE = '/api/v1/namespaces/default';
  const APPS = '/apis/apps/v1/namespaces/default';
  const get = async (path: string) => (await cluster.call(path)).body;
  const create = async (path: string, body: object) => {
    const answer = await cluster.call(path, { body });
    expect([answer.status, answer.body.message]).toEqual([201, undefined]);
    return answer.body;
  };
  const pod = (name: string, spec: object, container: object = {}) =>
    create(`${CORE}/pods`, {
      metadata: { name },
      spec: {
        containers: [{ name: 'main', image: API, ...container }],
        ...spec,
      },
    });
  const status = (name: string, holds: (status: any) => boolean) =>
    until(async () => (await get(`${CORE}/pods/${name}`)).status, holds);
  const waitingFor = (reason: string) => (s: any) =>
    s.containerStatuses?.[0].state.waiting?.reason === reason;
  const template = (app: string, spec: object) => ({
    selector: { matchLabels: { app } },
    template: { metadata: { labels: { app } }, spec },
  });

  it('runs init containers in order, keeps sidecars, and ends by restart policy', async () => {
    await pod('chain', {
      initContainers: [
        { name: 'proxy', image: API, restartPolicy: 'Always' },
        { name: 'prepare', image: SHELL, command: ['true'] },
      ],
    });
    const running = await status('chain', s => s.phase === 'Running');
    const [proxy, prepare] = running.initContainerStatuses;
    expect(proxy.state.running).toBeDefined();
    expect(prepare.state.terminated).toMatchObject({
      exitCode: 0,
      reason: 'Completed',
    });

    await pod('once', { restartPolicy: 'Never' }, { image: SHELL });
    await status('once', s => s.phase === 'Succeeded');
    await pod(
      'fails',
      { restartPolicy: 'Never' },
      { image: SHELL, command: ['sh', '-c', 'exit 4'] },
    );
    const failed = await status('fails', s => s.phase === 'Failed');
    expect(failed.containerStatuses[0].state.terminated.exitCode).toBe(4);
    await pod('loops', {}, { image: SHELL, command: ['false'] });
    const looping = await status(
      'loops',
      s => s.containerStatuses?.[0].restartCount >= 2,
    );
    expect(looping.containerStatuses[0].lastState.terminated.exitCode).toBe(1);
    await status('loops', waitingFor('CrashLoopBackOff'));
    const log = await cluster.call<string>(
      `${CORE}/pods/loops/log?previous=true`,
    );
    expect(log.body).toContain('exit code 1');
  });

  it('says why a container cannot be made, and makes it once it can', async () => {
    const ref = { secretKeyRef: { name: 'late', key: 'password' } };
    await pod('needy', {}, { env: [{ name: 'PASSWORD', valueFrom: ref }] });
    const needy = await status(
      'needy',
      waitingFor('CreateContainerConfigError'),
    );
    expect(needy.containerStatuses[0].state.waiting.message).toBe(
      'secret "late" not found',
    );
    await create(`${CORE}/secrets`, {
      metadata: { name: 'late' },
      stringData: { password: 'x' },
    });
    await status('needy', s => s.phase === 'Running');

    const nonRoot = { securityContext: { runAsNonRoot: true } };
    await pod('root', nonRoot, { image: SHELL });
    const root = await status('root', waitingFor('CreateContainerConfigError'));
    expect(root.containerStatuses[0].state.waiting.message).toContain(
      'image will run as root',
    );
    await pod('bare', {}, { image: 'postgres:18.4' });
    await status('bare', waitingFor('CrashLoopBackOff'));
  });

  it('gives a StatefulSet its pods in order, with claims that outlive them', async () => {
    await create(`${APPS}/statefulsets`, {
      metadata: { name: 'db' },
      spec: {
        replicas: 2,
        serviceName: 'db',
        ...template('db', {
          containers: [
            {
              name: 'main',
              image: API,
              volumeMounts: [{ name: 'data', mountPath: '/data' }],
            },
          ],
        }),
        volumeClaimTemplates: [
          {
            metadata: { name: 'data' },
            spec: {
              accessModes: ['ReadWriteOnce'],
              resources: { requests: { storage: '1Gi' } },
            },
          },
        ],
      },
    });
    const path = `${APPS}/statefulsets/db`;
    const first = await until(
      async () => (await get(path)).status,
      s => s.readyReplicas === 2,
    );
    const born = async (i: number) =>
      (await get(`${CORE}/pods/db-${i}`)).metadata;
    const uid = (await born(0)).uid;
    const image = 'ghcr.io/moorline/trpc-api:0.2.0';
    await cluster.call(path, {
      method: 'PATCH',
      contentType: 'application/strategic-merge-patch+json',
      body: {
        spec: { template: { spec: { containers: [{ name: 'main', image }] } } },
      },
    });
    const second = await until(
      async () => (await get(path)).status,
      s => s.readyReplicas === 2 && s.currentRevision !== first.currentRevision,
    );
    expect(second.updatedReplicas).toBe(2);
    expect((await born(0)).uid).not.toBe(uid);
    const refused = await cluster.call(path, {
      method: 'PATCH',
      contentType: 'application/merge-patch+json',
      body: { spec: { serviceName: 'other' } },
    });
    expect(refused.body.message).toContain(
      'updates to statefulset spec for fields other than',
    );
    await cluster.call(path, { method: 'DELETE' });
    await until(
      async () => (await get(`${CORE}/pods?labelSelector=app%3Ddb`)).items,
      pods => !pods.length,
    );
    const claim = await get(`${CORE}/persistentvolumeclaims/data-db-0`);
    expect(claim.status).toMatchObject({
      phase: 'Bound',
      capacity: { storage: '1Gi' },
    });
    await cluster.call(`${CORE}/persistentvolumeclaims/data-db-0`, {
      method: 'DELETE',
    });
    await until(
      async () => (await get('/api/v1/persistentvolumes')).items.length,
      count => count === 1,
    );
  });

  it('puts a DaemonSet on every node, and a Service before its pods', async () => {
    await create(`${APPS}/daemonsets`, {
      metadata: { name: 'agent' },
      spec: template('agent', {
        containers: [
          {
            name: 'main',
            image: API,
            ports: [{ name: 'web', containerPort: 9000 }],
          },
        ],
      }),
    });
    await create(`${CORE}/services`, {
      metadata: { name: 'agent' },
      spec: {
        type: 'LoadBalancer',
        selector: { app: 'agent' },
        ports: [{ port: 80, targetPort: 'web' }],
      },
    });
    const set = await until(
      async () => (await get(`${APPS}/daemonsets/agent`)).status,
      s => s.numberReady === 2,
    );
    expect(set).toMatchObject({
      desiredNumberScheduled: 2,
      numberAvailable: 2,
    });
    const slices = await until(
      async () =>
        (
          await get(
            '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices?labelSelector=kubernetes.io%2Fservice-name%3Dagent',
          )
        ).items,
      items =>
        items[0]?.endpoints.filter((e: any) => e.conditions.ready).length === 2,
    );
    expect(slices[0].ports[0].port).toBe(9000);
    const service = await get(`${CORE}/services/agent`);
    expect(service.spec.ports[0].nodePort).toBeGreaterThanOrEqual(30000);
    expect(service.status.loadBalancer.ingress[0].ip).toBe('127.0.0.1');
  });

  it('collects what belonged to what is gone, or leaves it when told to', async () => {
    const spec = template('web', {
      containers: [{ name: 'main', image: API }],
    });
    const left = async () =>
      (await get(`${APPS}/replicasets?labelSelector=app%3Dweb`)).items;
    const remove = (policy: string) =>
      cluster.call(`${APPS}/deployments/web?propagationPolicy=${policy}`, {
        method: 'DELETE',
      });
    await create(`${APPS}/deployments`, { metadata: { name: 'web' }, spec });
    await until(left, sets => sets.length === 1);
    await remove('Orphan');
    await until(
      async () => (await cluster.call(`${APPS}/deployments/web`)).status,
      code => code === 404,
    );
    const [orphan] = await left();
    expect(orphan.metadata.ownerReferences).toBeUndefined();
    await cluster.call(`${APPS}/replicasets/${orphan.metadata.name}`, {
      method: 'DELETE',
    });
    await until(left, sets => !sets.length);

    await create(`${APPS}/deployments`, { metadata: { name: 'web' }, spec });
    await until(left, sets => sets.length === 1);
    const answer = await remove('Foreground');
    expect(answer.body.metadata.finalizers).toEqual(['foregroundDeletion']);
    await until(
      async () => (await cluster.call(`${APPS}/deployments/web`)).status,
      code => code === 404,
    );
    expect(await left()).toEqual([]);
  });
});

it.each([
  ['*/15 * * * *', '2026-03-01T10:30:00Z', true],
  ['*/15 * * * *', '2026-03-01T10:31:00Z', false],
  ['0 2 * * mon-fri', '2026-03-02T02:00:00Z', true],
  ['0 2 * * mon-fri', '2026-03-01T02:00:00Z', false],
  ['0 0 1 * 0', '2026-03-01T00:00:00Z', true],
  ['0 0 13 * 5', '2026-03-06T00:00:00Z', true],
  ['@hourly', '2026-03-06T07:00:00Z', true],
  ['5-10/5 1,2 * jan *', '2026-01-06T02:10:00Z', true],
])('%s is due at %s: %s', (schedule, at, due) => {
  expect(isDue(schedule, new Date(at))).toBe(due);
});
