import type { ClusterObjects } from '@backstage/plugin-kubernetes-common';
import { releasesOf } from './releases';

const labels = (release: string) => ({
  'app.kubernetes.io/instance': release,
  app: release,
});

const controller = (release: string, replicas: number, ready: number) => ({
  metadata: {
    name: release,
    namespace: 'orders-dev',
    labels: labels(release),
    creationTimestamp: '2026-11-21T10:00:00Z',
  },
  spec: {
    replicas,
    selector: { matchLabels: { app: release } },
    template: { spec: { containers: [{ image: `registry/${release}:1` }] } },
  },
  status: { readyReplicas: ready },
});

const pod = (release: string, status: object) => ({
  metadata: {
    name: `${release}-0`,
    namespace: 'orders-dev',
    labels: labels(release),
  },
  spec: { nodeName: 'node-1' },
  status: { phase: 'Running', ...status },
});

const container = (state: object, more: object = {}) => ({
  containerStatuses: [
    {
      name: 'main',
      image: 'ghcr.io/moorline/trpc-api:9.9.9',
      restartCount: 0,
      state,
      ...more,
    },
  ],
});

const cluster = (
  deployments: object[],
  pods: object[],
  statefulsets: object[] = [],
) =>
  ({
    cluster: { name: 'aks-orders-dev' },
    errors: [],
    podMetrics: [],
    resources: [
      { type: 'deployments', resources: deployments },
      { type: 'statefulsets', resources: statefulsets },
      { type: 'pods', resources: pods },
    ],
  } as unknown as ClusterObjects);

describe('releasesOf', () => {
  it('sees a new version that cannot start behind the one that still serves', () => {
    const stuck = {
      ...controller('api', 1, 1),
      status: { readyReplicas: 1, unavailableReplicas: 1 },
    };
    const waiting = { waiting: { reason: 'ImagePullBackOff' } };
    const [api] = releasesOf(
      cluster(
        [stuck],
        [
          pod('api', container({ running: {} })),
          pod('api', container(waiting)),
        ],
      ),
    );
    expect(api).toMatchObject({
      ready: 1,
      wanted: 1,
      health: 'unhealthy',
      problem: 'Image not found: ghcr.io/moorline/trpc-api:9.9.9.',
    });
    expect(api.workloads[0].diagnosis?.advice).toMatch(
      /What ran before still serves\.$/,
    );
  });

  it('gathers workloads by Helm release, with what their pods say', () => {
    const [api, postgres] = releasesOf(
      cluster(
        [controller('api', 2, 2)],
        [
          pod('api', container({ running: {} }, { restartCount: 3 })),
          pod('other', container({ running: {} })),
        ],
        [controller('postgres', 1, 0)],
      ),
    );
    expect(api).toMatchObject({
      name: 'api',
      ready: 2,
      wanted: 2,
      health: 'healthy',
    });
    expect(api.workloads[0]).toMatchObject({
      kind: 'Deployment',
      image: 'registry/api:1',
      restarts: 3,
      createdAt: '2026-11-21T10:00:00.000Z',
    });
    expect(api.workloads[0].pods).toHaveLength(1);
    expect(postgres).toMatchObject({ name: 'postgres', health: 'starting' });
    expect(postgres.problem).toBeUndefined();
  });

  it.each([
    [
      'an image that is not there',
      container({ waiting: { reason: 'ImagePullBackOff' } }),
      'Image not found: ghcr.io/moorline/trpc-api:9.9.9.',
    ],
    [
      'a process that ends',
      container(
        { waiting: { reason: 'CrashLoopBackOff' } },
        { restartCount: 4, lastState: { terminated: { exitCode: 1 } } },
      ),
      'Container main ends again and again with code 1 (4 restarts).',
    ],
    [
      'too little memory',
      container(
        { waiting: { reason: 'CrashLoopBackOff' } },
        { lastState: { terminated: { reason: 'OOMKilled', exitCode: 137 } } },
      ),
      'Container main was stopped because it used more memory than its limit.',
    ],
    [
      'a missing secret',
      container({
        waiting: {
          reason: 'CreateContainerConfigError',
          message: 'secret "db" not found',
        },
      }),
      'Container main cannot be created: secret "db" not found.',
    ],
    [
      'no room',
      {
        phase: 'Pending',
        conditions: [
          {
            type: 'PodScheduled',
            status: 'False',
            reason: 'Unschedulable',
            message: '0/1 nodes are available: 1 Insufficient cpu.',
          },
        ],
      },
      'No node has room: 0/1 nodes are available: 1 Insufficient cpu.',
    ],
  ])('names %s in one sentence', (_, status, sentence) => {
    const [api] = releasesOf(
      cluster([controller('api', 2, 0)], [pod('api', status)]),
    );
    expect(api.health).toBe('unhealthy');
    expect(api.problem).toBe(sentence);
    expect(api.workloads[0].diagnosis?.advice).toBeTruthy();
  });
});
