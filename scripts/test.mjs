// Every check there is, one after the other; the last line is their sum.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensureChromium } from './chromium.mjs';
import { say } from './console.mjs';
import { interruption } from './interruption.mjs';
import { root } from './paths.mjs';
import { startPostgres } from './postgres.mjs';
import { environment } from './toolchain.mjs';
import {
  ensureHelm,
  ensureKubectl,
  ensureTerraform,
  findHelm3,
} from './tools.mjs';

const backstage = path.join(
  root,
  'node_modules/@backstage/cli/bin/backstage-cli',
);
const bin = name => path.join(root, 'node_modules/.bin', name);

/** Runs a program with its output shown; @returns {Promise<{ code: number | null, output: string }>} */
function show(args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', chunk => {
        output += chunk;
        process.stderr.write(chunk);
      });
    }
    child.once('error', reject);
    child.once('close', code => resolve({ code, output }));
  });
}

/** A check that passes or fails as a whole. */
const check = args => async env => {
  const { code } = await show(args, env);
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
};

async function jest(env, patterns) {
  const report = path.join(env.MOORLINE_TEST_FOLDER, 'jest.json');
  const { code } = await show(
    [
      backstage,
      'repo',
      'test',
      '--watchAll=false',
      '--maxWorkers=2',
      // Real processes on a busy machine: slow is not wrong.
      '--testTimeout=60000',
      '--json',
      `--outputFile=${report}`,
      ...patterns,
    ],
    { ...env, CI: 'true' },
  );
  if (!fs.existsSync(report)) return { passed: 0, failed: 1 };
  const result = JSON.parse(fs.readFileSync(report, 'utf8'));
  // A suite that could not run and a test that was skipped are failures: neither proved anything.
  const failed =
    result.numFailedTests +
    result.numRuntimeErrorTestSuites +
    result.numPendingTests +
    result.numTodoTests;
  return {
    passed: result.numPassedTests,
    failed: failed || (code === 0 ? 0 : 1),
  };
}

const nodeTests = (folder, options = []) =>
  async function run(env) {
    const files = fs
      .readdirSync(path.join(root, folder))
      .filter(name => name.endsWith('.test.mjs'))
      .map(name => path.join(folder, name));
    const { code, output } = await show(
      ['--test', '--test-reporter=tap', ...options, ...files],
      env,
    );
    const count = word =>
      Number(new RegExp(`^# ${word} (\\d+)$`, 'm').exec(output)?.[1] ?? 0);
    const failed =
      count('fail') + count('cancelled') + count('skipped') + count('todo');
    return { passed: count('pass'), failed: failed || (code === 0 ? 0 : 1) };
  };

const RUNNERS = {
  format: check([bin('prettier'), '--check', '--loglevel', 'warn', '.']),
  types: check([bin('tsc'), '--noEmit', '--incremental', 'false']),
  lint: check([backstage, 'repo', 'lint', '--max-warnings', '0']),
  scripts: nodeTests('scripts'),
  jest,
  infra: nodeTests('infra/tests'),
  charts: nodeTests('charts/tests'),
  portal: nodeTests('packages/app/e2e-tests', ['--test-concurrency=1']),
};

/** Runs all, or those named: `npm test -- jest charts`; after `jest`, patterns of files. */
export async function run(args) {
  const named = args.filter(arg => arg in RUNNERS);
  const names = named.length > 0 ? named : Object.keys(RUNNERS);
  const patterns = args.filter(arg => !(arg in RUNNERS));

  const signal = interruption();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'moorline-test-'));
  const postgres = await startPostgres({
    dataFolder: path.join(folder, 'postgres'),
  });
  const { user, password, host, port } = postgres.connection;
  const results = {};
  try {
    const env = {
      ...environment(),
      MOORLINE_TEST_FOLDER: folder,
      MOORLINE_TEST_POSTGRES: `postgres://${user}:${password}@${host}:${port}/postgres`,
      MOORLINE_TERRAFORM: await ensureTerraform(),
      MOORLINE_HELM: await ensureHelm(),
      MOORLINE_KUBECTL: await ensureKubectl(),
    };
    if (names.includes('charts')) env.MOORLINE_HELM3 = await findHelm3();
    if (names.includes('portal'))
      env.MOORLINE_CHROMIUM = await ensureChromium();
    for (const name of names) {
      if (signal.aborted) return 130;
      say(`\n── ${name} ──`);
      const since = Date.now();
      results[name] = await RUNNERS[name](env, patterns);
      results[name].seconds = Math.round((Date.now() - since) / 1000);
    }
  } finally {
    await postgres.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  }
  say('');
  let [passed, failed] = [0, 0];
  for (const [name, result] of Object.entries(results)) {
    passed += result.passed;
    failed += result.failed;
    say(
      `${name.padEnd(8)} ${result.passed} passed, ${result.failed} failed (${
        result.seconds
      } s)`,
    );
  }
  process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
  return failed === 0 && passed > 0 ? 0 : 1;
}
