// The servers that are compared, each in a process of its own and run from a bundle.
import { execFileSync, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { freePort } from '../create-environment/free-port.mjs';

const require = createRequire(import.meta.url);
const { bundle } = require('../../packages/api/bin/bundle.cjs');
const file = path => fileURLToPath(new URL(path, import.meta.url));
const program = file('../../packages/api/bin/moorline-api.cjs');

/** The next message. */
async function messageOf(child) {
  const abort = new AbortController();
  const { signal } = abort;
  const ended = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`a server ended: ${code}`);
  });
  try {
    const [message] = await Promise.race([
      once(child, 'message', { signal }),
      ended,
    ]);
    return message;
  } finally {
    ended.catch(() => {});
    abort.abort();
  }
}

/** A peer. */
async function startPeer(kind, database) {
  const child = fork(bundle(file('./server.ts')), [kind], {
    env: {
      ...process.env,
      NODE_ENV: 'production',
      MOORLINE_BENCH_DATABASE: database,
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const { port } = await messageOf(child);
  return {
    kind,
    port,
    usage() {
      child.send('usage');
      return messageOf(child);
    },
    async stop() {
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

/** Ours, as it is run everywhere: with its log, its metrics and its limits. */
async function startOurs(database) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(program, ['serve'], {
    env: {
      ...process.env,
      NODE_ENV: 'production',
      MOORLINE_DATABASE_URL: database,
      MOORLINE_PORT: String(port),
      MOORLINE_CALLS_PER_SECOND: '1000000',
      MOORLINE_CALLS_BURST: '1000000',
      MOORLINE_SUBSCRIPTIONS_PER_CALLER: '1000',
      MOORLINE_DRAIN_MS: '0',
      MOORLINE_GRACE_MS: '1000',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = once(child, 'exit');
  const ready = () => fetch(`${url}/readyz`).then(({ ok }) => ok);
  while (!(await ready().catch(() => false))) {
    if (child.exitCode !== null) throw new Error('our server ended');
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  return {
    kind: 'moorline',
    port,
    async usage() {
      const metrics = await (await fetch(`${url}/metrics`)).text();
      const value = name =>
        Number(new RegExp(`^${name} (.*)$`, 'm').exec(metrics)[1]);
      return {
        rss: value('process_resident_memory_bytes'),
        cpu: value('process_cpu_seconds_total') * 1e6,
      };
    },
    async stop() {
      child.kill();
      await ended;
    },
  };
}

/**
 * Starts one.
 *
 * @param {string} kind
 * @param {string} database A `postgres://` URL.
 * @returns {Promise<{ kind: string, port: number, usage: () => Promise<{ rss: number, cpu: number }>, stop: () => Promise<void> }>}
 *   usage: bytes of memory, and microseconds of processor so far
 */
export const startServer = (kind, database) =>
  kind === 'moorline' ? startOurs(database) : startPeer(kind, database);

/** Makes the tables and an operator's key. @returns {string} */
export const createKey = database =>
  execFileSync(
    program,
    ['create-key', '--name', 'bench', '--role', 'operator'],
    {
      env: { ...process.env, MOORLINE_DATABASE_URL: database },
      encoding: 'utf8',
    },
  ).trim();
