// How a new version takes over: who runs, who is reached, and with which share of the requests.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { find, has, objects, podsOf, selects } from './lib/charts.mjs';

const OLD = 'ghcr.io/moorline/trpc-api:0.1.0';
const NEW = 'ghcr.io/moorline/trpc-api:0.2.0';
const release = (strategy, more = {}) =>
  objects(
    'trpc-api',
    { image: OLD, host: 'api.example.com', strategy, ...more },
    'api',
  );

/** Image of the pods that a Service leads to. */
function behind(all, service) {
  const { selector } = find(all, 'Service', service).spec;
  const [pod] = podsOf(all).filter(({ labels }) =>
    selects({ matchLabels: selector }, labels),
  );
  return pod.spec.containers[0].image;
}

/** Share of the requests from outside, by image. */
function shares(all) {
  const [{ backendRefs }] = find(all, 'HTTPRoute').spec.rules;
  return backendRefs.map(({ name, weight }) => [behind(all, name), weight]);
}

describe('a canary by Helm', () => {
  const canary = (weight, image = NEW) => ({
    type: 'canary',
    canary: { image, weight, replicas: 2 },
  });

  test('has the share that is asked for, and callers inside none', async () => {
    const all = await release(canary(10), { replicas: 5 });
    assert.deepEqual(shares(all), [
      [OLD, 90],
      [NEW, 10],
    ]);
    assert.equal(behind(all, 'api'), OLD);
    assert.equal(find(all, 'Deployment', 'api').spec.replicas, 5);
    assert.equal(find(all, 'Deployment', 'api-canary').spec.replicas, 2);
  });

  test('keeps its copies when the others are scaled', async () => {
    const all = await release(canary(10), { autoscaling: { enabled: true } });
    const scaled = all.filter(({ kind }) => kind === 'HorizontalPodAutoscaler');
    assert.deepEqual(
      scaled.map(({ spec }) => spec.scaleTargetRef.name),
      ['api'],
    );
    assert.equal(find(all, 'Deployment', 'api-canary').spec.replicas, 2);
  });

  test('is not there without an image', async () => {
    const all = await release(canary(0, ''));
    assert.deepEqual(shares(all), [[OLD, 100]]);
  });
});

describe('blue/green by Helm', () => {
  const blueGreen = (active, image = NEW) => ({
    type: 'blueGreen',
    blueGreen: { active, image },
  });

  test('moves all requests at once, from outside and inside', async () => {
    const before = await release(blueGreen('blue'));
    assert.deepEqual(shares(before), [
      [OLD, 100],
      [NEW, 0],
    ]);
    assert.equal(behind(before, 'api'), OLD);
    const after = await release(blueGreen('green'));
    assert.deepEqual(shares(after), [
      [OLD, 0],
      [NEW, 100],
    ]);
    assert.equal(behind(after, 'api'), NEW);
    // Nothing but the way to them changes: no pod restarts.
    const pods = all => podsOf(all).map(({ name, spec }) => [name, spec]);
    assert.deepEqual(pods(after), pods(before));
  });

  test('scales both, so that each can take everything', async () => {
    const all = await release(blueGreen('blue'), {
      autoscaling: { enabled: true, minReplicas: 3 },
    });
    for (const name of ['api', 'api-green']) {
      assert.equal(find(all, 'Deployment', name).spec.replicas, undefined);
      const scaler = find(all, 'HorizontalPodAutoscaler', name);
      assert.equal(scaler.spec.minReplicas, 3);
    }
  });

  test('goes without a Gateway too', async () => {
    const all = await release(blueGreen('green'), { exposure: 'ingress' });
    const [{ http }] = find(all, 'Ingress').spec.rules;
    assert.equal(behind(all, http.paths[0].backend.service.name), NEW);
  });
});

test('a release changes its strategy without a gap: its Deployment stays', async () => {
  const deployments = await Promise.all(
    [
      { type: 'rolling' },
      { type: 'canary', canary: { image: NEW, weight: 1 } },
      { type: 'blueGreen', blueGreen: { image: NEW } },
    ].map(async strategy => find(await release(strategy), 'Deployment', 'api')),
  );
  assert.deepEqual(deployments[1], deployments[0]);
  assert.deepEqual(deployments[2], deployments[0]);
});

describe('Argo Rollouts', () => {
  test('goes through the steps of a canary by itself', async () => {
    const all = await release({ type: 'canary', controller: 'argoRollouts' });
    assert.ok(!has(all, 'Deployment'));
    const { canary } = find(all, 'Rollout', 'api').spec.strategy;
    assert.deepEqual(canary.steps, [
      { setWeight: 10 },
      { pause: { duration: '5m' } },
      { setWeight: 50 },
      { pause: { duration: '5m' } },
    ]);
    assert.equal(
      canary.trafficRouting.plugins['argoproj-labs/gatewayAPI'].httpRoute,
      find(all, 'HTTPRoute').metadata.name,
    );
    for (const name of [canary.stableService, canary.canaryService]) {
      assert.equal(behind(all, name), OLD);
    }
  });

  test('shows the next version before it takes over', async () => {
    const all = await release(
      { type: 'blueGreen', controller: 'argoRollouts' },
      { autoscaling: { enabled: true } },
    );
    const rollout = find(all, 'Rollout', 'api').spec;
    assert.equal(rollout.replicas, undefined);
    assert.equal(rollout.strategy.blueGreen.previewService, 'api-preview');
    assert.equal(behind(all, 'api-preview'), OLD);
    assert.deepEqual(find(all, 'HorizontalPodAutoscaler').spec.scaleTargetRef, {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      name: 'api',
    });
  });

  test('waits for a person where a step has no pause of its own', async () => {
    const all = await release({
      type: 'canary',
      controller: 'argoRollouts',
      canary: { steps: [{ weight: 20 }] },
    });
    assert.deepEqual(find(all, 'Rollout').spec.strategy.canary.steps, [
      { setWeight: 20 },
      { pause: {} },
    ]);
  });
});
