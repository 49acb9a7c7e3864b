import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

/** A PostgreSQL of a test's own, to be killed. */
export interface TestPostgres {
  /** Of its one database; stays the same. */
  url: string;
  /** Ends every process of it with SIGKILL, as the loss of its machine would. */
  kill(): Promise<void>;
  /** Starts it again, on the data that it left. */
  start(): Promise<void>;
  /** Ends it and deletes its data. */
  remove(): Promise<void>;
}

const HELPER = new URL(
  '../../scripts/postgres.mjs',
  pathToFileURL(require.resolve('@moorline/api/package.json')),
).href;

// Stays as long as the server does.
const STARTER = `
  import { startPostgres } from '${HELPER}';
  const { connection } = await startPostgres(JSON.parse(process.argv[1]));
  console.log(JSON.stringify(connection));`;

interface Connection {
  host: string;
  port: number;
  user: string;
  password: string;
}

async function startOn(options: {
  dataFolder: string;
  port?: number;
}): Promise<{ connection: Connection; ended: Promise<unknown> }> {
  const starter = spawn(
    process.execPath,
    ['--input-type=module', '--eval', STARTER, JSON.stringify(options)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = once(starter, 'exit');
  const connection = await Promise.race([
    once(createInterface(starter.stdout), 'line').then(([line]) =>
      JSON.parse(line),
    ),
    ended.then(() => {
      throw new Error('PostgreSQL did not start');
    }),
  ]);
  return { connection, ended };
}

/** Starts a PostgreSQL with a data folder of its own. */
export async function startTestPostgres(): Promise<TestPostgres> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'moorline-postgres-'));
  let running = await startOn({ dataFolder });
  const { host, port, user, password } = running.connection;

  async function kill() {
    const file = join(dataFolder, 'data/postmaster.pid');
    const postmaster = Number(readFileSync(file, 'utf8').split('\n')[0]);
    // First the one that would start others.
    const pids = [postmaster, ...childrenOf(postmaster)];
    for (const pid of pids) killNow(pid);
    await running.ended;
  }
  return {
    url: `postgres://${user}:${password}@${host}:${port}/postgres`,
    kill,
    async start() {
      running = await startOn({ dataFolder, port });
    },
    async remove() {
      await kill();
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}

function childrenOf(parent: number): number[] {
  return execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .split('\n')
    .map(line => line.trim().split(/\s+/).map(Number))
    .filter(([, ppid]) => ppid === parent)
    .map(([pid]) => pid);
}

function killNow(pid: number) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // Ended by itself meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
