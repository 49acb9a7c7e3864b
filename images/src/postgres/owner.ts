import { chownSync, mkdirSync, readFileSync } from 'fs';
import path from 'path';

/** Under whose account to run; empty: the one that this process has. */
export interface Owner {
  uid?: number;
  gid?: number;
}

/** PostgreSQL's own account, as the official image has it, or that of nobody, which every system has. */
function ordinaryUser(): Owner {
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map(line => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = accounts.find(account => account[0] === name) ?? [];
    if (uid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(
    'PostgreSQL does not run as root, and /etc/passwd has neither postgres nor nobody',
  );
}

/**
 * Makes a folder for the server's data. PostgreSQL refuses to run as root: then the folder is given to an ordinary user.
 * Pods of the charts are not root to begin with.
 */
export function prepareFolder(folder: string): Owner {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (process.getuid?.() !== 0) return {};
  const owner = ordinaryUser();
  for (const place of [folder, path.dirname(folder)]) giveTo(owner, place);
  return owner;
}

/** Makes a file or folder the owner's. */
export function giveTo({ uid, gid }: Owner, file: string): void {
  if (uid !== undefined && gid !== undefined) chownSync(file, uid, gid);
}
