import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { step } from './console.mjs';
import { root } from './paths.mjs';
import { environment, runProgram } from './toolchain.mjs';

/** What the bundle is made of: our rooms that the browser gets, and what decides how they are built. */
const SOURCES = [
  'packages/app',
  'packages/api/src',
  'packages/environment-model/src',
  'plugins/environments',
  'plugins/environments-common',
  'app-config.yaml',
  'yarn.lock',
];
const marker = path.join(root, 'packages/app/dist/.sources');

function* files(entry) {
  if (/(^|\/)(dist|node_modules|e2e-tests)$|\.test\.tsx?$/.test(entry)) return;
  if (fs.statSync(path.join(root, entry)).isDirectory()) {
    for (const name of fs.readdirSync(path.join(root, entry)).sort()) {
      yield* files(`${entry}/${name}`);
    }
  } else {
    yield entry;
  }
}

function sourcesHash() {
  const hash = createHash('sha256');
  for (const source of SOURCES) {
    for (const file of files(source)) {
      hash.update(file).update(fs.readFileSync(path.join(root, file)));
    }
  }
  return hash.digest('hex');
}

/** Builds the frontend that the backend serves, only when its sources changed. */
export async function buildFrontend(signal) {
  const hash = sourcesHash();
  if (fs.existsSync(marker) && fs.readFileSync(marker, 'utf8') === hash) return;
  await step('Building the frontend (about a minute)', () =>
    runProgram(
      process.execPath,
      [
        path.join(root, 'node_modules/@backstage/cli/bin/backstage-cli'),
        'package',
        'build',
      ],
      {
        cwd: path.join(root, 'packages/app'),
        env: environment(),
        signal,
      },
    ),
  );
  fs.writeFileSync(marker, hash);
}
