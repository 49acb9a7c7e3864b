// Creating an environment, and starting the portal, beside what stock Backstage does.
//
//   npm run bench -- create-environment [rounds of a creation] [rounds of a start]
//
// 0 leaves a part out. Without MOORLINE_BENCH_STOCK, which names a stock app that is installed, one is made first.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { measureCreation } from './creation.mjs';
import { report } from './report.mjs';
import { measureStartUp } from './start-up.mjs';

const root = path.resolve(
  path.dirname(fileURLToPath(import.meta.url)),
  '../..',
);
const [creations = 20, starts = 5] = process.argv.slice(2).map(Number);
const rows = [
  ...(creations > 0 ? await measureCreation(root, creations) : []),
  ...(starts > 0 ? await measureStartUp(root, starts) : []),
];
report('create-environment', rows);
