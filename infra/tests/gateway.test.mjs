// What the pipeline makes for requests from outside: run with a kubectl and a helm that write down what they are asked.
// Run: node --test infra/tests/gateway.test.mjs
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { root, run } from './lib/tools.mjs';

const script = path.join(root, 'infra/pipelines/scripts/gateway.sh');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'moorline-gateway-'));
after(() => fs.rmSync(folder, { recursive: true, force: true }));

const ALL = ['customresourcedefinition', 'gatewayclass', 'gateway'];

/** Runs the script in a cluster that has these. @returns what was asked of helm, and the kinds that were applied */
async function make(present, { refusal = '', gateway = {} } = {}) {
  const place = fs.mkdtempSync(path.join(folder, 'bin-'));
  const asked = path.join(place, 'asked');
  const applied = path.join(place, 'applied');
  for (const file of [asked, applied]) fs.writeFileSync(file, '');
  const program = (name, text) =>
    fs.writeFileSync(path.join(place, name), `#!/bin/bash\n${text}\n`, {
      mode: 0o755,
    });
  program('helm', `echo "$*" >>'${asked}'`);
  program(
    'kubectl',
    `case $1 in
get) [ -z '${refusal}' ] || { echo '${refusal}' >&2; exit 1; }
  case ' ${present.join(' ')} ' in *" $2 "*) echo "$2/found" ;; esac ;;
apply) cat >>'${applied}' ;;
esac`,
  );
  const { code, stdout, stderr } = await run('bash', [script], {
    env: {
      ...process.env,
      PATH: `${place}:${process.env.PATH}`,
      MOORLINE_ENVOY_GATEWAY: 'v1.2.3',
      MOORLINE_GATEWAY: JSON.stringify(gateway),
    },
  });
  const read = file => fs.readFileSync(file, 'utf8');
  return {
    code,
    stdout,
    stderr,
    applied: read(applied),
    helm: read(asked),
    kinds: [...read(applied).matchAll(/^kind: (\w+)/gm)].map(
      ([, kind]) => kind,
    ),
  };
}

test('an empty cluster gets Envoy Gateway, its class and the Gateway', async () => {
  for (const present of [[], ['customresourcedefinition']]) {
    const { code, stderr, helm, kinds } = await make(present);
    assert.equal(code, 0, stderr);
    assert.match(helm, /^upgrade envoy-gateway oci:.* --version v1\.2\.3 /);
    assert.deepEqual(kinds, ['GatewayClass', 'Namespace', 'Gateway']);
  }
});

test('what is there stays as it is', async () => {
  const some = await make(ALL.slice(0, 2));
  assert.equal(some.helm, '');
  assert.deepEqual(some.kinds, ['Namespace', 'Gateway']);
  assert.deepEqual((await make(ALL)).kinds, ['Namespace']);
});

test('a cluster that cannot be asked gets nothing', async () => {
  const { code, helm, kinds } = await make([], {
    refusal: 'no connection',
  });
  assert.notEqual(code, 0);
  assert.equal(helm, '');
  assert.deepEqual(kinds, []);
});

test('the Gateway has the address that is there before it', async () => {
  const { applied } = await make([], {
    gateway: {
      controller: 'envoy-gateway',
      client_id: null,
      public_ip_name: 'pip-orders-gateway',
      resource_group_name: 'rg-orders',
    },
  });
  const [gateway] = parseAllDocuments(
    applied.replaceAll(/^apiVersion/gm, '---\n$&'),
  )
    .map(document => document.toJS())
    .filter(object => object?.kind === 'Gateway');
  assert.deepEqual(gateway.spec.infrastructure, {
    annotations: {
      'service.beta.kubernetes.io/azure-pip-name': 'pip-orders-gateway',
      'service.beta.kubernetes.io/azure-load-balancer-resource-group':
        'rg-orders',
    },
  });
  assert.equal(gateway.spec.listeners.length, 1);
});

test('the edge has a controller of its own', async () => {
  const { code, stdout, kinds } = await make([], {
    gateway: { controller: 'alb-controller' },
  });
  assert.equal(code, 0);
  assert.match(stdout, /type=warning\]Routes lead to the edge/);
  assert.deepEqual(kinds, []);
});
