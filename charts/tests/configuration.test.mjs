// What the pods are told: variables, secrets, files, identity, and where their database is.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { find, has, objects, podsOf, serversOf, yaml } from './lib/charts.mjs';

const clientId = '00000000-0000-4000-8000-000000000009';
const tenantId = '00000000-0000-4000-8000-0000000000aa';
const api = values => objects('trpc-api', values, 'api');
const server = all => serversOf(all)[0];
const variables = all =>
  Object.fromEntries(
    server(all).spec.containers[0].env.map(({ name, value, valueFrom }) => [
      name,
      value ?? valueFrom,
    ]),
  );

test('pods restart when their variables or secrets change, and only then', async () => {
  const checksums = async values => server(await api(values)).annotations;
  const base = { config: { LEVEL: 'info' }, secrets: { values: { KEY: 'a' } } };
  const before = await checksums(base);
  assert.deepEqual(await checksums({ ...base, replicas: 4 }), before);
  for (const change of [
    { config: { LEVEL: 'debug' } },
    { secrets: { values: { KEY: 'b' } } },
  ]) {
    assert.notDeepEqual(await checksums({ ...base, ...change }), before);
  }
});

describe('secrets', () => {
  const keyVault = {
    name: 'kv-orders',
    tenantId,
    objects: { SESSION_KEY: 'session-key', TOKEN: 'session-key' },
  };

  test('come from a Key Vault, by the identity of the pods', async () => {
    const all = await api({ identity: { clientId }, secrets: { keyVault } });
    assert.ok(!has(all, 'Secret'));
    const { spec } = find(all, 'SecretProviderClass', 'api');
    assert.deepEqual(
      yaml
        .parse(spec.parameters.objects)
        .array.map(item => yaml.parse(item).objectName),
      ['session-key'],
    );
    assert.equal(spec.parameters.clientID, clientId);
    const [synced] = spec.secretObjects;
    assert.deepEqual(
      synced.data.map(({ key }) => key),
      ['SESSION_KEY', 'TOKEN'],
    );
    const pod = server(all);
    assert.deepEqual(pod.spec.containers[0].envFrom[1], {
      secretRef: { name: synced.secretName },
    });
    assert.equal(
      pod.spec.volumes.find(({ name }) => name === 'secrets').csi
        .volumeAttributes.secretProviderClass,
      'api',
    );
    assert.equal(pod.labels['azure.workload.identity/use'], 'true');
    assert.equal(
      find(all, 'ServiceAccount').metadata.annotations[
        'azure.workload.identity/client-id'
      ],
      clientId,
    );
  });

  test('stand in a Secret for dev, and nowhere else', async () => {
    const all = await api({ secrets: { values: { KEY: 'for-dev-only' } } });
    assert.equal(find(all, 'Secret').stringData.KEY, 'for-dev-only');
    const rest = all.filter(({ kind }) => kind !== 'Secret');
    assert.ok(!JSON.stringify(rest).includes('for-dev-only'));
  });

  test('may be there already', async () => {
    const all = await api({ secrets: { existing: 'mine' } });
    assert.deepEqual(server(all).spec.containers[0].envFrom[1], {
      secretRef: { name: 'mine' },
    });
  });
});

describe('the database', () => {
  test('is found by the Secret of the chart postgres', async () => {
    for (const kind of ['statefulset', 'cloudnativepg']) {
      const all = await api({ database: { kind, name: 'orders' } });
      assert.deepEqual(variables(all).PGHOST, {
        secretKeyRef: { name: 'postgres-orders', key: 'host' },
      });
      assert.equal(variables(all).PGSSLROOTCERT.secretKeyRef.optional, true);
      assert.equal(server(all).labels['moorline.dev/database'], 'postgres');
    }
  });

  test('is a Flexible Server, with no password but an identity', async () => {
    const host = 'psql-orders.postgres.database.azure.com';
    const all = await api({
      database: {
        kind: 'flexibleServer',
        host,
        name: 'orders',
        username: 'id-orders-api',
        addressRange: '10.20.16.0/20',
      },
    });
    const { PGHOST, PGUSER, PGSSLMODE, PGPASSWORD } = variables(all);
    assert.deepEqual(
      [PGHOST, PGUSER, PGSSLMODE, PGPASSWORD],
      [host, 'id-orders-api', 'verify-full', undefined],
    );
    const { egress } = find(all, 'NetworkPolicy', 'api').spec;
    assert.deepEqual(egress.find(({ ports }) => ports[0].port === 5432).to, [
      { ipBlock: { cidr: '10.20.16.0/20' } },
    ]);
  });

  test('may be none, and is then out of reach', async () => {
    const all = await api({ database: { kind: 'none' } });
    assert.ok(!Object.keys(variables(all)).some(name => name.startsWith('PG')));
    assert.equal(server(all).labels['moorline.dev/database'], undefined);
    const { egress } = find(all, 'NetworkPolicy', 'api').spec;
    assert.ok(!egress.some(({ ports }) => ports[0].port === 5432));
  });
});

describe('the migration', () => {
  const migration = { enabled: true, arguments: ['migrate'] };

  test('runs before a release with all that it needs', async () => {
    const all = await api({
      migration,
      identity: { clientId },
      secrets: {
        keyVault: { name: 'kv-orders', tenantId, objects: { KEY: 'key' } },
      },
    });
    const job = find(all, 'Job', 'api-migration');
    const { spec, labels } = podsOf([job])[0];
    assert.deepEqual(spec.containers[0].args, ['migrate']);
    assert.equal(labels['moorline.dev/database'], 'postgres');
    const needed = all.filter(
      ({ metadata }) => metadata.annotations?.['helm.sh/hook-weight'] === '-10',
    );
    assert.deepEqual(
      needed.map(({ kind, metadata }) => [kind, metadata.name]).sort(),
      [
        'ConfigMap',
        'NetworkPolicy',
        'SecretProviderClass',
        'ServiceAccount',
      ].map(kind => [kind, 'api-migration']),
    );
    for (const { metadata } of [job, ...needed]) {
      assert.equal(
        metadata.annotations['helm.sh/hook'],
        'pre-install,pre-upgrade',
      );
    }
    assert.equal(spec.serviceAccountName, 'api-migration');
  });

  test('has an image of its own where it is another', async () => {
    const image = 'ghcr.io/moorline/migrations:0.2.0';
    const all = await api({ migration: { ...migration, image } });
    const { spec } = podsOf([find(all, 'Job')])[0];
    assert.equal(spec.containers[0].image, image);
  });
});

describe('the portal', () => {
  const configuration = async values => {
    const all = await objects('portal', values, 'portal');
    const { data } = find(all, 'ConfigMap', 'portal-files');
    return yaml.parse(data['app-config.production.yaml']);
  };

  test('is told its address and database; what is secret stays a variable', async () => {
    const { app, backend } = await configuration({ host: 'portal.example' });
    assert.equal(app.baseUrl, 'https://portal.example');
    assert.deepEqual(backend.listen, { host: '0.0.0.0', port: 7007 });
    assert.equal(backend.database.connection.password, '${PGPASSWORD}');
  });

  test('signs in to a Flexible Server as an identity', async () => {
    const { backend } = await configuration({
      host: 'portal.example',
      database: { kind: 'flexibleServer', host: 'psql.example.com' },
    });
    assert.equal(backend.database.connection.type, 'azure');
    assert.equal(backend.database.connection.password, undefined);
  });

  test('takes what it is configured with beside that', async () => {
    const { app } = await configuration({
      host: 'portal.example',
      appConfig: { app: { title: 'Orders' } },
    });
    assert.deepEqual(app, {
      title: 'Orders',
      baseUrl: 'https://portal.example',
    });
  });

  test('lets no guest in, unless it is told to', async () => {
    const guestOf = async auth =>
      (await configuration({ host: 'portal.example', appConfig: { auth } }))
        .auth.providers.guest;
    assert.equal(await guestOf(undefined), null);
    assert.equal(await guestOf({ session: {} }), null);
    assert.equal(await guestOf({ providers: { microsoft: {} } }), null);
    const guest = { dangerouslyAllowOutsideDevelopment: true };
    assert.deepEqual(await guestOf({ providers: { guest } }), guest);
  });
});

test('the worker is told what it keeps, when it looks, and as whom', async () => {
  const values = {
    archive: { url: 'https://stmoorline.blob.core.windows.net/runs' },
    schedules: { drift: '0 */6 * * *', usage: 'never' },
    costs: { scope: '/subscriptions/1' },
    azure: { endpoint: 'https://management.usgovcloudapi.net' },
    identity: { clientId },
  };
  const all = await objects('worker', values, 'worker');
  const {
    MOORLINE_ARCHIVE_URL,
    MOORLINE_DRIFT_SCHEDULE,
    MOORLINE_USAGE_SCHEDULE,
    MOORLINE_COSTS_SCOPE,
    MOORLINE_AZURE_ENDPOINT,
  } = variables(all);
  assert.deepEqual(
    {
      archive: { url: MOORLINE_ARCHIVE_URL },
      schedules: {
        drift: MOORLINE_DRIFT_SCHEDULE,
        usage: MOORLINE_USAGE_SCHEDULE,
      },
      costs: { scope: MOORLINE_COSTS_SCOPE },
      azure: { endpoint: MOORLINE_AZURE_ENDPOINT },
      identity: { clientId },
    },
    values,
  );
  assert.equal(server(all).labels['azure.workload.identity/use'], 'true');
  const plain = variables(await objects('worker', {}, 'worker'));
  assert.ok(!('MOORLINE_ARCHIVE_URL' in plain));
});
