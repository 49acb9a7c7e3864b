// The releases of a generated environment, and whether they fit together.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { renderEnvironment } from '../../infra/tests/lib/template.mjs';
import { find, NAMESPACE, objects, podsOf, selects } from './lib/charts.mjs';

const specOf = (tier, database) => ({
  name: NAMESPACE,
  tier,
  owner: 'group:default/team-orders',
  region: 'westeurope',
  size: 'small',
  addressRange: '10.20.16.0/20',
  database,
  services: ['api', 'web'].map(name => ({
    name,
    image: 'ghcr.io/moorline/trpc-api:0.1.0',
    replicas: 2,
    host: `${name}.${NAMESPACE}.moorline.localhost`,
  })),
});

/** The folder of a generated environment, by the values file of each release. */
async function generated(tier, database) {
  const folder = fs.mkdtempSync(
    path.join(os.tmpdir(), 'moorline-environment-'),
  );
  after(() => fs.rmSync(folder, { recursive: true, force: true }));
  await renderEnvironment(specOf(tier, database), folder);
  return release => path.join(folder, 'values', `${release}.yaml`);
}

describe('the releases of a generated environment', () => {
  test('fit together: each service finds its database', async () => {
    const valuesOf = await generated('dev', 'statefulset');
    const database = await objects('postgres', valuesOf('postgres'));
    const policy = find(database, 'NetworkPolicy', 'postgres');
    const server = podsOf(database).find(({ kind }) => kind === 'StatefulSet');
    for (const service of ['api', 'web']) {
      const all = await objects('trpc-api', valuesOf(service), service);
      const [pod] = podsOf(all).filter(({ kind }) => kind === 'Deployment');
      for (const { valueFrom } of pod.spec.containers[0].env) {
        if (!valueFrom?.secretKeyRef) continue;
        const { name, key, optional } = valueFrom.secretKeyRef;
        const { data } = find(database, 'Secret', name);
        assert.ok(data[key] || optional, `${name} ${key}`);
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

  test('back the database up: in the cluster for dev, else to the storage account', async () => {
    for (const [tier, place] of [
      ['dev', '/backups'],
      [
        'prod',
        'https://stordersdev.blob.core.windows.net/database-backups/postgres',
      ],
    ]) {
      const valuesOf = await generated(tier, 'statefulset');
      const all = await objects('postgres', valuesOf('postgres'));
      const { spec } = podsOf(all).find(({ kind }) => kind === 'CronJob');
      const { env } = spec.containers[0];
      assert.equal(
        env.find(({ name }) => name === 'MOORLINE_BACKUPS').value,
        place,
      );
    }
  });

  test('fit together where Azure keeps the database: services have the roles that are made', async () => {
    const valuesOf = await generated('dev', 'flexibleServer');
    const database = await objects('postgres', valuesOf('postgres'));
    const [job] = podsOf(database).filter(({ kind }) => kind === 'Job');
    const variablesOf = ({ spec }) =>
      Object.fromEntries(
        spec.containers[0].env.map(({ name, value }) => [name, value]),
      );
    assert.equal(variablesOf(job).PGUSER, `id-${NAMESPACE}-postgres`);
    for (const service of ['api', 'web']) {
      const all = await objects('trpc-api', valuesOf(service), service);
      const [pod] = podsOf(all).filter(({ kind }) => kind === 'Deployment');
      const { PGHOST, PGUSER, PGDATABASE } = variablesOf(pod);
      assert.equal(PGHOST, variablesOf(job).PGHOST);
      assert.ok(
        job.spec.containers[0].args.includes(`${PGDATABASE}=${PGUSER}`),
        `${service} has no role`,
      );
    }
  });
});
