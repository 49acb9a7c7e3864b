// The charts: lint, render, what every object and pod must have, and bad values; offline, with the real Helm.
// Run: node --test charts/tests/charts.test.mjs    (MOORLINE_HELM names the binary when it is not on PATH)
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { renderEnvironment } from '../../infra/tests/lib/template.mjs';
import { root, run, succeed, tool } from '../../infra/tests/lib/tools.mjs';

const yaml = createRequire(path.join(root, 'packages/sandbox/package.json'))(
  'yaml',
);
const helm = tool('helm', 'MOORLINE_HELM');
const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'moorline-charts-'));
const charts = path.join(temporary, 'charts');
const NAMESPACE = 'orders-dev';

before(async () => {
  // Dependencies are gathered in a copy, as the pipeline does in its checkout.
  fs.cpSync(path.join(root, 'charts'), charts, {
    recursive: true,
    filter: file => !file.endsWith('.tgz'),
  });
  for (const chart of ['trpc-api', 'postgres']) {
    await succeed(helm, [
      'dependency',
      'build',
      path.join(charts, chart),
      '--skip-refresh',
    ]);
  }
});
after(() => fs.rmSync(temporary, { recursive: true, force: true }));

let written = 0;
/** Arguments that hand Helm values: a file, an object, or nothing. */
function valueArguments(values) {
  if (values === undefined) return [];
  if (typeof values === 'string') return ['--values', values];
  const file = path.join(temporary, `values-${written++}.yaml`);
  fs.writeFileSync(file, yaml.stringify(values));
  return ['--values', file];
}

const template = (chart, values, release) =>
  run(helm, [
    'template',
    release,
    path.join(charts, chart),
    '--namespace',
    NAMESPACE,
    ...valueArguments(values),
  ]);

async function objects(chart, values, release = chart) {
  const { code, stdout, stderr } = await template(chart, values, release);
  assert.equal(code, 0, stderr);
  return yaml
    .parseAllDocuments(stdout)
    .map(document => document.toJS())
    .filter(Boolean);
}

const find = (all, kind, name) => {
  const found = all.find(
    object => object.kind === kind && (!name || object.metadata.name === name),
  );
  assert.ok(found, `there is no ${kind} ${name ?? ''}`);
  return found;
};

/** Every pod, or template of pods, with its labels. */
const podsOf = all =>
  all.flatMap(object => {
    const pod = object.kind === 'Pod' ? object : object.spec?.template;
    return pod?.spec?.containers
      ? [
          {
            name: `${object.kind} ${object.metadata.name}`,
            kind: object.kind,
            labels: pod.metadata.labels,
            annotations: pod.metadata.annotations ?? {},
            spec: pod.spec,
          },
        ]
      : [];
  });

const selects = (selector, labels) =>
  Object.entries(selector.matchLabels ?? {}).every(
    ([name, value]) => labels[name] === value,
  );

const ci = name => path.join(root, 'charts', name, 'ci');
const cases = ['trpc-api', 'postgres'].flatMap(chart => [
  { chart, name: 'its defaults', values: undefined },
  ...fs.readdirSync(ci(chart)).map(file => ({
    chart,
    name: file,
    values: path.join(ci(chart), file),
  })),
]);

for (const { chart, name, values } of cases) {
  describe(`${chart} with ${name}`, () => {
    test('lints without a warning', async () => {
      await succeed(helm, [
        'lint',
        path.join(charts, chart),
        '--strict',
        '--namespace',
        NAMESPACE,
        ...valueArguments(values),
      ]);
    });

    test('labels every object and pod with the environment', async () => {
      const all = await objects(chart, values);
      const expected = values?.endsWith('full-values.yaml')
        ? 'orders-prod'
        : 'orders-dev';
      for (const { kind, metadata } of all) {
        const label = metadata.labels?.['moorline.dev/environment'];
        assert.equal(label, expected, `${kind} ${metadata.name}`);
        assert.equal(metadata.labels['app.kubernetes.io/name'], chart);
        assert.equal(metadata.labels['app.kubernetes.io/instance'], chart);
      }
      for (const { name: pod, labels } of podsOf(all)) {
        assert.equal(labels['moorline.dev/environment'], expected, pod);
      }
    });

    test('has pods that the restricted level lets in', async () => {
      const pods = podsOf(await objects(chart, values));
      assert.ok(pods.length > 0);
      for (const { name: pod, spec } of pods) {
        assert.equal(spec.automountServiceAccountToken, false, pod);
        assert.equal(spec.securityContext.runAsNonRoot, true, pod);
        assert.ok(spec.securityContext.runAsUser > 0, pod);
        assert.deepEqual(
          spec.securityContext.seccompProfile,
          { type: 'RuntimeDefault' },
          pod,
        );
        for (const field of ['hostNetwork', 'hostPID', 'hostIPC']) {
          assert.equal(spec[field], undefined, `${pod} ${field}`);
        }
        for (const volume of spec.volumes ?? []) {
          assert.equal(volume.hostPath, undefined, `${pod} ${volume.name}`);
        }
        const containers = [...(spec.initContainers ?? []), ...spec.containers];
        for (const { securityContext, resources, image } of containers) {
          assert.deepEqual(
            securityContext,
            {
              allowPrivilegeEscalation: false,
              readOnlyRootFilesystem: true,
              capabilities: { drop: ['ALL'] },
            },
            pod,
          );
          for (const part of ['requests', 'limits']) {
            assert.ok(resources[part].cpu, `${pod} ${part} cpu`);
            assert.ok(resources[part].memory, `${pod} ${part} memory`);
          }
          assert.doesNotMatch(image, /:latest$/);
          assert.match(image, /:[^/]+$/, `${pod} names no tag or digest`);
        }
      }
    });

    test('closes the network of every pod but for what is named', async () => {
      const all = await objects(chart, values);
      const policies = all.filter(({ kind }) => kind === 'NetworkPolicy');
      for (const { name: pod, labels } of podsOf(all)) {
        const covering = policies.filter(({ spec }) =>
          selects(spec.podSelector, labels),
        );
        assert.equal(covering.length, 1, `${pod} has one policy`);
        assert.deepEqual(covering[0].spec.policyTypes, ['Ingress', 'Egress']);
        for (const rule of covering[0].spec.ingress ?? []) {
          assert.ok(rule.from?.length, `${pod} is open to everyone`);
          assert.ok(rule.ports?.length, `${pod} is open on every port`);
        }
        for (const rule of covering[0].spec.egress ?? []) {
          assert.ok(rule.to?.length, `${pod} may go anywhere`);
          assert.ok(rule.ports?.length, `${pod} may go to every port`);
        }
      }
    });

    test('probes what serves, and lets it be drained', async () => {
      const all = await objects(chart, values);
      const serving = podsOf(all).filter(({ kind }) =>
        ['Deployment', 'StatefulSet'].includes(kind),
      );
      assert.equal(serving.length, 1);
      const [{ labels, spec }] = serving;
      for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe']) {
        assert.ok(spec.containers[0][probe], probe);
      }
      const budget = find(all, 'PodDisruptionBudget');
      assert.ok(selects(budget.spec.selector, labels));
      assert.equal(budget.spec.unhealthyPodEvictionPolicy, 'AlwaysAllow');
      const service = find(all, 'Service', chart);
      assert.ok(selects({ matchLabels: service.spec.selector }, labels));
      const others = podsOf(all).filter(pod => pod.labels !== labels);
      for (const other of others) {
        assert.ok(
          !selects({ matchLabels: service.spec.selector }, other.labels),
          `the Service would send requests to ${other.name}`,
        );
      }
    });
  });
}

describe('trpc-api', () => {
  test('leaves the number of copies to the autoscaler', async () => {
    const all = await objects('trpc-api', {
      replicas: 7,
      autoscaling: { enabled: true, minReplicas: 3, maxReplicas: 9 },
    });
    assert.equal(find(all, 'Deployment').spec.replicas, undefined);
    const { spec } = find(all, 'HorizontalPodAutoscaler');
    assert.deepEqual([spec.minReplicas, spec.maxReplicas], [3, 9]);
  });

  test('restarts its pods when its configuration changes', async () => {
    const checksum = async values =>
      podsOf(await objects('trpc-api', values))[0].annotations[
        'checksum/config'
      ];
    const [before_, same, changed] = await Promise.all([
      checksum({ config: { LEVEL: 'info' } }),
      checksum({ config: { LEVEL: 'info' } }),
      checksum({ config: { LEVEL: 'debug' } }),
    ]);
    assert.equal(before_, same);
    assert.notEqual(before_, changed);
  });

  test('is routed by the Gateway that is named', async () => {
    const all = await objects('trpc-api', {
      host: 'api.example.com',
      gateway: { name: 'public', namespace: 'gateways' },
    });
    const { spec } = find(all, 'HTTPRoute');
    assert.deepEqual(spec.hostnames, ['api.example.com']);
    assert.deepEqual(spec.parentRefs, [
      { name: 'public', namespace: 'gateways' },
    ]);
    const none = await objects('trpc-api', { host: 'api.example.com' });
    assert.ok(!none.some(({ kind }) => kind === 'HTTPRoute'));
  });

  test('runs without a database', async () => {
    const all = await objects('trpc-api', { database: { release: '' } });
    const [{ spec, labels }] = podsOf(all);
    assert.deepEqual(
      spec.containers[0].env.map(({ name }) => name),
      ['PORT'],
    );
    assert.equal(labels['moorline.dev/database'], undefined);
  });

  test('signs in to Azure as the identity that is given', async () => {
    const clientId = '00000000-0000-4000-8000-000000000009';
    const all = await objects('trpc-api', { identity: { clientId } });
    assert.equal(
      find(all, 'ServiceAccount').metadata.annotations[
        'azure.workload.identity/client-id'
      ],
      clientId,
    );
    assert.equal(podsOf(all)[0].labels['azure.workload.identity/use'], 'true');
  });
});

describe('postgres', () => {
  test('writes passwords into Secrets and nowhere else', async () => {
    const all = await objects('postgres', { databases: ['api', 'web'] });
    const secrets = all.filter(({ kind }) => kind === 'Secret');
    assert.deepEqual(
      secrets.map(({ metadata }) => metadata.name),
      ['postgres-superuser', 'postgres-api', 'postgres-web'],
    );
    const rest = JSON.stringify(all.filter(({ kind }) => kind !== 'Secret'));
    const passwords = secrets.map(({ metadata, data }) => {
      assert.equal(metadata.annotations['helm.sh/resource-policy'], 'keep');
      return Buffer.from(data.password, 'base64').toString();
    });
    assert.equal(new Set(passwords).size, 3);
    for (const password of passwords) {
      assert.match(password, /^[A-Za-z0-9]{40}$/);
      assert.ok(!rest.includes(password));
    }
  });

  test('takes Secrets that are there already', async () => {
    const all = await objects('postgres', {
      databases: ['api'],
      secrets: { create: false },
    });
    assert.ok(!all.some(({ kind }) => kind === 'Secret'));
    const pod = podsOf(all).find(({ kind }) => kind === 'StatefulSet');
    assert.equal(
      pod.spec.volumes.find(({ name }) => name === 'superuser').secret
        .secretName,
      'postgres-superuser',
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
    const all = await objects('postgres', {
      settings: { max_connections: 200, log_connections: true },
    });
    const [{ spec }] = podsOf(all).filter(({ kind }) => kind === 'StatefulSet');
    assert.deepEqual(spec.containers[0].args, [
      'postgres',
      '-c',
      'log_connections=true',
      '-c',
      'max_connections=200',
    ]);
  });
});

describe('the releases of a generated environment', () => {
  const spec = {
    name: NAMESPACE,
    tier: 'dev',
    owner: 'group:default/team-orders',
    region: 'westeurope',
    size: 'small',
    addressRange: '10.20.16.0/20',
    database: 'statefulset',
    services: ['api', 'web'].map(name => ({
      name,
      image: 'ghcr.io/moorline/trpc-api:0.1.0',
      replicas: 2,
      host: `${name}.${NAMESPACE}.moorline.localhost`,
    })),
  };
  const folder = path.join(temporary, 'environment');
  const valuesOf = release => path.join(folder, 'values', `${release}.yaml`);
  before(() => renderEnvironment(spec, folder));

  test('fit together: each service finds its database', async () => {
    const database = await objects('postgres', valuesOf('postgres'));
    const policy = find(database, 'NetworkPolicy', 'postgres');
    const server = podsOf(database).find(({ kind }) => kind === 'StatefulSet');
    for (const service of ['api', 'web']) {
      const all = await objects('trpc-api', valuesOf(service), service);
      const [pod] = podsOf(all).filter(({ kind }) => kind === 'Deployment');
      for (const { valueFrom } of pod.spec.containers[0].env) {
        if (!valueFrom) continue;
        const { name, key } = valueFrom.secretKeyRef;
        assert.ok(find(database, 'Secret', name).data[key], `${name} ${key}`);
      }
      const [{ from }] = policy.spec.ingress;
      assert.ok(
        from.some(({ podSelector }) => selects(podSelector, pod.labels)),
        `the database would not let in ${service}`,
      );
      const { egress } = find(all, 'NetworkPolicy', service).spec;
      assert.ok(
        egress.some(({ to }) =>
          to.some(
            ({ podSelector }) =>
              podSelector && selects(podSelector, server.labels),
          ),
        ),
        `${service} may not call the database`,
      );
      assert.equal(find(all, 'Deployment', service).spec.replicas, 2);
      assert.equal(
        find(all, 'ConfigMap', service).data.PUBLIC_URL,
        `https://${service}.${NAMESPACE}.moorline.localhost`,
      );
    }
  });
});

describe('bad values are refused', () => {
  for (const [chart, values, message] of [
    ['trpc-api', { replica: 2 }, /replica\b/],
    ['trpc-api', { replicas: 'two' }, /replicas/],
    ['trpc-api', { replicas: -1 }, /replicas/],
    ['trpc-api', { image: 'ghcr.io/moorline/trpc-api:latest' }, /image/],
    ['trpc-api', { image: 'ghcr.io/moorline/trpc-api' }, /image/],
    ['trpc-api', { host: 'Not A Host' }, /host/],
    ['trpc-api', { port: 80 }, /port/],
    ['trpc-api', { config: { 'lower-case': 'x' } }, /config/],
    ['trpc-api', { resources: { requests: { cpus: 1 } } }, /resources/],
    ['trpc-api', { autoscaling: { enabled: 'maybe' } }, /autoscaling/],
    [
      'trpc-api',
      { autoscaling: { enabled: true, minReplicas: 9, maxReplicas: 3 } },
      /autoscaling\.maxReplicas must not be below autoscaling\.minReplicas: raise/,
    ],
    [
      'trpc-api',
      { gateway: { name: 'public' } },
      /gateway\.name is set and host is not: set host/,
    ],
    ['postgres', { password: 'secret' }, /password/],
    ['postgres', { databases: ['Orders'] }, /databases/],
    ['postgres', { databases: ['api', 'api'] }, /databases/],
    ['postgres', { databases: ['superuser'] }, /databases/],
    ['postgres', { persistence: { size: 8 } }, /persistence/],
    ['postgres', { settings: { 'bad name': 1 } }, /settings/],
    ['postgres', { environment: 'Orders' }, /environment/],
  ]) {
    test(`${chart} ${JSON.stringify(values)}`, async () => {
      const { code, stderr } = await template(chart, values, 'release');
      assert.notEqual(code, 0, 'it was accepted');
      assert.match(stderr, message);
    });
  }
});
