// The README of a chart, made of what its Chart.yaml, schema and values say.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import prettier from 'prettier';

const charts = fileURLToPath(new URL('../../', import.meta.url));
const yaml = createRequire(
  path.join(charts, '../packages/sandbox/package.json'),
)('yaml');

const read = (...names) => fs.readFileSync(path.join(charts, ...names), 'utf8');

/** Values of one map over those of another. */
function over(base, values) {
  const result = { ...base };
  for (const [key, value] of Object.entries(values)) {
    const plain = value?.constructor === Object;
    result[key] = plain ? over(result[key] ?? {}, value) : value;
  }
  return result;
}

/** A chart's defaults: those it imports, under its own. */
function defaultsOf(chart, dependencies) {
  const { exports: shared = {} } = yaml.parse(read('workload', 'values.yaml'));
  const imported = dependencies.flatMap(item => item['import-values'] ?? []);
  return [
    ...imported.map(name => shared[name]),
    yaml.parse(read(chart, 'values.yaml')),
  ].reduce(over, {});
}

const cell = text => text.replace(/\|/g, '\\|').replace(/</g, '\\<');
const code = value => `\`${value.replace(/\|/g, '\\|')}\``;

/** One row for each value that a person can set. */
function rows(properties, defaults, prefix = '') {
  return Object.entries(properties).flatMap(([key, schema]) => {
    const value = defaults?.[key] ?? schema.default;
    if (schema.properties) {
      return rows(schema.properties, value, `${prefix}${key}.`);
    }
    const shown = value === undefined ? '' : code(JSON.stringify(value));
    const choices = schema.enum ? ` One of ${schema.enum.join(', ')}.` : '';
    return [
      `| ${code(prefix + key)} | ${cell(
        (schema.description ?? '') + choices,
      )} | ${shown} |`,
    ];
  });
}

/** What README.md of a chart should say. */
export function readmeOf(chart) {
  const { description, dependencies = [] } = yaml.parse(
    read(chart, 'Chart.yaml'),
  );
  const { workload, global, ...properties } = JSON.parse(
    read(chart, 'values.schema.json'),
  ).properties;
  const examples = fs
    .readdirSync(path.join(charts, chart))
    .filter(file => /^values-.+\.yaml$/.test(file))
    .map(file => {
      const [, about] = /^# (.*)/.exec(read(chart, file));
      return `- [${file}](${file}): ${about}`;
    });
  const markdown = [
    `# ${chart}`,
    '<!-- Made by charts/scripts/make-readmes.mjs: change the chart, then run it. -->',
    description,
    '```sh',
    `helm dependency build charts/${chart}`,
    `helm upgrade --install RELEASE charts/${chart} --namespace NAMESPACE --values VALUES.yaml --wait`,
    'helm test RELEASE --namespace NAMESPACE --logs',
    '```',
    ...(examples.length ? ['## Examples', examples.join('\n')] : []),
    '## Values',
    [
      '| Key | What it is | Default |',
      '|---|---|---|',
      ...rows(properties, defaultsOf(chart, dependencies)),
    ].join('\n'),
  ].join('\n\n');
  return prettier.format(markdown.replace(/\n\n(helm|```\n)/g, '\n$1'), {
    parser: 'markdown',
  });
}
