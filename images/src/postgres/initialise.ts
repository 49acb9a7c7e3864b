import { spawn } from 'child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'fs';
import { tmpdir } from 'os';
import path from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { Client, escapeIdentifier } from 'pg';
import { giveTo, Owner } from './owner';
import { ended, run } from './run';
import { ServerSettings, UsageError } from './settings';

const PATIENCE_MS = 60_000;

/** Makes the data folder, runs the init scripts, and leaves it stopped. What fails leaves nothing behind. */
export async function initialise(
  settings: ServerSettings,
  owner: Owner,
): Promise<void> {
  const { data, password, superuser, initdbArguments } = settings;
  if (!password) {
    throw new UsageError(
      'The data folder is empty and there is no password for it: set POSTGRES_PASSWORD_FILE',
    );
  }
  // Short: a socket's path may have 107 bytes.
  const temporary = mkdtempSync(path.join(tmpdir(), 'pg-'));
  try {
    const passwordFile = path.join(temporary, 'password');
    writeFileSync(passwordFile, password, { mode: 0o600 });
    for (const file of [temporary, passwordFile]) giveTo(owner, file);
    const options = { ...owner, cwd: temporary };
    await run(
      'initdb',
      [
        `--pgdata=${data}`,
        `--username=${superuser}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--locale=C',
        ...initdbArguments,
      ],
      options,
    );
    const server = spawn(
      'postgres',
      ['-D', data, '-c', 'listen_addresses=', '-k', temporary],
      { ...options, stdio: 'inherit' },
    );
    const stopped = ended(server);
    try {
      await Promise.race([stopped, runScripts(settings, temporary)]);
    } finally {
      server.kill('SIGINT');
      await stopped;
    }
  } catch (error) {
    for (const name of readdirSync(data)) {
      rmSync(path.join(data, name), { recursive: true, force: true });
    }
    throw error;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

async function runScripts(settings: ServerSettings, socket: string) {
  const { superuser, password, database, initFolder } = settings;
  const connection = { host: socket, user: superuser, password };
  const client = await connected({ ...connection, database: 'postgres' });
  if (database !== 'postgres') {
    await client.query(`CREATE DATABASE ${escapeIdentifier(database)}`);
  }
  await client.end();
  const scripts = existsSync(initFolder) ? readdirSync(initFolder).sort() : [];
  for (const script of scripts) {
    const file = path.join(initFolder, script);
    process.stdout.write(`${file}\n`);
    if (script.endsWith('.sql')) {
      const session = await connected({ ...connection, database });
      await session.query(readFileSync(file, 'utf8'));
      await session.end();
    } else if (script.endsWith('.sh')) {
      await run('sh', ['-eu', file], {
        env: {
          ...process.env,
          PGHOST: socket,
          PGUSER: superuser,
          PGPASSWORD: password,
          PGDATABASE: database,
        },
      });
    }
  }
}

/** Connects as soon as the server, which was started just now, takes clients. */
async function connected(
  connection: ConstructorParameters<typeof Client>[0],
): Promise<Client> {
  for (const until = Date.now() + PATIENCE_MS; ; ) {
    const client = new Client(connection);
    client.on('error', () => {});
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end().catch(() => {});
      if (Date.now() > until) throw error;
      await sleep(50);
    }
  }
}
