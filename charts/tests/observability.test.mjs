// What watches a release: metrics, alerts with runbooks, dashboards, traces.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { root } from '../../infra/tests/lib/tools.mjs';
import { find, has, NAMESPACE, objects, serversOf } from './lib/charts.mjs';

const OPERATOR = 'monitoring.coreos.com';
const watched = {
  metrics: { enabled: true, apiGroup: OPERATOR, namespaces: ['watchers'] },
  alerts: { enabled: true, labels: { release: 'prometheus' } },
  dashboards: { enabled: true },
};
const release = (chart, observability) =>
  objects(chart, { observability }, 'orders');

for (const chart of ['trpc-api', 'worker']) {
  describe(chart, () => {
    test('lets its metrics be read by the scraper', async () => {
      for (const apiGroup of [OPERATOR, `az${OPERATOR}`]) {
        const metrics = { ...watched.metrics, apiGroup };
        const all = await release(chart, { metrics });
        const monitor = find(all, 'PodMonitor');
        assert.equal(monitor.apiVersion, `${apiGroup}/v1`);
        const [{ port, path: where }] = monitor.spec.podMetricsEndpoints;
        const [{ ports }] = serversOf(all)[0].spec.containers;
        assert.ok(ports.some(({ name }) => name === port));
        assert.equal(where, '/metrics');
        const { ingress } = find(all, 'NetworkPolicy', 'orders').spec;
        assert.ok(JSON.stringify(ingress).includes('watchers'));
      }
    });

    test('has alerts on its own metrics alone, each with a runbook', async () => {
      const all = await release(chart, watched);
      const { metadata, spec } = find(all, 'PrometheusRule');
      assert.equal(metadata.labels.release, 'prometheus');
      const [{ rules }] = spec.groups;
      assert.ok(rules.length > 0);
      for (const { alert, expr, labels, annotations } of rules) {
        const selectors = expr.match(/\{[^{}]*\}/g);
        for (const selector of selectors) {
          assert.ok(
            selector.includes(
              `namespace="${NAMESPACE}",job="${NAMESPACE}/orders"`,
            ),
            `${alert}: ${selector}`,
          );
        }
        assert.match(labels.severity, /^(critical|warning|info)$/);
        const runbook = path.join(root, annotations.runbook_url);
        assert.ok(fs.readFileSync(runbook, 'utf8').startsWith(`# ${alert}\n`));
      }
    });

    test('has a dashboard of its own metrics', async () => {
      const all = await release(chart, watched);
      const { metadata, data } = find(all, 'ConfigMap', 'orders-dashboards');
      assert.equal(metadata.labels.grafana_dashboard, '1');
      for (const text of Object.values(data)) {
        const { title, panels } = JSON.parse(text);
        assert.match(title, /orders$/);
        for (const { targets } of panels) {
          for (const { expr } of targets) {
            assert.ok(expr.includes(`job="${NAMESPACE}/orders"`), expr);
          }
        }
      }
    });

    test('is not watched unless that is asked for', async () => {
      const all = await release(chart, {});
      assert.ok(!has(all, 'PodMonitor') && !has(all, 'PrometheusRule'));
    });
  });
}

test('traces go to the collector, and the network lets them', async () => {
  const all = await release('trpc-api', {
    otlp: {
      endpoint: 'http://collector.telemetry:4318',
      namespace: 'telemetry',
    },
  });
  const variables = Object.fromEntries(
    serversOf(all)[0].spec.containers[0].env.map(({ name, value }) => [
      name,
      value,
    ]),
  );
  assert.equal(
    variables.OTEL_EXPORTER_OTLP_ENDPOINT,
    'http://collector.telemetry:4318',
  );
  assert.equal(variables.OTEL_SERVICE_NAME, 'orders');
  assert.match(
    variables.OTEL_RESOURCE_ATTRIBUTES,
    /deployment\.environment\.name=orders-dev/,
  );
  const { egress } = find(all, 'NetworkPolicy', 'orders').spec;
  const rule = egress.find(({ ports }) => ports[0].port === 4318);
  assert.ok(JSON.stringify(rule.to).includes('telemetry'));
});
