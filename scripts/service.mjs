import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from './console.mjs';
import { root, state } from './paths.mjs';

const exitWithParent = fileURLToPath(
  new URL('./exit-with-parent.cjs', import.meta.url),
);

/** Node arguments that run TypeScript from its sources, as Backstage's own commands do. */
export const fromSources = [
  '--require',
  exitWithParent,
  '--require',
  '@backstage/cli/config/nodeTransform.cjs',
];

/**
 * Starts one long-running part with its output in `<state>/logs/<name>.log`.
 * @param {string} name
 * @param {string[]} args arguments of Node
 * @param {{ env: NodeJS.ProcessEnv, ready: (output: string) => boolean | Promise<boolean>, signal: AbortSignal, timeout?: number }} options
 *   `ready` is asked with all output so far until it says yes; `timeout` in milliseconds
 * @returns {Promise<{ name: string, ended: Promise<void>, stop: () => Promise<void>, log: string }>}
 */
export async function startService(
  name,
  args,
  { env, ready, signal, timeout = 240_000 },
) {
  const log = path.join(state, 'logs', `${name}.log`);
  fs.mkdirSync(path.dirname(log), { recursive: true });
  const file = fs.createWriteStream(log);
  const child = spawn(process.execPath, args, {
    cwd: root,
    env,
    // A group of its own, so that Ctrl-C reaches this process alone and the parts end in order.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', chunk => {
      output = (output + chunk).slice(-200_000);
      file.write(chunk);
    });
  }
  let exit;
  const ended = new Promise(resolve => {
    child.once('error', error => {
      exit = error.message;
      resolve();
    });
    child.once('exit', (code, signal) => {
      exit = `ended with ${signal ?? code}`;
      resolve();
    });
  });
  const stop = async () => {
    if (!exit) child.kill('SIGTERM');
    const hard = setTimeout(() => child.kill('SIGKILL'), 15_000);
    await ended;
    clearTimeout(hard);
  };
  const deadline = Date.now() + timeout;
  while (!(await ready(output))) {
    if (exit || signal.aborted || Date.now() > deadline) {
      await stop();
      const tail = output.trim().split('\n').slice(-25).join('\n');
      throw new UserError(
        `The ${name} did not start (${
          exit ?? `not ready after ${timeout / 1000} s`
        }). The end of ${path.relative(root, log)}:\n${tail}`,
      );
    }
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  return { name, ended, stop, log };
}
