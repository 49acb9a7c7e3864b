// How a service is reached from outside, and by whom alone.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { find, has, objects } from './lib/charts.mjs';

const host = 'api.example.com';
const api = values => objects('trpc-api', { host, ...values }, 'api');
/** Namespaces from which a release's pods may be called. */
const callers = all =>
  find(all, 'NetworkPolicy', 'api').spec.ingress.flatMap(({ from }) =>
    from.flatMap(
      ({ namespaceSelector }) =>
        namespaceSelector?.matchExpressions[0].values ?? [],
    ),
  );

describe('a service is reached', () => {
  test('by the Gateway that is named, whose namespace may call it', async () => {
    const all = await api({
      gateway: { name: 'edge', namespace: 'edges', sectionName: 'https' },
      paths: ['/trpc', '/health'],
    });
    const { spec } = find(all, 'HTTPRoute');
    assert.deepEqual(spec.hostnames, [host]);
    assert.deepEqual(spec.parentRefs, [
      { name: 'edge', namespace: 'edges', sectionName: 'https' },
    ]);
    assert.deepEqual(
      spec.rules[0].matches.map(({ path }) => path.value),
      ['/trpc', '/health'],
    );
    assert.deepEqual(callers(all), ['edges']);
  });

  test('by an Ingress, where that is wanted', async () => {
    const all = await api({
      exposure: 'ingress',
      ingress: { className: 'nginx', tlsSecret: 'api-tls' },
      networkPolicy: { gatewayNamespaces: ['app-routing-system'] },
    });
    assert.ok(!has(all, 'HTTPRoute'));
    const { spec } = find(all, 'Ingress');
    assert.equal(spec.ingressClassName, 'nginx');
    assert.deepEqual(spec.tls, [{ hosts: [host], secretName: 'api-tls' }]);
    assert.deepEqual(callers(all), ['app-routing-system']);
  });

  test('by a gateway outside the cluster, from its addresses', async () => {
    const all = await api({
      networkPolicy: { gatewayAddressRanges: ['10.20.30.0/24'] },
    });
    const text = JSON.stringify(find(all, 'NetworkPolicy', 'api').spec.ingress);
    assert.ok(text.includes('10.20.30.0/24'));
  });

  test('by nobody, without a host or with exposure none', async () => {
    for (const values of [{ host: '' }, { exposure: 'none' }]) {
      const all = await api(values);
      assert.ok(!has(all, 'HTTPRoute') && !has(all, 'Ingress'));
      assert.deepEqual(callers(all), []);
    }
  });
});

test('images are pulled with the credentials that are named', async () => {
  const all = await api({
    imagePullSecrets: ['registry'],
    migration: { enabled: true },
  });
  const pods = [
    find(all, 'Deployment').spec.template,
    find(all, 'Job').spec.template,
    find(all, 'Pod'),
  ];
  for (const { spec } of pods) {
    assert.deepEqual(spec.imagePullSecrets, [{ name: 'registry' }]);
  }
});
