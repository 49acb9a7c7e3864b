import { createReadStream, createWriteStream } from 'fs';
import { mkdir, readdir, rename, rm } from 'fs/promises';
import path from 'path';
import type { Readable } from 'stream';
import { pipeline } from 'stream/promises';
import { UsageError } from './settings';

/** Where backups are kept. */
export interface Storage {
  /** Keeps all of a stream, or nothing of it when it breaks. */
  write(name: string, content: Readable): Promise<void>;
  read(name: string): Promise<Readable>;
  /** Names of all that is there. */
  list(): Promise<string[]>;
  delete(name: string): Promise<void>;
}

class FolderStorage implements Storage {
  constructor(private readonly folder: string) {}

  async write(name: string, content: Readable) {
    await mkdir(this.folder, { recursive: true });
    const file = path.join(this.folder, name);
    const part = `${file}.part`;
    try {
      await pipeline(content, createWriteStream(part, { mode: 0o600 }));
      await rename(part, file);
    } catch (error) {
      await rm(part, { force: true });
      throw error;
    }
  }

  async read(name: string) {
    return createReadStream(path.join(this.folder, name));
  }

  list() {
    return readdir(this.folder);
  }

  delete(name: string) {
    return rm(path.join(this.folder, name));
  }
}

/**
 * Opens the place that MOORLINE_BACKUPS names: a folder, or a container of Azure Blob Storage by its URL.
 * @throws UsageError when it is neither
 */
export async function openStorage(
  env: Readonly<Record<string, string | undefined>>,
): Promise<Storage> {
  const place = env.MOORLINE_BACKUPS ?? '';
  if (place.startsWith('/')) return new FolderStorage(place);
  if (!/^https?:/.test(place) || !URL.canParse(place)) {
    throw new UsageError(
      'Set MOORLINE_BACKUPS to a folder, or to a URL such as https://ACCOUNT.blob.core.windows.net/CONTAINER/FOLDER',
    );
  }
  // Loaded when it is needed: probes start this program every few seconds.
  const { BlobStorage } = await import('./blobStorage');
  return new BlobStorage(new URL(place));
}
