// The app that `npx @backstage/create-app` makes, installed.
import fs from 'node:fs';
import path from 'node:path';
import { step } from '../../scripts/console.mjs';
import { runProgram } from '../../scripts/toolchain.mjs';

const CREATE_APP = '@backstage/create-app@0.9.2';

/** How our checkout's Yarn takes it: package age and a vendored Yarn are not what is measured. */
const YARN_SETTINGS = `nodeLinker: node-modules
enableTelemetry: false
enableScripts: true
npmMinimalAgeGate: 0
`;

/**
 * The folder of a stock app: the one that MOORLINE_BENCH_STOCK names, or one made below `folder`, which takes minutes.
 * @param {string} root the checkout, whose resolutions and Yarn the made app shares
 * @param {string} folder
 */
export async function stockApp(root, folder) {
  const ready = process.env.MOORLINE_BENCH_STOCK;
  if (ready) {
    if (!fs.existsSync(path.join(ready, 'node_modules'))) {
      throw new Error(
        `MOORLINE_BENCH_STOCK: ${ready} has no node_modules; run yarn install there, or leave the variable out.`,
      );
    }
    return path.resolve(ready);
  }
  const app = path.join(folder, 'stock');
  await step(`Making a stock app (${CREATE_APP})`, () =>
    runProgram('npx', ['--yes', CREATE_APP, '--path', app, '--skip-install'], {
      cwd: folder,
      env: { ...process.env, BACKSTAGE_APP_NAME: 'stock' },
    }),
  );
  const manifest = path.join(app, 'package.json');
  const ours = readJson(path.join(root, 'package.json'));
  const theirs = readJson(manifest);
  fs.writeFileSync(
    manifest,
    JSON.stringify({
      ...theirs,
      resolutions: { ...theirs.resolutions, ...ours.resolutions },
      packageManager: ours.packageManager,
    }),
  );
  fs.writeFileSync(path.join(app, '.yarnrc.yml'), YARN_SETTINGS);
  await step('Installing it (minutes)', () =>
    runProgram('yarn', ['install'], {
      cwd: app,
      // Its database is compiled here; Node brings the headers.
      env: {
        ...process.env,
        npm_config_nodedir: path.resolve(process.execPath, '../..'),
      },
    }),
  );
  return app;
}

const readJson = file => JSON.parse(fs.readFileSync(file, 'utf8'));
