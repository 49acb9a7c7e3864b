import type { ChildProcess } from 'child_process';
import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import path from 'path';
import { startSandbox } from '../sandbox';
import { first, PodCluster, ready, shell } from './__testUtils__/pod-cluster';
import {
  kill,
  processesWith,
  startProgram,
} from './__testUtils__/sandbox-program';

jest.setTimeout(120_000);

describe('from one sandbox to the next', () => {
  let data: string;
  let child: ChildProcess | undefined;
  beforeEach(() => {
    data = mkdtempSync(path.join(tmpdir(), 'moorline-pods-'));
  });
  afterEach(async () => {
    if (child) await kill(child);
    rmSync(data, { recursive: true, force: true });
  });

  /** The cluster of a sandbox that is no more, in the program that is. */
  async function inProgram(wrapper?: string[]): Promise<PodCluster> {
    const earlier = await startSandbox({ data, without: ['terraform'] });
    const cluster = PodCluster.in(earlier);
    await earlier.stop();
    const program = await startProgram(data, wrapper);
    child = program.child;
    return cluster.at(program.url);
  }

  const database = {
    containers: [
      {
        name: 'postgres',
        image: 'docker.io/library/postgres:18.4',
        env: [{ name: 'POSTGRES_PASSWORD', value: 'not-a-secret' }],
        readinessProbe: {
          exec: { command: ['pg_isready'] },
          periodSeconds: 1,
          timeoutSeconds: 10,
        },
        securityContext: { readOnlyRootFilesystem: true },
        volumeMounts: [
          { name: 'data', mountPath: '/var/lib/postgresql' },
          { name: 'tmp', mountPath: '/tmp' },
        ],
      },
    ],
    volumes: [
      { name: 'data', persistentVolumeClaim: { claimName: 'data' } },
      { name: 'tmp', emptyDir: {} },
    ],
  };

  it('a PostgreSQL has its data in its next pod, and in the next sandbox', async () => {
    const began = await PodCluster.start(data);
    const { cluster } = began;
    await cluster.create('persistentvolumeclaims', {
      metadata: { name: 'data' },
      spec: {
        accessModes: ['ReadWriteOnce'],
        resources: { requests: { storage: '1Gi' } },
      },
    });
    await cluster.run('db', database);
    await cluster.until('db', ready);
    expect(await cluster.log('db')).toContain('running bootstrap script');
    await cluster.remove('db');
    await cluster.run('db', database);
    await cluster.until('db', ready);
    expect(await cluster.log('db')).not.toContain('running bootstrap script');
    await began.sandbox.stop();

    const later = await PodCluster.start(data);
    const pod = await later.cluster.until(
      'db',
      p => ready(p) && first(p)?.restartCount,
    );
    expect(first(pod)?.lastState.terminated).toMatchObject({
      reason: 'Unknown',
      exitCode: 255,
    });
    const log = await later.cluster.log('db');
    expect(log).not.toContain('running bootstrap script');
    expect(log).not.toContain('not properly shut down');
    await later.sandbox.stop();
  });

  it('no process outlives a sandbox that is killed', async () => {
    const cluster = await inProgram();
    const mark = `9${Date.now()}`;
    await cluster.run('long', { containers: [shell(`sleep ${mark}; true`)] });
    await cluster.until('long', ready);
    expect(processesWith(`sleep ${mark}`).length).toBeGreaterThan(0);
    if (child) await kill(child);
    const deadline = Date.now() + 2_000;
    while (processesWith(mark).length && Date.now() < deadline) {
      await new Promise(resolve => setTimeout(resolve, 20));
    }
    expect(processesWith(mark)).toEqual([]);
  });

  it('says of each pod why it does not run, where no namespaces may be made', async () => {
    const forbid = 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"';
    const cluster = await inProgram([
      ...['unshare', '--user', '--map-root-user', '--'],
      ...['sh', '-c', forbid, 'sh'],
    ]);
    await cluster.run('guess', { containers: [shell('sleep 100')] });
    await cluster.until('guess', ready);
    expect(await cluster.log('guess')).toContain('no process runs here');
    await cluster.told(
      'guess',
      /^NotRun: The pod does not run, its state is imagined: this user may not make namespaces \(.*\); allow them, for example by/,
    );
  });
});

it('imagines pods where they are not asked for', async () => {
  const sandbox = await startSandbox({ without: ['terraform'] });
  try {
    const cluster = PodCluster.in(sandbox);
    await cluster.run('guess', { containers: [shell('sleep 100')] });
    await cluster.until('guess', ready);
    expect(await cluster.log('guess')).toContain('no process runs here');
  } finally {
    await sandbox.stop();
  }
});
