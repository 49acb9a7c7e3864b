#!/usr/bin/env node
// Writes values.schema.json of the charts that share values: `node charts/scripts/make-schemas.mjs`, then commit.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import prettier from 'prettier';

const scripts = path.dirname(fileURLToPath(import.meta.url));

/** The charts whose schemas are made. */
export const charts = fs
  .readdirSync(path.join(scripts, 'schemas'))
  .map(file => path.parse(file).name)
  .filter(name => name !== 'common');

/** The file of a chart's schema. */
export const schemaFile = chart =>
  path.join(scripts, '..', chart, 'values.schema.json');

/** What it should say. */
export async function schemaOf(chart) {
  const { default: properties } = await import(`./schemas/${chart}.mjs`);
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: `Values of the chart ${chart}`,
    description: 'Made by charts/scripts/make-schemas.mjs.',
    type: 'object',
    additionalProperties: false,
    properties: {
      ...properties,
      workload: { type: 'object', description: "Helm's own, for the library." },
      global: { type: 'object', description: "Helm's own." },
    },
  };
  return prettier.format(JSON.stringify(schema), { parser: 'json' });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const chart of charts) {
    fs.writeFileSync(schemaFile(chart), await schemaOf(chart));
    console.log(path.relative(process.cwd(), schemaFile(chart)));
  }
}
