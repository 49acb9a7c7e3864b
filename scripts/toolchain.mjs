// Node 22, Yarn and the packages: what every other command stands on. Runs on Node 20 with nothing installed.
import { createHash } from 'node:crypto';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { step, UserError } from './console.mjs';
import { root, tools } from './paths.mjs';

const NODE_VERSION = '22.23.3';
const YARN_VERSION = '4.18.1';

/** Runs a program to its end; on failure the error carries the last lines of what it printed. */
export function runProgram(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...options,
    });
    let output = '';
    const keep = chunk => {
      output = (output + chunk).slice(-8000);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    child.once('error', reject);
    child.once('close', (code, signal) =>
      code === 0
        ? resolve(output)
        : reject(
            new UserError(
              `${path.basename(command)} ${args.join(' ')} ended with ${
                signal ?? code
              }:\n${output.trim().split('\n').slice(-30).join('\n')}`,
            ),
          ),
    );
  });
}

/** The npm package that holds Node's binary for this machine; taken directly because it needs no install script. */
function nodePackage() {
  const { platform, arch } = process;
  const prefix =
    platform === 'darwin' && arch === 'arm64' ? 'node-bin' : 'node';
  return `${prefix}-${platform === 'win32' ? 'win' : platform}-${arch}`;
}

function fetchedNode() {
  const folder = path.join(tools, 'node_modules', nodePackage(), 'bin');
  const binary = path.join(folder, 'node');
  return fs.existsSync(binary) ? binary : undefined;
}

const isNode22 = binary =>
  spawnSync(binary, ['--version'], { encoding: 'utf8' }).stdout?.startsWith(
    'v22.',
  );

async function ensureNodeAndYarn() {
  const wanted = [];
  const ownNode = process.version.startsWith('v22.')
    ? process.execPath
    : undefined;
  if (!ownNode && !(fetchedNode() && isNode22(fetchedNode()))) {
    wanted.push(`${nodePackage()}@${NODE_VERSION}`);
  }
  const yarn = path.join(tools, 'node_modules/@yarnpkg/cli-dist/package.json');
  const yarnVersion = fs.existsSync(yarn)
    ? JSON.parse(fs.readFileSync(yarn, 'utf8')).version
    : undefined;
  if (yarnVersion !== YARN_VERSION) {
    wanted.push(`@yarnpkg/cli-dist@${YARN_VERSION}`);
  }
  if (wanted.length > 0) {
    fs.mkdirSync(tools, { recursive: true });
    await step(`Fetching ${wanted.join(' and ')} from npm`, () =>
      runProgram('npm', [
        'install',
        '--prefix',
        tools,
        '--no-audit',
        '--no-fund',
        ...wanted,
      ]),
    );
  }
  return ownNode ?? fetchedNode();
}

/** What decides what `yarn install` would do: the lock file also names what every workspace asks for. */
function lockHash() {
  const hash = createHash('sha256');
  for (const file of ['yarn.lock', '.yarnrc.yml', 'package.json']) {
    hash.update(fs.readFileSync(path.join(root, file)));
  }
  return hash.digest('hex');
}

async function ensurePackages(node) {
  const marker = path.join(root, 'node_modules', '.moorline-installed');
  const hash = lockHash();
  if (fs.existsSync(marker) && fs.readFileSync(marker, 'utf8') === hash) return;
  const yarn = path.join(tools, 'node_modules/@yarnpkg/cli-dist/bin/yarn.js');
  await step('Installing packages (one to three minutes the first time)', () =>
    runProgram(node, [yarn, 'install', '--immutable'], {
      env: environment(node),
    }),
  );
  fs.writeFileSync(marker, hash);
}

/** The environment of every child process: our Node, Yarn and package binaries first on PATH. */
export function environment(node = process.execPath) {
  const yarn = path.join(tools, 'node_modules', '.bin');
  const binaries = path.join(root, 'node_modules', '.bin');
  return {
    ...process.env,
    PATH: [path.dirname(node), yarn, binaries, process.env.PATH].join(
      path.delimiter,
    ),
    NODE_COMPILE_CACHE: path.join(tools, 'compile-cache'),
  };
}

/** Makes Node 22, Yarn and the packages be there, then goes on in Node 22 if this process is another. */
export async function ensureToolchain(argv) {
  const [major] = process.versions.node.split('.').map(Number);
  if (major < 20) {
    throw new UserError(
      `Node ${process.version} is too old to begin with: install Node 20 or newer (https://nodejs.org), then try again.`,
    );
  }
  for (const program of ['npm', 'git']) {
    if (spawnSync(program, ['--version']).status !== 0) {
      throw new UserError(
        `${program} is missing: install it (Debian: apt-get install ${program}), then try again.`,
      );
    }
  }
  const node = await ensureNodeAndYarn();
  await ensurePackages(node);
  const env = environment(node);
  if (node === process.execPath) {
    Object.assign(process.env, env);
    return;
  }
  const child = spawn(node, argv.slice(1), { stdio: 'inherit', env });
  // The terminal signals the whole group: the child decides how to end, this process waits for it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => signal !== 'SIGINT' && child.kill(signal));
  }
  const code = await new Promise(resolve =>
    child.once('close', (exitCode, signal) =>
      resolve(exitCode ?? (signal ? 130 : 1)),
    ),
  );
  process.exit(code);
}
