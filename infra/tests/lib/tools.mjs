// Finds the real programs that the tests run, and runs them.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const root = fileURLToPath(new URL('../../../', import.meta.url));

const onPath = name =>
  (process.env.PATH ?? '')
    .split(path.delimiter)
    .map(folder => path.join(folder, name))
    .find(file => fs.existsSync(file));

/** Whether a program can be run by its name. */
export const isOnPath = name => onPath(name) !== undefined;

/** The path of a program: what the variable names, else the first on PATH. Throws, saying what to do, when there is none. */
export function tool(name, variable) {
  const named = process.env[variable];
  if (named) {
    if (!fs.existsSync(named)) {
      throw new Error(
        `${variable} names ${named}, which is not there: correct it, or unset it to use ${name} from PATH.`,
      );
    }
    return named;
  }
  const found = onPath(name);
  if (!found) {
    throw new Error(
      `${name} is not on PATH: install it, or name it in ${variable}. \`npm test\` fetches it by itself.`,
    );
  }
  return found;
}

/** Runs a program to its end; `input` is what it reads. */
export function run(program, args, { env, input = '', ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      ...options,
      env: { ...process.env, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const output = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr']) {
      child[stream].setEncoding('utf8');
      child[stream].on('data', text => {
        output[stream] += text;
      });
    }
    child.stdin.on('error', () => {}); // It may end without reading.
    child.stdin.end(input);
    child.on('error', reject);
    child.on('close', code => resolve({ code, ...output }));
  });
}

/** Runs a program that must succeed; the error has what it wrote. */
export async function succeed(program, args, options) {
  const result = await run(program, args, options);
  if (result.code !== 0) {
    throw new Error(
      `${path.basename(program)} ${args.join(' ')} ended with ${
        result.code
      }:\n${result.stdout}${result.stderr}`,
    );
  }
  return result.stdout;
}
