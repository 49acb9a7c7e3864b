// The chart postgres.
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { describe, test } from 'node:test';
import {
  find,
  has,
  NAMESPACE,
  objects,
  podsOf,
  selects,
  template,
} from './lib/charts.mjs';

const decoded = ({ data }) =>
  Object.fromEntries(
    Object.entries(data).map(([key, value]) => [
      key,
      Buffer.from(value, 'base64').toString(),
    ]),
  );
const podOf = (all, kind) => podsOf(all).find(pod => pod.kind === kind);
const volumeOf = ({ spec }, name) =>
  spec.volumes.find(volume => volume.name === name);
const variablesOf = ({ spec }) =>
  Object.fromEntries(
    spec.containers[0].env.map(({ name, value }) => [name, value]),
  );

const container = 'https://storders.blob.core.windows.net/backups';
const clientId = '00000000-0000-4000-8000-0000000000bb';
const host = 'psql-orders.postgres.database.azure.com';

describe('postgres', () => {
  test('writes passwords into Secrets and nowhere else', async () => {
    const all = await objects('postgres', { databases: ['api', 'web'] });
    const secrets = all.filter(({ kind }) => kind === 'Secret');
    assert.deepEqual(
      secrets.map(({ metadata }) => metadata.name),
      ['postgres-tls', 'postgres-superuser', 'postgres-api', 'postgres-web'],
    );
    const rest = JSON.stringify(all.filter(({ kind }) => kind !== 'Secret'));
    const passwords = secrets.slice(1).map(secret => decoded(secret).password);
    assert.equal(new Set(passwords).size, 3);
    for (const password of passwords) {
      assert.match(password, /^[A-Za-z0-9]{40}$/);
      assert.ok(!rest.includes(password));
    }
    for (const { metadata } of secrets) {
      assert.equal(metadata.annotations['helm.sh/resource-policy'], 'keep');
    }
  });

  for (const [kind, server] of [
    ['statefulset', 'postgres'],
    ['cloudnativepg', 'postgres-rw'],
  ]) {
    test(`has a certificate that clients of ${kind} believe`, async () => {
      const all = await objects('postgres', { kind, databases: ['api'] });
      const connection = decoded(find(all, 'Secret', 'postgres-api'));
      const tls = decoded(find(all, 'Secret', 'postgres-tls'));
      assert.equal(connection['ca.crt'], tls['ca.crt']);
      assert.equal(connection.sslmode, 'verify-full');
      const authority = new X509Certificate(tls['ca.crt']);
      const certificate = new X509Certificate(tls['tls.crt']);
      assert.ok(certificate.verify(authority.publicKey));
      assert.equal(connection.host, `${server}.${NAMESPACE}.svc`);
      for (const name of [
        server,
        `${server}.${NAMESPACE}`,
        `${server}.${NAMESPACE}.svc`,
        `${server}.${NAMESPACE}.svc.cluster.local`,
      ]) {
        assert.equal(certificate.checkHost(name), name);
      }
    });
  }

  test('takes Secrets that are there already', async () => {
    const all = await objects('postgres', {
      databases: ['api'],
      secrets: { create: false },
    });
    assert.ok(!has(all, 'Secret'));
    const pod = podOf(all, 'StatefulSet');
    assert.equal(
      volumeOf(pod, 'superuser').secret.secretName,
      'postgres-superuser',
    );
    // A release from before there was TLS has no certificate.
    assert.equal(volumeOf(pod, 'tls').secret.optional, true);
  });

  test('is upgraded from its first version: what cannot be changed is the same', async () => {
    const { spec } = find(
      await objects('postgres', { databases: ['api'] }),
      'StatefulSet',
    );
    const labels = {
      'app.kubernetes.io/name': 'postgres',
      'app.kubernetes.io/instance': 'postgres',
      'app.kubernetes.io/component': 'database',
    };
    assert.deepEqual(spec.selector, { matchLabels: labels });
    assert.equal(spec.serviceName, 'postgres-pods');
    assert.equal(spec.podManagementPolicy, undefined);
    assert.deepEqual(spec.volumeClaimTemplates, [
      {
        metadata: {
          name: 'data',
          labels: { ...labels, 'moorline.dev/environment': NAMESPACE },
        },
        spec: {
          accessModes: ['ReadWriteOnce'],
          resources: { requests: { storage: '8Gi' } },
        },
      },
    ]);
    // Pods that run signed in without TLS.
    assert.equal(
      variablesOf({ spec: spec.template.spec }).POSTGRES_TLS,
      'offered',
    );
  });

  test('keeps the disk and writes to nothing but its volumes', async () => {
    const all = await objects('postgres', { persistence: { size: '20Gi' } });
    const { spec } = find(all, 'StatefulSet');
    assert.deepEqual(spec.persistentVolumeClaimRetentionPolicy, {
      whenDeleted: 'Retain',
      whenScaled: 'Retain',
    });
    const [claim] = spec.volumeClaimTemplates;
    assert.equal(claim.spec.resources.requests.storage, '20Gi');
    // What the official image of PostgreSQL 18 mounts.
    const mounts = spec.template.spec.containers[0].volumeMounts;
    assert.equal(
      mounts.find(({ name }) => name === 'data').mountPath,
      '/var/lib/postgresql',
    );
  });

  test('passes settings to the server', async () => {
    const settings = { max_connections: 200, log_connections: true };
    const { spec } = podOf(
      await objects('postgres', { settings }),
      'StatefulSet',
    );
    assert.deepEqual(spec.containers[0].args, [
      'postgres',
      '-c',
      'log_connections=true',
      '-c',
      'max_connections=200',
    ]);
    const { spec: cluster } = find(
      await objects('postgres', {
        kind: 'cloudnativepg',
        databases: ['api'],
        settings,
      }),
      'Cluster',
    );
    assert.deepEqual(cluster.postgresql.parameters, {
      max_connections: '200',
      log_connections: 'true',
    });
  });

  test('lets in pods of its name, and of those its own jobs, alone', async () => {
    const all = await objects('postgres', {
      databases: ['api'],
      backup: { enabled: true },
    });
    const { spec } = find(all, 'NetworkPolicy', 'postgres');
    assert.equal(spec.ingress.length, 1);
    const [{ podSelector, ...more }] = spec.ingress[0].from;
    assert.deepEqual(more, {});
    assert.equal(spec.egress, undefined);
    const admitted = podsOf(all).filter(({ labels }) =>
      selects(podSelector, labels),
    );
    assert.deepEqual(admitted.map(({ name }) => name).sort(), [
      'CronJob postgres-backup',
      'Job postgres-databases',
      'Pod postgres-test-api',
    ]);
  });
});

describe('backups of a StatefulSet', () => {
  test('go to a container by the identity of the release', async () => {
    const all = await objects('postgres', {
      identity: { clientId },
      backup: { enabled: true, container, keepDays: 30 },
    });
    assert.equal(
      find(all, 'ServiceAccount').metadata.annotations[
        'azure.workload.identity/client-id'
      ],
      clientId,
    );
    const pod = podOf(all, 'CronJob');
    assert.equal(pod.labels['azure.workload.identity/use'], 'true');
    assert.equal(pod.spec.serviceAccountName, 'postgres');
    assert.equal(variablesOf(pod).MOORLINE_BACKUPS, `${container}/postgres`);
    assert.deepEqual(pod.spec.containers[0].args, [
      'backup',
      '--keep-days',
      '30',
    ]);
    assert.ok(!has(all, 'PersistentVolumeClaim'));
    // The server itself signs in to nothing.
    const { labels } = podOf(all, 'StatefulSet');
    assert.equal(labels['azure.workload.identity/use'], undefined);
  });

  test('go to a volume that stays, where there is no container', async () => {
    const all = await objects('postgres', { backup: { enabled: true } });
    const { metadata, spec } = find(all, 'PersistentVolumeClaim');
    assert.equal(metadata.annotations['helm.sh/resource-policy'], 'keep');
    assert.equal(spec.resources.requests.storage, '8Gi');
    const pod = podOf(all, 'CronJob');
    assert.equal(variablesOf(pod).MOORLINE_BACKUPS, '/backups');
    assert.equal(
      volumeOf(pod, 'backups').persistentVolumeClaim.claimName,
      metadata.name,
    );
    // Bound with the server's pod, since `helm --wait` waits for it; and a disk is attached to one node.
    const server = podOf(all, 'StatefulSet');
    assert.ok(volumeOf(server, 'backups'));
    const [{ labelSelector }] =
      pod.spec.affinity.podAffinity
        .requiredDuringSchedulingIgnoredDuringExecution;
    for (const [name, value] of Object.entries(labelSelector.matchLabels)) {
      assert.equal(server.labels[name], value);
    }
  });

  test('are restored before the server starts', async () => {
    const from = 'base-20261121T013000Z.tar.gz';
    for (const backup of [{ enabled: true }, { container }]) {
      const all = await objects('postgres', {
        identity: { clientId },
        backup,
        restore: { from },
      });
      const pod = podOf(all, 'StatefulSet');
      const [restore] = pod.spec.initContainers;
      assert.deepEqual(restore.args, ['restore', '--once', from]);
      const mounts = restore.volumeMounts.map(({ name }) => name);
      assert.ok(mounts.includes('data'));
      assert.equal(mounts.includes('backups'), !backup.container);
      assert.equal(Boolean(volumeOf(pod, 'backups')), !backup.container);
      assert.equal(pod.labels['azure.workload.identity/use'], 'true');
      const { spec } = find(all, 'NetworkPolicy', 'postgres');
      assert.equal(Boolean(spec.egress), Boolean(backup.container));
    }
  });
});

describe('CloudNativePG', () => {
  const values = {
    kind: 'cloudnativepg',
    databases: ['api', 'web'],
    identity: { clientId },
    backup: { enabled: true, container },
  };

  test('keeps the cluster, its databases and their backups', async () => {
    const all = await objects('postgres', values);
    for (const kind of ['StatefulSet', 'CronJob', 'ServiceAccount', 'Job']) {
      assert.ok(!has(all, kind), kind);
    }
    const { metadata, spec } = find(all, 'Cluster');
    assert.equal(metadata.annotations['helm.sh/resource-policy'], 'keep');
    assert.deepEqual(spec.bootstrap, {
      initdb: {
        dataChecksums: true,
        database: 'api',
        owner: 'api',
        secret: { name: 'postgres-api' },
      },
    });
    assert.deepEqual(
      spec.managed.roles.map(({ name, passwordSecret }) => [
        name,
        passwordSecret.name,
      ]),
      [['web', 'postgres-web']],
    );
    assert.deepEqual(
      all
        .filter(({ kind }) => kind === 'Database')
        .map(object => [object.spec.name, object.spec.owner]),
      [
        ['api', 'api'],
        ['web', 'web'],
      ],
    );
    const { spec: store } = find(all, 'ObjectStore');
    assert.equal(store.configuration.destinationPath, container);
    assert.equal(store.retentionPolicy, '14d');
    assert.equal(find(all, 'ScheduledBackup').spec.schedule, '0 30 1 * * *');
    assert.equal(
      spec.plugins[0].parameters.barmanObjectName,
      find(all, 'ObjectStore').metadata.name,
    );
  });

  test('its pods are closed but to their own clients, each other and the operator', async () => {
    const all = await objects('postgres', values);
    const { spec } = find(all, 'NetworkPolicy', 'postgres');
    const cluster = { 'cnpg.io/cluster': 'postgres' };
    assert.deepEqual(spec.podSelector.matchLabels, cluster);
    const [clients, operator] = spec.ingress;
    assert.deepEqual(clients.from, [
      {
        podSelector: { matchLabels: { 'moorline.dev/database': 'postgres' } },
      },
    ]);
    assert.deepEqual(clients.ports, [{ port: 5432, protocol: 'TCP' }]);
    assert.deepEqual(operator.from, [
      { podSelector: { matchLabels: cluster } },
      {
        namespaceSelector: {
          matchExpressions: [
            {
              key: 'kubernetes.io/metadata.name',
              operator: 'In',
              values: ['cnpg-system'],
            },
          ],
        },
      },
    ]);
    const pod = podOf(all, 'Pod');
    const { egress } = find(all, 'NetworkPolicy', 'postgres-test').spec;
    assert.ok(selects(clients.from[0].podSelector, pod.labels));
    assert.ok(
      egress.some(({ to }) =>
        to.some(({ podSelector }) =>
          podSelector ? selects(podSelector, cluster) : false,
        ),
      ),
    );
  });

  test('a new cluster begins with the backups of another, up to a time', async () => {
    const all = await objects(
      'postgres',
      {
        ...values,
        restore: { from: 'postgres', time: '2026-11-21T09:30:00Z' },
      },
      'postgres2',
    );
    const { spec } = find(all, 'Cluster', 'postgres2');
    assert.deepEqual(spec.bootstrap, {
      recovery: {
        source: 'postgres',
        database: 'api',
        owner: 'api',
        secret: { name: 'postgres2-api' },
        recoveryTarget: { targetTime: '2026-11-21T09:30:00Z' },
      },
    });
    const [{ name, plugin }] = spec.externalClusters;
    assert.equal(name, 'postgres');
    assert.deepEqual(plugin.parameters, {
      barmanObjectName: 'postgres2',
      serverName: 'postgres',
    });
  });
});

describe('a Flexible Server', () => {
  const values = {
    kind: 'flexibleServer',
    databases: ['api'],
    identity: { clientId },
    flexibleServer: {
      host,
      administrator: 'id-orders-postgres',
      rolePrefix: 'id-orders-',
    },
  };

  test('is reached without a password, by roles of identities', async () => {
    const all = await objects('postgres', values);
    assert.deepEqual(decoded(find(all, 'Secret', 'postgres-api')), {
      host,
      port: '5432',
      database: 'api',
      username: 'id-orders-api',
      sslmode: 'verify-full',
    });
    const pod = podOf(all, 'Job');
    assert.deepEqual(pod.spec.containers[0].args, [
      'entra-databases',
      'api=id-orders-api',
    ]);
    const { PGHOST, PGUSER, PGSSLMODE, PGPASSWORD } = variablesOf(pod);
    assert.deepEqual(
      { PGHOST, PGUSER, PGSSLMODE, PGPASSWORD },
      {
        PGHOST: host,
        PGUSER: 'id-orders-postgres',
        PGSSLMODE: 'verify-full',
        PGPASSWORD: undefined,
      },
    );
    assert.equal(pod.labels['azure.workload.identity/use'], 'true');
  });

  test('is all there is: nothing runs but the job and the test', async () => {
    const pods = podsOf(await objects('postgres', values));
    assert.deepEqual(pods.map(({ kind }) => kind).sort(), ['Job', 'Pod']);
    const others = { ...values.flexibleServer, administrator: '' };
    const none = await objects('postgres', {
      ...values,
      flexibleServer: others,
    });
    assert.deepEqual(podsOf(none), []);
  });
});

describe('postgres refuses', () => {
  const from = 'base-20261121T013000Z.tar.gz';
  const cnpg = { kind: 'cloudnativepg', databases: ['api'] };
  for (const [values, message] of [
    [{ password: 'secret' }, /password/],
    [{ kind: 'mysql' }, /kind/],
    [{ databases: ['Orders'] }, /databases/],
    [{ databases: ['api', 'api'] }, /databases/],
    [{ databases: ['superuser'] }, /databases/],
    [{ databases: ['tls'] }, /databases/],
    [{ persistence: { size: 8 } }, /persistence/],
    [{ settings: { 'bad name': 1 } }, /settings/],
    [{ environment: 'Orders' }, /environment/],
    [{ tls: 'maybe' }, /tls/],
    [{ backup: { schedule: 'daily' } }, /backup/],
    [{ backup: { container: `${container}?sig=secret` } }, /backup/],
    [{ backup: { keepDays: 0 } }, /backup/],
    [{ restore: { time: 'yesterday' } }, /restore/],
    [
      { image: 'docker.io/library/postgres:18.4' },
      /image is the official one.*leave image out/,
    ],
    [
      { flexibleServer: { host } },
      /flexibleServer\.host is for kind flexibleServer and not for statefulset/,
    ],
    [
      { kind: 'flexibleServer' },
      /flexibleServer\.host is empty: set it to the server's name/,
    ],
    [
      {
        kind: 'flexibleServer',
        flexibleServer: { host },
        backup: { enabled: true },
      },
      /backup\.enabled is true and kind is flexibleServer.*leave it out/,
    ],
    [
      { kind: 'flexibleServer', flexibleServer: { host }, restore: { from } },
      /restore\.from is set and kind is flexibleServer/,
    ],
    [{ restore: { from } }, /restore\.from is set and there are no backups/],
    [
      { backup: { enabled: true }, restore: { from: 'newest' } },
      /restore\.from is newest, which is no backup: give a name such as base-/,
    ],
    [
      { restore: { time: '2026-11-21T09:30:00Z' } },
      /restore\.time is for kind cloudnativepg with restore\.from/,
    ],
    [{ kind: 'cloudnativepg' }, /databases is empty and kind is cloudnativepg/],
    [{ ...cnpg, databases: ['ca'] }, /databases has ca.*another name/],
    [
      { ...cnpg, backup: { enabled: true } },
      /backup\.container is empty: .*set it/,
    ],
    [
      { ...cnpg, backup: { container }, restore: { from: 'postgres' } },
      /cannot begin with its own backups/,
    ],
  ]) {
    test(JSON.stringify(values), async () => {
      const { code, stderr } = await template('postgres', values);
      assert.notEqual(code, 0, 'it was accepted');
      assert.match(stderr, message);
    });
  }
});
