// From the start of a program of our images to its being ready, beside a server that is nothing but Node.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../create-environment/free-port.mjs';
import { processorTime } from '../infra/processor.mjs';

const BARE = `require('node:http').createServer((_, response) => response.end()).listen(process.env.PORT, '127.0.0.1')`;

const isReady = port =>
  new Promise(resolve => {
    const request = http.get(`http://127.0.0.1:${port}/readyz`, answer => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    request.once('error', () => resolve(false));
  });

/** Starts a server and ends it. @returns {Promise<{ clock: number, processor: number }>} milliseconds until it was ready */
async function measure(args, env) {
  const port = await freePort();
  const before = performance.now();
  const child = spawn(process.execPath, args, {
    env: { NODE_ENV: 'production', ...env(String(port)) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = once(child, 'exit');
  while (!(await isReady(port))) {
    if (child.exitCode !== null) throw new Error(`${args[0]} ended`);
    await sleep(5);
  }
  const took = {
    clock: performance.now() - before,
    processor: processorTime(child.pid),
  };
  child.kill('SIGTERM');
  await ended;
  return took;
}

/**
 * Starts programs in turn.
 * @param {Record<string, { script: string, env: (port: string) => Record<string, string> }>} programs
 * @returns {Promise<Record<string, { clock: number, processor: number }>>} the least of all rounds, which is what is disturbed
 *   least; `bare` is Node alone
 */
export async function startUps(programs, rounds) {
  const all = {
    bare: () => measure(['-e', BARE], PORT => ({ PORT })),
    ...Object.fromEntries(
      Object.entries(programs).map(([name, { script, env }]) => [
        name,
        () => measure([script], env),
      ]),
    ),
  };
  const least = {};
  // The first one makes the tables.
  for (let round = -1; round < rounds; round += 1) {
    for (const [name, start] of Object.entries(all)) {
      const { clock, processor } = await start();
      if (round < 0) continue;
      const before = least[name] ?? { clock: Infinity, processor: Infinity };
      least[name] = {
        clock: Math.min(before.clock, clock),
        processor: Math.min(before.processor, processor),
      };
    }
  }
  return least;
}
