import { createHash, Hash, randomUUID } from 'crypto';
import { mkdirSync, rmSync } from 'fs';
import { open } from 'fs/promises';
import path from 'path';
import { RegistryError } from '../errors';
import { algorithmOf, BlobStore, digestOfFile } from './blob-store';

/** An upload that nobody has touched for this long is given up. */
const IDLE_MS = 60 * 60 * 1000;

/** A blob on its way in: a file that grows until its digest is known to be right. */
export class Upload {
  readonly id = randomUUID();
  /** Bytes received. */
  size = 0;
  private touched = Date.now();
  private writing = false;
  private readonly sha256: Hash = createHash('sha256');
  private readonly file: string;

  /** @param repository - full name of the repository that it is for */
  constructor(folder: string, readonly repository: string) {
    this.file = path.join(folder, this.id);
  }

  get isIdle(): boolean {
    return !this.writing && Date.now() - this.touched > IDLE_MS;
  }

  /**
   * Appends what a request carries, hashing it on its way to disk. When the request breaks off, what came stays.
   * @throws RegistryError BLOB_UPLOAD_INVALID while another request writes
   */
  async append(content: AsyncIterable<Buffer>): Promise<void> {
    if (this.writing) {
      throw new RegistryError(
        'BLOB_UPLOAD_INVALID',
        'another request is writing to this upload: send one chunk after the other',
        { status: 409 },
      );
    }
    this.writing = true;
    try {
      await this.write(content);
    } finally {
      this.touched = Date.now();
      this.writing = false;
    }
  }

  /**
   * Hands the content over, when it has the digest that it should have.
   * @throws RegistryError DIGEST_INVALID
   */
  async finish(digest: string, blobs: BlobStore): Promise<void> {
    const algorithm = algorithmOf(digest);
    const actual =
      algorithm === 'sha256'
        ? `sha256:${this.sha256.digest('hex')}`
        : await digestOfFile(this.file, algorithm);
    if (actual !== digest) {
      throw new RegistryError(
        'DIGEST_INVALID',
        `provided digest did not match uploaded content: ${this.size} bytes with the digest ${actual} came`,
        { detail: { digest, actual } },
      );
    }
    blobs.adopt(digest, this.file);
  }

  private async write(content: AsyncIterable<Buffer>): Promise<void> {
    const file = await open(this.file, 'a', 0o600);
    try {
      for await (const chunk of content) {
        await file.appendFile(chunk);
        this.sha256.update(chunk);
        this.size += chunk.length;
      }
      await file.sync();
    } finally {
      await file.close();
    }
  }

  /** Forgets what came. */
  discard(): void {
    rmSync(this.file, { force: true });
  }
}

/** Uploads that are not finished. They end with the process: a client begins anew, as after any lost session. */
export class Uploads {
  private readonly uploads = new Map<string, Upload>();

  /** @param folder - for what came so far; emptied */
  constructor(private readonly folder: string) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  begin(repository: string): Upload {
    for (const upload of this.uploads.values()) {
      if (upload.isIdle) this.end(upload);
    }
    const upload = new Upload(this.folder, repository);
    this.uploads.set(upload.id, upload);
    return upload;
  }

  /** @throws RegistryError BLOB_UPLOAD_UNKNOWN */
  get(repository: string, id: string): Upload {
    const upload = this.uploads.get(id);
    if (upload?.repository !== repository) {
      throw new RegistryError(
        'BLOB_UPLOAD_UNKNOWN',
        'blob upload unknown to registry: it was finished, canceled or given up; begin a new one',
        { detail: { uuid: id } },
      );
    }
    return upload;
  }

  /** Finished or canceled: its address is no more. */
  end(upload: Upload): void {
    this.uploads.delete(upload.id);
    upload.discard();
  }
}
