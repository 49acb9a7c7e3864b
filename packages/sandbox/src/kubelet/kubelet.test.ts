import type { Pod } from '../kubernetes/objects/pod';
import type { Sandbox } from '../sandbox';
import { first, PodCluster, ready, shell } from './__testUtils__/pod-cluster';
import { processesWith } from './__testUtils__/sandbox-program';

jest.setTimeout(120_000);

const API = 'ghcr.io/moorline/trpc-api:0.1.0';
const BASE64 = (text: string) => Buffer.from(text).toString('base64');

const waitsFor = (reason: string) => (pod?: Pod) =>
  first(pod)?.state.waiting?.reason === reason;

describe('pods that run', () => {
  let sandbox: Sandbox;
  let cluster: PodCluster;
  beforeAll(async () => {
    ({ sandbox, cluster } = await PodCluster.start());
  });
  afterAll(() => sandbox?.stop());

  it('gets its environment, files, user, names and nothing else of the machine', async () => {
    await cluster.create('configmaps', {
      metadata: { name: 'settings' },
      data: { COLOUR: 'blue', 'my.dotted': "it's" },
    });
    await cluster.create('secrets', {
      metadata: { name: 'keys' },
      data: { PASSWORD: BASE64('pa$$ word\n') },
    });
    await cluster.create('services', {
      metadata: { name: 'other' },
      spec: { ports: [{ port: 80 }], selector: { app: 'other' } },
    });
    const script = `
      printf '%s|' "$COLOUR" "$SECRET" "$NAME" "$LABEL" "$CPU" "$BOTH" "$0" "$1" "$2" "$POD_IP" "$OTHER_SERVICE_PORT"; echo
      id -u; id -g; hostname; pwd
      cat /config/COLOUR /keys/key /info/name; stat -Lc %a /keys/key
      grep -c 'other.default.svc.cluster.local' /etc/hosts; grep localhost /etc/hosts
      for file in /file /config/x /proc/sys/kernel/hostname /proc/sysrq-trigger /usr/file; do
        (echo > $file) 2>/dev/null && echo "wrote $file"
      done
      echo hi > /tmp/x && cat /tmp/x; ls ${process.cwd()} 2>&1; echo lost >/dev/termination-log; exit 7`;
    await cluster.run(
      'whole',
      {
        restartPolicy: 'Never',
        securityContext: { runAsUser: 1234, runAsGroup: 2345 },
        containers: [
          shell(script, {
            command: ['sh', '-c', script, '$(COLOUR)-zero'],
            args: ['$(NAME)', '$$(NAME)'],
            workingDir: '/tmp',
            envFrom: [{ configMapRef: { name: 'settings' } }],
            env: [
              {
                name: 'SECRET',
                valueFrom: { secretKeyRef: { name: 'keys', key: 'PASSWORD' } },
              },
              {
                name: 'NAME',
                valueFrom: { fieldRef: { fieldPath: 'metadata.name' } },
              },
              {
                name: 'LABEL',
                valueFrom: { fieldRef: { fieldPath: "metadata.labels['a']" } },
              },
              {
                name: 'CPU',
                valueFrom: {
                  resourceFieldRef: { resource: 'limits.cpu', divisor: '1m' },
                },
              },
              { name: 'BOTH', value: '$(NAME)/$(COLOUR)/$(NONE)' },
            ],
            resources: { limits: { cpu: '250m' } },
            securityContext: { readOnlyRootFilesystem: true },
            volumeMounts: [
              { name: 'config', mountPath: '/config' },
              { name: 'all', mountPath: '/keys', subPath: 'sub' },
              { name: 'all', mountPath: '/info' },
              { name: 'tmp', mountPath: '/tmp' },
            ],
          }),
        ],
        volumes: [
          { name: 'config', configMap: { name: 'settings' } },
          { name: 'tmp', emptyDir: {} },
          {
            name: 'all',
            projected: {
              defaultMode: 0o440,
              sources: [
                {
                  secret: {
                    name: 'keys',
                    items: [{ key: 'PASSWORD', path: 'sub/key' }],
                  },
                },
                {
                  downwardAPI: {
                    items: [
                      {
                        path: 'name',
                        fieldRef: { fieldPath: 'metadata.name' },
                      },
                    ],
                  },
                },
              ],
            },
          },
        ],
      },
      { labels: { a: 'label' } },
    );
    // A name that a shell would not hand on.
    await cluster.run('dotted', {
      restartPolicy: 'Never',
      containers: [
        {
          name: 'main',
          image: 'busybox:1.37',
          command: ['env'],
          envFrom: [{ configMapRef: { name: 'settings' } }],
        },
      ],
    });
    expect((await cluster.finished('dotted')).log).toContain(
      "my.dotted=it's\n",
    );
    const { phase, log } = await cluster.finished('whole');
    const pod = await cluster.pod('whole');
    const ip = pod?.status?.podIP;
    expect(ip).toMatch(/^127\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./);
    expect(log.split('\n')).toEqual([
      `blue|pa$$ word`,
      `|whole|label|250|whole/blue/$(NONE)|blue-zero|whole|$(NAME)|${ip}|80|`,
      '1234',
      '2345',
      'whole',
      '/tmp',
      'bluepa$$ word',
      'whole440',
      '1',
      `${ip}\tlocalhost`,
      'hi',
      expect.stringContaining('No such file or directory'),
      '',
    ]);
    expect(phase).toBe('Failed');
    expect(first(pod)?.state.terminated).toMatchObject({
      exitCode: 7,
      reason: 'Error',
      message: 'lost\n',
    });
  });

  it('gives replicas the same port on addresses of their own, and 127.0.0.1 means the pod', async () => {
    const labels = { app: 'web' };
    const health = ['node', '/app/health.js', 'http://127.0.0.1:8080/livez'];
    await cluster.create(
      'deployments',
      {
        metadata: { name: 'web' },
        spec: {
          replicas: 2,
          selector: { matchLabels: labels },
          template: {
            metadata: { labels },
            spec: {
              securityContext: { runAsNonRoot: true },
              containers: [
                {
                  name: 'api',
                  image: API,
                  ports: [{ name: 'http', containerPort: 8080 }],
                  startupProbe: {
                    httpGet: { path: '/livez', port: 'http' },
                    periodSeconds: 1,
                    failureThreshold: 30,
                  },
                  readinessProbe: {
                    exec: { command: health },
                    periodSeconds: 1,
                    timeoutSeconds: 10,
                  },
                  livenessProbe: { tcpSocket: { port: 'http' } },
                },
              ],
            },
          },
        },
      },
      'apis/apps/v1',
    );
    let pods: Pod[] = [];
    while (pods.length !== 2) pods = await cluster.pods('app=web');
    for (const { metadata } of pods) {
      const pod = await cluster.until(metadata.name, ready);
      const url = `http://${pod?.status?.podIP}:8080/trpc/about`;
      const { result } = (await (await fetch(url)).json()) as {
        result: { data: object };
      };
      expect(result.data).toMatchObject({
        version: '0.1.0',
        pod: metadata.name,
      });
    }
    expect(await cluster.log(pods[0].metadata.name)).toContain('ready');
  });

  it('asks to stop, waits, and ends what does not listen', async () => {
    const stubborn = `trap 'echo no' TERM; echo up; while :; do sleep 0.1; done`;
    const obedient = `trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.1; done`;
    const preStop = {
      exec: { command: ['sh', '-c', 'echo hook > /proc/1/fd/1'] },
    };
    await cluster.run('stubborn', { containers: [shell(stubborn)] });
    await cluster.run('obedient', {
      containers: [shell(obedient, { lifecycle: { preStop } })],
    });
    await cluster.until('stubborn', ready);
    await cluster.until('obedient', ready);
    const answer = await cluster.call(
      '/api/v1/namespaces/default/pods/obedient/log?follow=true',
    );
    const log = answer.text();
    let began = Date.now();
    await cluster.remove('obedient', 30);
    expect(Date.now() - began).toBeLessThan(10_000);
    expect(await log).toMatch(/^up\n(hook\n)?bye\n$/);
    began = Date.now();
    await cluster.remove('stubborn', 2);
    expect(Date.now() - began).toBeGreaterThan(1_900);
    expect(processesWith('echo no')).toEqual([]);
    await cluster.told('stubborn', 'Killing: Stopping container main');
  });

  it('says of what goes wrong what a real node says', async () => {
    await cluster.run('crash', {
      containers: [shell('echo "run $RANDOM"; exit 3')],
    });
    await cluster.run('absent', {
      containers: [{ name: 'main', image: 'nginx:1.27' }],
    });
    await cluster.run('command', {
      containers: [{ name: 'main', image: 'busybox:1.37', command: ['nope'] }],
    });
    await cluster.run('secret', {
      containers: [
        shell('true', { envFrom: [{ secretRef: { name: 'none' } }] }),
      ],
    });
    await cluster.run('volume', {
      containers: [shell('true')],
      volumes: [{ name: 'x', configMap: { name: 'none' } }],
    });
    await cluster.run('sick', {
      containers: [
        shell('sleep 100', {
          livenessProbe: {
            exec: { command: ['sh', '-c', 'echo ill; exit 1'] },
            periodSeconds: 1,
            failureThreshold: 1,
          },
        }),
      ],
      terminationGracePeriodSeconds: 1,
    });

    const crashed = await cluster.until('crash', waitsFor('CrashLoopBackOff'));
    const id = `crash_default(${crashed?.metadata.uid})`;
    expect(first(crashed)).toMatchObject({
      restartCount: 1,
      state: {
        waiting: {
          message: `back-off 10s restarting failed container=main pod=${id}`,
        },
      },
      lastState: { terminated: { exitCode: 3, reason: 'Error' } },
    });
    await cluster.told(
      'crash',
      `BackOff: Back-off restarting failed container main in pod ${id}`,
    );
    expect(await cluster.log('crash', '?previous=true')).toMatch(/^run/);

    const absent = await cluster.until('absent', waitsFor('ImagePullBackOff'));
    expect(first(absent)?.state.waiting?.message).toContain(
      'docker.io/library/nginx:1.27: not found',
    );
    const command = await cluster.until(
      'command',
      pod => first(pod)?.restartCount,
    );
    expect(first(command)?.lastState.terminated).toMatchObject({
      exitCode: 128,
      reason: 'StartError',
      message: expect.stringContaining(
        'exec: "nope": executable file not found in $PATH: unknown',
      ),
    });
    const secret = await cluster.until(
      'secret',
      waitsFor('CreateContainerConfigError'),
    );
    expect(first(secret)?.state.waiting?.message).toBe(
      'secret "none" not found',
    );
    await cluster.told(
      'volume',
      'FailedMount: MountVolume.SetUp failed for volume "x" : configmap "none" not found',
    );
    const sick = await cluster.until('sick', pod => first(pod)?.restartCount);
    expect(first(sick)?.lastState.terminated?.exitCode).toBe(137);
    await cluster.told('sick', 'Unhealthy: Liveness probe failed: ill');
    await cluster.told(
      'sick',
      'Killing: Container main failed liveness probe, will be restarted',
    );
    for (const name of [
      'crash',
      'absent',
      'command',
      'secret',
      'volume',
      'sick',
    ]) {
      await cluster.remove(name, 0);
    }
  });

  it('runs init containers and sidecars in order, jobs to their end', async () => {
    const mount = { volumeMounts: [{ name: 'w', mountPath: '/w' }] };
    const add = (word: string) => `echo ${word} >> /w/order`;
    await cluster.run('order', {
      restartPolicy: 'Never',
      initContainers: [
        shell(add('init'), { name: 'init', ...mount }),
        shell(
          `${add('side')}; trap 'exit 0' TERM; while :; do sleep 0.1; done`,
          {
            name: 'side',
            restartPolicy: 'Always',
            ...mount,
          },
        ),
      ],
      containers: [shell('sleep 0.5; cat /w/order', mount)],
      volumes: [{ name: 'w', emptyDir: {} }],
    });
    const job = (name: string, script: string) =>
      cluster.create(
        'jobs',
        {
          metadata: { name },
          spec: {
            backoffLimit: 0,
            template: {
              spec: { restartPolicy: 'Never', containers: [shell(script)] },
            },
          },
        },
        'apis/batch/v1',
      );
    await job('good', 'echo done');
    await job('bad', 'exit 4');
    expect(await cluster.finished('order')).toEqual({
      phase: 'Succeeded',
      log: 'init\nside\n',
    });
    const conditionsOf = async (name: string): Promise<string[]> => {
      for (;;) {
        const answer = await cluster.call(
          `/apis/batch/v1/namespaces/default/jobs/${name}`,
        );
        const { status } = (await answer.json()) as {
          status: { conditions?: { type: string }[] };
        };
        const types = (status.conditions ?? []).map(({ type }) => type);
        if (types.length > 1) return types;
      }
    };
    expect(await conditionsOf('good')).toContain('Complete');
    expect(await conditionsOf('bad')).toContain('Failed');
  });

  it('begins a CronJob when its minute comes', async () => {
    const labels = { app: 'each-minute' };
    const spec = { restartPolicy: 'Never', containers: [shell('echo now')] };
    await cluster.create(
      'cronjobs',
      {
        metadata: { name: 'each-minute' },
        spec: {
          schedule: '* * * * *',
          jobTemplate: {
            spec: { template: { metadata: { labels }, spec } },
          },
        },
      },
      'apis/batch/v1',
    );
    const { now } = Date;
    const clock = jest.spyOn(Date, 'now');
    clock.mockImplementation(() => now() + 60_000);
    let pods: Pod[] = [];
    while (!pods.length) pods = await cluster.pods('app=each-minute');
    clock.mockRestore();
    expect(await cluster.finished(pods[0].metadata.name)).toEqual({
      phase: 'Succeeded',
      log: 'now\n',
    });
  });
});
