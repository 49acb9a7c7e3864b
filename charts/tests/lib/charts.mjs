// The charts as a release has them: gathered in a copy, linted and rendered by every Helm at hand.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { root, run, succeed, tool } from '../../../infra/tests/lib/tools.mjs';

export const yaml = createRequire(
  path.join(root, 'packages/sandbox/package.json'),
)('yaml');

export const NAMESPACE = 'orders-dev';

/** Each Helm that is at hand: its version, and its path. */
export const helms = await Promise.all(
  [
    tool('helm', 'MOORLINE_HELM'),
    ...(process.env.MOORLINE_HELM3 ? [tool('helm3', 'MOORLINE_HELM3')] : []),
  ].map(async file => ({
    file,
    version: (
      await succeed(file, ['version', '--template', '{{.Version}}'])
    ).trim(),
  })),
);

const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'moorline-charts-'));
process.on('exit', () =>
  fs.rmSync(temporary, { recursive: true, force: true }),
);

/** The folder of a chart in this repository. */
export const sourceOf = chart => path.join(root, 'charts', chart);

/** Charts that can be released, by name. */
export const applications = fs
  .readdirSync(path.join(root, 'charts'))
  .filter(name => fs.existsSync(path.join(sourceOf(name), 'Chart.lock')));

// Dependencies are gathered in a copy, as the pipeline does in its checkout.
const copies = path.join(temporary, 'charts');
fs.cpSync(path.join(root, 'charts'), copies, {
  recursive: true,
  filter: file => !file.endsWith('.tgz'),
});
for (const chart of applications) {
  await succeed(helms[0].file, [
    'dependency',
    'build',
    path.join(copies, chart),
    '--skip-refresh',
  ]);
}

let written = 0;
/** Arguments that hand Helm values, one after the other: files, and objects. */
function valueArguments(values) {
  return [values].flat().flatMap(value => {
    if (value === undefined) return [];
    if (typeof value === 'string') return ['--values', value];
    const file = path.join(temporary, `values-${written++}.yaml`);
    fs.writeFileSync(file, yaml.stringify(value));
    return ['--values', file];
  });
}

const inNamespace = ['--namespace', NAMESPACE];

/** Lints a chart with values; throws what Helm says when it warns. */
export const lint = (chart, values, helm = helms[0]) =>
  succeed(helm.file, [
    'lint',
    path.join(copies, chart),
    '--strict',
    ...inNamespace,
    ...valueArguments(values),
  ]);

/** Renders a release: `{ code, stdout, stderr }`. */
export const template = (
  chart,
  values,
  { release = chart, helm = helms[0], more = [] } = {},
) =>
  run(helm.file, [
    'template',
    release,
    path.join(copies, chart),
    ...inNamespace,
    ...valueArguments(values),
    ...more,
  ]);

/** The text of a release; throws what Helm says. */
export async function render(chart, values, options) {
  const { code, stdout, stderr } = await template(chart, values, options);
  assert.equal(code, 0, stderr);
  return stdout;
}

/** A text without what is made anew each time: passwords and certificates. */
export const withoutMade = text =>
  text.replace(
    /^( {2}(?:password|ca\.crt|tls\.crt|tls\.key)): .*$/gm,
    '$1: made',
  );

/** The objects of a release. */
export const objects = async (chart, values, release = chart) =>
  parse(await render(chart, values, { release }));

/** The objects in a text. */
export const parse = text =>
  yaml
    .parseAllDocuments(text)
    .map(document => document.toJS())
    .filter(Boolean);

/** One object of a kind, and of a name where it is given. */
export function find(all, kind, name) {
  const found = all.find(
    object => object.kind === kind && (!name || object.metadata.name === name),
  );
  assert.ok(found, `there is no ${kind} ${name ?? ''}`);
  return found;
}

/** Whether there is an object of a kind. */
export const has = (all, kind) => all.some(object => object.kind === kind);

/** Every pod, or template of pods, with its labels. */
export const podsOf = all =>
  all.flatMap(object => {
    const { kind, metadata, spec } = object;
    const pod =
      {
        Pod: object,
        CronJob: spec?.jobTemplate?.spec?.template,
      }[kind] ?? spec?.template;
    return pod?.spec?.containers
      ? [
          {
            name: `${kind} ${metadata.name}`,
            kind,
            labels: pod.metadata.labels,
            annotations: pod.metadata.annotations ?? {},
            spec: pod.spec,
          },
        ]
      : [];
  });

/** The pods that go on for ever. */
export const serversOf = all =>
  podsOf(all).filter(({ kind }) =>
    ['Deployment', 'StatefulSet', 'Rollout'].includes(kind),
  );

/** Whether a label selector chooses something with these labels. */
export const selects = ({ matchLabels = {}, matchExpressions = [] }, labels) =>
  Object.entries(matchLabels).every(
    ([name, value]) => labels[name] === value,
  ) &&
  matchExpressions.every(({ key, operator, values }) => {
    assert.equal(operator, 'In');
    return values.includes(labels[key]);
  });
