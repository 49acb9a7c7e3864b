// Values that are wrong, each refused with the key's path, and where they are impossible together, with the fix.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { helms, template } from './lib/charts.mjs';

const image = 'ghcr.io/moorline/trpc-api:0.2.0';
const host = 'api.example.com';
const tenantId = '00000000-0000-4000-8000-0000000000aa';
const keyVault = { name: 'kv-orders', tenantId, objects: { KEY: 'key' } };

const MALFORMED = [
  [{ replica: 2 }, /replica\b/],
  [{ replicas: 'two' }, /replicas/],
  [{ replicas: -1 }, /replicas/],
  [{ image: 'ghcr.io/moorline/trpc-api:latest' }, /image/],
  [{ image: 'ghcr.io/moorline/trpc-api' }, /image/],
  [{ host: 'Not A Host' }, /host/],
  [{ port: 80 }, /port/],
  [{ config: { 'lower-case': 'x' } }, /config/],
  [{ resources: { requests: { cpus: 1 } } }, /resources/],
  [{ autoscaling: { enabled: 'maybe' } }, /autoscaling/],
  [{ strategy: { type: 'big-bang' } }, /strategy/],
  [{ strategy: { canary: { weight: 101 } } }, /strategy/],
  [{ database: { kind: 'mysql' } }, /database/],
  [{ database: { addressRange: '10.0.0.0' } }, /database/],
  [{ exposure: 'loadBalancer' }, /exposure/],
  [{ secrets: { keyVault: { objects: { KEY: 'no_underscore' } } } }, /secrets/],
  [{ identity: { clientId: 'me' } }, /identity/],
  [{ observability: { metrics: { apiGroup: 'x' } } }, /observability/],
];

const IMPOSSIBLE = [
  [
    { replicas: 3, autoscaling: { enabled: true } },
    /replicas is set and autoscaling\.enabled is true: .*leave replicas out/,
  ],
  [
    { autoscaling: { enabled: true, minReplicas: 9, maxReplicas: 3 } },
    /autoscaling\.maxReplicas must not be below autoscaling\.minReplicas: raise/,
  ],
  [
    { database: { kind: 'flexibleServer' } },
    /database\.kind is flexibleServer and database\.host is empty: set database\.host/,
  ],
  [
    { database: { host: 'psql.example.com' } },
    /database\.host is for database\.kind flexibleServer/,
  ],
  [
    { database: { release: '' } },
    /database\.release is empty and database\.kind is statefulset: name/,
  ],
  [
    { strategy: { type: 'canary' } },
    /strategy\.type canary divides requests by an HTTPRoute and there is none: set host/,
  ],
  [
    { host, exposure: 'ingress', strategy: { type: 'canary' } },
    /strategy\.type canary .* set host, and exposure to httpRoute/,
  ],
  [
    { host, strategy: { type: 'canary', canary: { weight: 10 } } },
    /strategy\.canary\.weight is set and strategy\.canary\.image is not: set it/,
  ],
  [
    { strategy: { type: 'blueGreen', blueGreen: { active: 'green' } } },
    /strategy\.blueGreen\.active is green and strategy\.blueGreen\.image is empty: set it/,
  ],
  [
    { strategy: { controller: 'argoRollouts' } },
    /strategy\.controller argoRollouts is for strategy\.type canary and blueGreen: set/,
  ],
  [
    {
      host,
      strategy: {
        type: 'canary',
        controller: 'argoRollouts',
        canary: { image },
      },
    },
    /strategy\.canary\.image is set and strategy\.controller is argoRollouts.* leave it out/,
  ],
  [
    { host, gateway: { name: '' } },
    /exposure is httpRoute and gateway\.name is empty: name the Gateway/,
  ],
  [
    { secrets: { keyVault } },
    /secrets\.keyVault\.name is set and identity\.clientId is not: set/,
  ],
  [
    { secrets: { keyVault: { ...keyVault, tenantId: '' } } },
    /secrets\.keyVault\.tenantId is not: set it/,
  ],
  [
    { secrets: { keyVault: { ...keyVault, objects: {} } } },
    /secrets\.keyVault\.objects is empty: name/,
  ],
  [
    { secrets: { keyVault: { objects: { KEY: 'key' } } } },
    /secrets\.keyVault\.objects is set and secrets\.keyVault\.name is not: name/,
  ],
  [
    { secrets: { existing: 'mine', values: { KEY: 'x' } } },
    /secrets\.values and secrets\.existing are set: .*leave one/,
  ],
  [
    { config: { PORT: 8080 } },
    /config\.PORT: the chart sets this .*leave it out/,
  ],
  [
    {
      observability: { metrics: { enabled: true }, alerts: { enabled: true } },
    },
    /observability\.alerts\.enabled needs observability\.metrics\.apiGroup monitoring/,
  ],
  [
    {
      observability: {
        metrics: { apiGroup: 'monitoring.coreos.com' },
        alerts: { enabled: true },
      },
    },
    /observability\.alerts\.enabled needs metrics: set observability\.metrics\.enabled/,
  ],
];

const OTHERS = [
  ['worker', { host }, /host/],
  ['worker', { strategy: { type: 'canary' } }, /strategy/],
  ['worker', { archive: { url: 'https://a.example.com/runs?sig=x' } }, /url/],
  ['worker', { schedules: { drift: 'daily' } }, /drift/],
  ['worker', { costs: { scope: 'mine' } }, /scope/],
  [
    'worker',
    { costs: { scope: '/subscriptions/1' } },
    /costs\.scope is set and identity\.clientId is not: set identity\.clientId/,
  ],
  ['portal', {}, /host is empty: set it/],
  [
    'portal',
    { host, database: { kind: 'none' } },
    /database\.kind is none: .*set it/,
  ],
  ['portal', { host, migration: { enabled: true } }, /migration/],
];

for (const helm of helms) {
  describe(`bad values are refused by ${helm.version}`, () => {
    for (const [chart, values, message] of [
      ...[...MALFORMED, ...IMPOSSIBLE].map(([values, message]) => [
        'trpc-api',
        values,
        message,
      ]),
      ...OTHERS,
    ]) {
      test(`${chart} ${JSON.stringify(values)}`, async () => {
        const { code, stderr } = await template(chart, values, { helm });
        assert.notEqual(code, 0, 'it was accepted');
        assert.match(stderr, message);
      });
    }
  });
}
