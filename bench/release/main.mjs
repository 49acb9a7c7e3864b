// What a release weighs, how soon it is ready, and what its clients notice of the next one:
//
//   npm run bench -- release [--rounds 5] [--upgrades 3]
//
// Sizes are of the layers that we add. Times to ready are those of the programs in our images, beside a server that is Node
// alone, in turn; the least of all rounds. Releases are made by real Helm in the sandbox, whose pods run. The last line is one
// JSON object.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startPostgres } from '../../scripts/postgres.mjs';
import { atMost } from '../create-environment/report.mjs';
import { releases } from './rolling.mjs';
import { startUps } from './start-up.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    upgrades: { type: 'string', default: '3' },
  },
});

const require = createRequire(import.meta.url);
require('@backstage/cli/config/nodeTransform.cjs');
const { buildImage, RECIPES } = require('../../images/src');
const {
  ReleaseSite,
} = require('../../packages/sandbox/src/network/__testUtils__/release-site');

const LARGEST_MB = 15;
const BEYOND_BARE_MS = 300;
const READY_SECONDS = 30;
const rounded = value => Number(value.toFixed(2));

/** The images' own layers: their size, and their files in a folder. */
async function unpack(name, folder) {
  const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64';
  const source = await RECIPES[name]({ version: '0.1.0', architecture });
  for (const { path: file, content } of source.layers.flat()) {
    const target = path.join(folder, name, file);
    fs.mkdirSync(path.dirname(target), { recursive: true });
    if (content) fs.writeFileSync(target, content);
  }
  const bytes = buildImage(source).layers.map(layer => layer.bytes.length);
  return {
    megabytes: bytes.reduce((sum, size) => sum + size) / 1e6,
    script: path.join(folder, name, 'app', 'main.js'),
  };
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'moorline-bench-'));
const postgres = await startPostgres({
  dataFolder: path.join(folder, 'postgres'),
});
const rows = [];
try {
  const { user, password, host, port } = postgres.connection;
  const database = `postgres://${user}:${password}@${host}:${port}/postgres`;
  const environments = {
    api: MOORLINE_PORT => ({ MOORLINE_PORT, MOORLINE_DATABASE_URL: database }),
    'trpc-api': PORT => ({ PORT, DATABASE_URL: database }),
  };
  const programs = {};
  for (const [name, env] of Object.entries(environments)) {
    const { megabytes, script } = await unpack(name, folder);
    programs[name] = { script, env };
    rows.push(
      atMost(
        `${name}: MB over its base, compressed`,
        rounded(megabytes),
        undefined,
        LARGEST_MB,
      ),
    );
  }
  const { bare, ...ours } = await startUps(programs, Number(values.rounds));
  for (const [name, took] of Object.entries(ours)) {
    for (const what of ['clock', 'processor']) {
      rows.push(
        atMost(
          `${name}: ms to ready, ${what}`,
          rounded(took[what]),
          rounded(bare[what]),
          rounded(bare[what] + BEYOND_BARE_MS),
        ),
      );
    }
  }
} finally {
  await postgres.stop();
  fs.rmSync(folder, { recursive: true, force: true });
}

const site = await ReleaseSite.start();
try {
  const { first, ready, upgrades } = await releases(site, {
    rounds: Number(values.upgrades),
  });
  const { asked, seen, failures } = upgrades;
  const reads = Object.entries(seen).map(([name, times]) => `${times} ${name}`);
  console.log(`${asked} requests during upgrades; of reads: ${reads}.`);
  new Set(failures).forEach(failure => console.log(`failed: ${failure}`));
  rows.push(
    atMost(
      `of ${asked} requests in upgrades, failed`,
      failures.length,
      undefined,
      0,
    ),
    atMost(
      's to Ready, image not there',
      rounded(first),
      undefined,
      READY_SECONDS,
    ),
    atMost('s to Ready', rounded(ready), undefined, READY_SECONDS),
  );
} finally {
  await site.stop();
}

console.table(rows);
console.log(
  JSON.stringify({ bench: 'release', rows }, (_, value) => value ?? null),
);
