import { spawn } from 'child_process';
import { existsSync, mkdirSync, renameSync } from 'fs';
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
const nameOf = (time: Date) =>
  `base-${time.toISOString().replace(/[-:]|\.\d+/g, '')}.tar.gz`;

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

/** How {@link restore} treats data that is there. */
export type Existing = 'refuse' | 'keep' | 'set-aside';

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
  if (old && existing === 'refuse') {
    throw new UsageError(
      `${data} has data: give --set-aside to put it beside, or --if-empty to leave it`,
    );
  }
  if (existsSync(path.join(data, 'postmaster.pid'))) {
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
  const owner = prepareFolder(incoming);
  const tar = spawn('tar', ['-x', '-p', '-C', incoming], {
    ...owner,
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  await Promise.all([
    pipeline(await storage.read(chosen), createGunzip(), tar.stdin),
    ended(tar),
  ]);
  if (old) renameSync(data, `${data}.before-${chosen.slice(5, 21)}`);
  mkdirSync(path.dirname(data), { recursive: true });
  renameSync(incoming, data);
  return chosen;
}
