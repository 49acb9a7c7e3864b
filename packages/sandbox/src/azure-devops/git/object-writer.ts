import { createHash, randomBytes } from 'crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'fs';
import path from 'path';
import { deflateSync } from 'zlib';
import type { GitObject } from './object-reader';

/** Writes an object as git does: a loose file named by the hash of its content. @returns its id */
export function writeObject(
  folder: string,
  type: GitObject['type'],
  content: Buffer,
): string {
  const data = Buffer.concat([
    Buffer.from(`${type} ${content.length}\0`),
    content,
  ]);
  const objectId = createHash('sha1').update(data).digest('hex');
  const inside = path.join(folder, 'objects', objectId.slice(0, 2));
  const file = path.join(inside, objectId.slice(2));
  if (existsSync(file)) return objectId;
  mkdirSync(inside, { recursive: true });
  // The name that git gives to what is not complete, and clears away after a crash.
  const temporary = path.join(
    inside,
    `tmp_obj_${randomBytes(6).toString('hex')}`,
  );
  writeFileSync(temporary, deflateSync(data), { mode: 0o444 });
  renameSync(temporary, file);
  return objectId;
}
