import { spawn } from 'child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import path from 'path';
import { configure } from './configuration';
import { initialise } from './initialise';
import { giveTo, Owner, prepareFolder } from './owner';
import { serverSettings } from './settings';

/**
 * Runs the server until it ends, with a data folder that is made at the first start.
 * @param args - for `postgres`; they have the last word
 * @returns its exit code
 */
export async function runServer(args: string[]): Promise<number> {
  const settings = serverSettings(process.env, file =>
    readFileSync(file, 'utf8'),
  );
  const owner = prepareFolder(settings.data);
  if (!existsSync(path.join(settings.data, 'PG_VERSION'))) {
    await initialise(settings, owner);
  }
  const temporary = mkdtempSync(path.join(tmpdir(), 'pg-'));
  try {
    giveTo(owner, temporary);
    const options = configure(settings, owner, temporary);
    return await serve(['-D', settings.data, ...options, ...args], owner);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function serve(args: string[], owner: Owner): Promise<number> {
  const server = spawn('postgres', args, {
    ...owner,
    cwd: tmpdir(),
    stdio: 'inherit',
  });
  // What stops a pod stops clients and then the server; PostgreSQL's own answer to SIGTERM would wait for its clients.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => server.kill('SIGINT'));
  }
  process.on('SIGHUP', () => server.kill('SIGHUP'));
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('exit', code => resolve(code ?? 1));
  });
}
