import { createReadStream } from 'fs';
import { pipeline } from 'stream/promises';
import { RegistryError } from '../errors';
import { parseDigest } from '../names';
import { Admitted, Handler } from './context';

function sizeOf({ repository, name }: Admitted, digest: string): number {
  const size = repository.blobs.size(digest);
  if (size !== undefined) return size;
  throw new RegistryError('BLOB_UNKNOWN', 'blob unknown to repository', {
    detail: { name: name.full, digest },
  });
}

/** The part of a blob that a `Range` header asks for; undefined for all of it. @throws RegistryError RANGE_INVALID */
function rangeOf(header: string | undefined, size: number) {
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (from === undefined || (from === '' && to === '')) return undefined;
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === '' || to === '' ? size - 1 : Number(to);
  if (start > end || start >= size) {
    throw new RegistryError('RANGE_INVALID', `the blob has ${size} bytes`, {
      headers: { 'content-range': `bytes */${size}` },
    });
  }
  return { start, end: Math.min(end, size - 1) };
}

/** `GET` and `HEAD /v2/<name>/blobs/<digest>`, a part of it where `Range` says so. */
export const getBlob: Handler = async admitted => {
  const { request, response, repository } = admitted;
  const digest = parseDigest(admitted.reference);
  const size = sizeOf(admitted, digest);
  const range = rangeOf(request.get('range'), size);
  response.set({
    'content-type': 'application/octet-stream',
    'docker-content-digest': digest,
    'accept-ranges': 'bytes',
    etag: `"${digest}"`,
    'content-length': String(range ? range.end - range.start + 1 : size),
  });
  if (range) {
    response
      .status(206)
      .set('content-range', `bytes ${range.start}-${range.end}/${size}`);
  }
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  await pipeline(
    createReadStream(repository.blobs.file(digest), range),
    response,
  );
};

/** `DELETE /v2/<name>/blobs/<digest>`: a blob that a manifest needs stays. */
export const deleteBlob: Handler = admitted => {
  const { response, repository } = admitted;
  const digest = parseDigest(admitted.reference);
  sizeOf(admitted, digest);
  if (repository.isReferred(digest)) {
    throw new RegistryError(
      'UNSUPPORTED',
      'a manifest needs this blob: delete the manifest, and the blob goes with it',
      { detail: { digest } },
    );
  }
  repository.blobs.delete(digest);
  response.status(202).end();
};
