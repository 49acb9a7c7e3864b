// Every values file × strategy × kind of database: lint, render, and what every object and pod must have.
// Run: node --test charts/tests    (MOORLINE_HELM and MOORLINE_HELM3 name Helm 4 and 3; one of them is enough)
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cases } from './lib/cases.mjs';
import {
  find,
  helms,
  lint,
  parse,
  podsOf,
  render,
  selects,
  serversOf,
  withoutMade,
} from './lib/charts.mjs';
import { refusals, restricted } from './lib/strict.mjs';

function checkLabels(all, chart) {
  const environments = new Set();
  for (const { kind, metadata } of all) {
    const { labels } = metadata;
    environments.add(labels['moorline.dev/environment']);
    assert.equal(labels['app.kubernetes.io/name'], chart, kind);
    assert.equal(labels['app.kubernetes.io/instance'], chart, kind);
  }
  for (const { labels } of podsOf(all)) {
    environments.add(labels['moorline.dev/environment']);
  }
  assert.equal(environments.size, 1, [...environments].join());
}

function checkContainer(pod, { securityContext, resources, image }) {
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

function checkPods(all) {
  const pods = podsOf(all);
  assert.ok(pods.length > 0);
  for (const { name, spec } of pods) {
    assert.equal(restricted(spec), undefined, name);
    assert.equal(spec.automountServiceAccountToken, false, name);
    assert.ok(spec.securityContext.runAsUser > 0, name);
    for (const container of [
      ...(spec.initContainers ?? []),
      ...spec.containers,
    ]) {
      checkContainer(name, container);
      const names = (container.env ?? []).map(variable => variable.name);
      assert.equal(new Set(names).size, names.length, `${name}: ${names}`);
    }
  }
  for (const job of all.filter(({ kind }) => kind === 'Job')) {
    assert.ok(job.spec.ttlSecondsAfterFinished, job.metadata.name);
  }
}

function checkNetwork(all) {
  const policies = all.filter(({ kind }) => kind === 'NetworkPolicy');
  for (const { name, labels } of podsOf(all)) {
    const covering = policies.filter(({ spec }) =>
      selects(spec.podSelector, labels),
    );
    assert.ok(covering.length > 0, `no policy covers ${name}`);
    for (const { spec } of covering) {
      assert.deepEqual(spec.policyTypes, ['Ingress', 'Egress'], name);
      for (const { from, ports } of spec.ingress ?? []) {
        assert.ok(from?.length, `${name} is open to everyone`);
        assert.ok(ports?.length, `${name} is open on every port`);
      }
      for (const { to, ports } of spec.egress ?? []) {
        assert.ok(to?.length, `${name} may go anywhere`);
        assert.ok(ports?.length, `${name} may go to every port`);
      }
    }
  }
}

function checkServers(all, chart) {
  for (const { name, labels, spec } of serversOf(all)) {
    for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe']) {
      assert.ok(spec.containers[0][probe], `${name} ${probe}`);
    }
    const budgets = all.filter(
      ({ kind, spec: budget }) =>
        kind === 'PodDisruptionBudget' && selects(budget.selector, labels),
    );
    assert.equal(budgets.length, 1, `${name} has one budget`);
    assert.equal(budgets[0].spec.unhealthyPodEvictionPolicy, 'AlwaysAllow');
  }
  if (serversOf(all).length === 0) return;
  // The release's own name leads to one version and to nothing else.
  const { selector } = find(all, 'Service', chart).spec;
  const reached = podsOf(all).filter(({ labels }) =>
    selects({ matchLabels: selector }, labels),
  );
  assert.equal(reached.length, 1, reached.map(({ name }) => name).join());
}

function checkScaling(all) {
  const scalers = all.filter(({ kind }) => kind === 'HorizontalPodAutoscaler');
  for (const { spec } of scalers) {
    const { kind, name } = spec.scaleTargetRef;
    assert.equal(find(all, kind, name).spec.replicas, undefined, name);
  }
}

test(`Helm ${helms.map(({ version }) => version).join(' and ')}`, () => {
  assert.ok(helms.length > 0);
});

describe(
  'each combination is what a strict cluster lets in',
  { concurrency: 2 },
  () => {
    for (const { chart, name, values } of cases) {
      test(`${chart} with ${name}`, async () => {
        const texts = [];
        for (const helm of helms) {
          await lint(chart, values, helm);
          texts.push(await render(chart, values, { helm }));
        }
        const all = parse(texts[0]);
        for (const text of texts.slice(1)) {
          assert.deepEqual(
            parse(withoutMade(text)),
            parse(withoutMade(texts[0])),
          );
        }
        for (const object of all) {
          const { kind, metadata } = object;
          assert.deepEqual(refusals(object), [], `${kind} ${metadata.name}`);
        }
        checkLabels(all, chart);
        checkPods(all);
        checkNetwork(all);
        checkServers(all, chart);
        checkScaling(all);
      });
    }
  },
);
