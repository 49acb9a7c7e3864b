import { createHash, randomUUID } from 'crypto';
import {
  copyFileSync,
  createReadStream,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'fs';
import path from 'path';

/** Algorithm of a digest: `sha256`. */
export const algorithmOf = (digest: string) => digest.split(':')[0];

/** Digest of bytes that are at hand. */
export const digestOfBytes = (bytes: Buffer, algorithm: string = 'sha256') =>
  `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;

/** Digest of a file, read as a stream. */
export async function digestOfFile(file: string, algorithm: string) {
  const hash = createHash(algorithm);
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return `${algorithm}:${hash.digest('hex')}`;
}

/** The `blobs` folder of an OCI layout. A file is there only under the digest that its content was seen to have. */
export class BlobStore {
  /** @param folder - the layout's folder */
  constructor(private readonly folder: string) {}

  /** Where a blob is, or would be. */
  file(digest: string): string {
    const [algorithm, hex] = digest.split(':');
    return path.join(this.folder, 'blobs', algorithm, hex);
  }

  /** Size in bytes; undefined when there is no such blob. */
  size(digest: string): number | undefined {
    return statSync(this.file(digest), { throwIfNoEntry: false })?.size;
  }

  has(digest: string): boolean {
    return this.size(digest) !== undefined;
  }

  /** The whole content, for manifests and configurations, which are small. */
  read(digest: string): Buffer {
    return readFileSync(this.file(digest));
  }

  /** Keeps bytes whose digest the caller has checked. */
  write(digest: string, bytes: Buffer): void {
    const draft = `${this.file(digest)}.${randomUUID()}.draft`;
    this.makeRoom(digest);
    writeFileSync(draft, bytes, { mode: 0o600 });
    renameSync(draft, this.file(digest));
  }

  /** Takes over a file whose digest the caller has checked. */
  adopt(digest: string, file: string): void {
    this.makeRoom(digest);
    renameSync(file, this.file(digest));
  }

  /** Shares a blob of another repository; the bytes are on disk once. */
  mount(digest: string, from: BlobStore): void {
    if (this.has(digest)) return;
    this.makeRoom(digest);
    try {
      linkSync(from.file(digest), this.file(digest));
    } catch {
      // Not every file system has hard links.
      copyFileSync(from.file(digest), this.file(digest));
    }
  }

  delete(digest: string): void {
    rmSync(this.file(digest), { force: true });
  }

  private makeRoom(digest: string): void {
    mkdirSync(path.dirname(this.file(digest)), { recursive: true });
  }
}
