import type { TokenCredential } from '@azure/core-auth';
import {
  BlobServiceClient,
  ContainerClient,
  RestError,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import { TRPCError } from '@trpc/server';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { ownCredential } from '../azureIdentity';
import type { Archive } from './archive';

const zip = promisify(gzip);
const unzip = promisify(gunzip);

/** The job is tried again by itself, and who reads waits in front of a page. */
const RETRY = { maxTries: 2, tryTimeoutInMs: 30_000 };

class BlobArchive implements Archive {
  constructor(private readonly container: ContainerClient) {}

  async write(name: string, text: string, contentType: string): Promise<void> {
    const content = await zip(text);
    const upload = () =>
      this.container.getBlockBlobClient(name).uploadData(content, {
        blobHTTPHeaders: {
          blobContentType: contentType,
          blobContentEncoding: 'gzip',
        },
      });
    try {
      await upload().catch(async error => {
        if (codeOf(error) !== 'ContainerNotFound') throw error;
        await this.container.createIfNotExists();
        await upload();
      });
    } catch (error) {
      throw this.explain('write', error);
    }
  }

  async read(name: string): Promise<string | undefined> {
    try {
      const content = await this.container
        .getBlobClient(name)
        .downloadToBuffer();
      return (await unzip(content)).toString('utf8');
    } catch (error) {
      if (['BlobNotFound', 'ContainerNotFound'].includes(codeOf(error))) {
        return undefined;
      }
      throw this.explain('read', error);
    }
  }

  private explain(what: string, cause: unknown): TRPCError {
    return new TRPCError({
      code: 'BAD_GATEWAY',
      message: `The archive ${this.container.url} could not ${what} (${codeOf(
        cause,
      )}). Check its address, and that the identity of this process is Storage Blob Data Contributor there.`,
      cause,
    });
  }
}

/**
 * Opens a container of Azure Blob Storage; the container is made with the first text.
 *
 * @param url `https://ACCOUNT.blob.core.windows.net/CONTAINER`, or Azurite's on this machine.
 * @param credential Who writes; by default whoever this process is: its workload identity, its managed identity, or the
 * person who is signed in.
 * @throws Error for an address that is none of these.
 */
export async function openArchive(
  url: string,
  credential?: TokenCredential,
): Promise<Archive> {
  const address = checkedUrl(url);
  return new BlobArchive(
    new ContainerClient(
      address.href,
      address.protocol === 'http:'
        ? azuriteCredential()
        : credential ?? (await ownCredential()),
      { retryOptions: RETRY },
    ),
  );
}

function checkedUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const local = ['127.0.0.1', 'localhost', '[::1]'];
  const secure =
    url?.protocol === 'https:' ||
    (url?.protocol === 'http:' && local.includes(url.hostname));
  const bare = !url?.search && !url?.username && !url?.password;
  const path = url?.pathname.split('/').filter(Boolean) ?? [];
  if (
    url &&
    secure &&
    bare &&
    path.length === (url.protocol === 'http:' ? 2 : 1)
  ) {
    return url;
  }
  throw new Error(
    'The archive needs the address of a container without a signature, such as https://ACCOUNT.blob.core.windows.net/runs; or Azurite on this machine, http://127.0.0.1:10000/devstoreaccount1/runs.',
  );
}

/** The account that every Azurite has; the library knows it. */
function azuriteCredential(): StorageSharedKeyCredential {
  const { credential } = BlobServiceClient.fromConnectionString(
    'UseDevelopmentStorage=true',
  );
  return credential as StorageSharedKeyCredential;
}

function codeOf(error: unknown): string {
  if (!(error instanceof RestError)) return 'no token';
  return error.code ?? String(error.statusCode ?? 'no answer');
}
