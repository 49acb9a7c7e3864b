// The releases of a generated environment, and whether they fit together.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { renderEnvironment } from '../../infra/tests/lib/template.mjs';
import { find, NAMESPACE, objects, podsOf, selects } from './lib/charts.mjs';

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
  const folder = fs.mkdtempSync(
    path.join(os.tmpdir(), 'moorline-environment-'),
  );
  after(() => fs.rmSync(folder, { recursive: true, force: true }));
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
});
