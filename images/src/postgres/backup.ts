import { spawn } from 'child_process';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'fs';
import path from 'path';
import { Transform, TransformCallback } from 'stream';
import { pipeline } from 'stream/promises';
import { createGunzip, createGzip } from 'zlib';
import type { Client } from 'pg';
import { baseBackup } from './baseBackup';
import { prepareFolder } from './owner';
import { ended } from './run';
import { UsageError } from './settings';
import type { Storage } from './storage';

/** Their order is that of their times. */
const BACKUP = /^base-\d{8}T\d{6}Z\.tar\.gz$/;
const stampOf = (time: Date) => time.toISOString().replace(/[-:]|\.\d+/g, '');
const nameOf = (time: Date) => `base-${stampOf(time)}.tar.gz`;
/** In a data folder: the backup that it was made of. */
const ORIGIN = 'moorline-restored-from';

/** The backups in a storage, oldest first. */
export const backupsIn = async (storage: Storage) =>
  (await storage.list()).filter(name => BACKUP.test(name)).sort();

/** Counts what flows through. */
class Meter extends Transform {
  bytes = 0;
  _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback) {
    this.bytes += chunk.length;
    done(undefined, chunk);
  }
}

/**
 * Copies the whole server to a storage while it works on.
 * @param client - a connection for replication
 */
export async function backUp(
  client: Client,
  storage: Storage,
): Promise<{ name: string; bytes: number }> {
  const name = nameOf(new Date());
  const meter = new Meter();
  // Compressed as fast as possible: the network is seldom slower than that.
  const compressed = pipeline(
    baseBackup(client, name),
    createGzip({ level: 1 }),
    meter,
  );
  await Promise.all([compressed, storage.write(name, meter)]);
  return { name, bytes: meter.bytes };
}

/** Deletes the backups from before a time; the newest stays, however old it is. @returns their names */
export async function discardBefore(
  storage: Storage,
  time: Date,
): Promise<string[]> {
  const backups = await backupsIn(storage);
  const old = backups.slice(0, -1).filter(name => name < nameOf(time));
  for (const name of old) await storage.delete(name);
  return old;
}

/**
 * How {@link restore} treats data that is there. `once` keeps what was made of the same backup and sets aside what was
 * not; who says so knows that no server runs.
 */
export type Existing = 'refuse' | 'keep' | 'set-aside' | 'once';

/**
 * Puts a backup in place of the data folder. The server's next start recovers from it.
 * @param name - of the backup; left out, the newest
 * @returns name of the backup; undefined when there was data to keep
 * @throws UsageError when there is data in the way, or no such backup
 */
export async function restore(
  storage: Storage,
  data: string,
  existing: Existing,
  name?: string,
): Promise<string | undefined> {
  const old = existsSync(path.join(data, 'PG_VERSION'));
  if (old && existing === 'keep') return undefined;
  if (old && existing === 'once' && name === originOf(data)) return undefined;
  if (old && existing === 'refuse') {
    throw new UsageError(
      `${data} has data: give --set-aside to put it beside, or --if-empty to leave it`,
    );
  }
  if (existing !== 'once' && existsSync(path.join(data, 'postmaster.pid'))) {
    throw new UsageError(
      `${data}/postmaster.pid is there: stop the server first, or delete that file if it crashed`,
    );
  }
  const backups = await backupsIn(storage);
  const chosen = name ?? backups[backups.length - 1];
  if (!chosen || !backups.includes(chosen)) {
    throw new UsageError(
      `There is no backup ${name ?? 'yet'}; there are: ${backups.join(', ')}`,
    );
  }
  const incoming = `${data}.incoming`;
  // Left by one that was cut off.
  rmSync(incoming, { recursive: true, force: true });
  const owner = prepareFolder(incoming);
  const tar = spawn('tar', ['-x', '-p', '-C', incoming], {
    ...owner,
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  await Promise.all([
    pipeline(await storage.read(chosen), createGunzip(), tar.stdin),
    ended(tar),
  ]);
  // Part of the data: it is there from the moment that the data is.
  writeFileSync(path.join(incoming, ORIGIN), chosen);
  if (old) renameSync(data, `${data}.before-${stampOf(new Date())}`);
  mkdirSync(path.dirname(data), { recursive: true });
  renameSync(incoming, data);
  return chosen;
}

function originOf(data: string): string | undefined {
  const file = path.join(data, ORIGIN);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}
