#!/usr/bin/env node
// Writes README.md of every chart that can be released: `node charts/scripts/make-readmes.mjs`, then commit.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readmeOf } from './lib/readme.mjs';

const folder = fileURLToPath(new URL('..', import.meta.url));

/** The charts with values of their own. */
export const charts = fs
  .readdirSync(folder)
  .filter(name => fs.existsSync(path.join(folder, name, 'values.schema.json')));

/** The file of a chart's README. */
export const readmeFile = chart => path.join(folder, chart, 'README.md');

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const chart of charts) {
    fs.writeFileSync(readmeFile(chart), await readmeOf(chart));
    console.log(path.relative(process.cwd(), readmeFile(chart)));
  }
}
