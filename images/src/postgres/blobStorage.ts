import type { Readable } from 'stream';
import { WorkloadIdentityCredential } from '@azure/identity';
import { ContainerClient } from '@azure/storage-blob';
import { UsageError } from './settings';
import type { Storage } from './storage';

const BLOCK_BYTES = 8 * 2 ** 20;
const BLOCKS_AT_ONCE = 2;

/**
 * A folder in a container of Azure Blob Storage, opened by the signature (SAS) in its URL, else as the pod's workload
 * identity.
 */
export class BlobStorage implements Storage {
  private readonly container: ContainerClient;
  private readonly prefix: string;

  /** @throws UsageError when the URL names no container */
  constructor(url: URL) {
    const segments = url.pathname.split('/').filter(Boolean);
    // Azure has the account in the host; emulators have it in the path.
    const account = /\.blob\./.test(url.hostname) ? [] : segments.splice(0, 1);
    const container = segments.shift();
    if (!container) {
      throw new UsageError('MOORLINE_BACKUPS: the URL names no container');
    }
    const address = new URL([...account, container].join('/'), url.origin);
    this.container = url.searchParams.has('sig')
      ? new ContainerClient(`${address}${url.search}`)
      : new ContainerClient(`${address}`, new WorkloadIdentityCredential());
    this.prefix = segments.map(segment => `${segment}/`).join('');
  }

  async write(name: string, content: Readable) {
    // Blocks become a blob with the last request: a stream that breaks leaves none.
    await this.container
      .getBlockBlobClient(this.prefix + name)
      .uploadStream(content, BLOCK_BYTES, BLOCKS_AT_ONCE, {
        blobHTTPHeaders: { blobContentType: 'application/gzip' },
      });
  }

  async read(name: string) {
    const { readableStreamBody } = await this.container
      .getBlobClient(this.prefix + name)
      .download();
    return readableStreamBody as Readable;
  }

  async list() {
    const names: string[] = [];
    const { prefix } = this;
    for await (const { name } of this.container.listBlobsFlat({ prefix })) {
      names.push(name.slice(prefix.length));
    }
    return names;
  }

  async delete(name: string) {
    await this.container.deleteBlob(this.prefix + name);
  }
}
