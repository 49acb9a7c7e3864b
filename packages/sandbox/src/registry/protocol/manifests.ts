import type { Request } from 'express';
import { RegistryError } from '../errors';
import { algorithmOf, digestOfBytes } from '../layout/blob-store';
import { isDigest, isTag, parseDigest } from '../names';
import { StoredManifest } from '../layout/repository';
import { Admitted, Handler } from './context';

/** Registries may limit manifests, and the specification wants them to take this much. */
const LARGEST_MANIFEST = 4 * 2 ** 20;

function unknown({ name, reference }: Admitted, why: string): RegistryError {
  return new RegistryError('MANIFEST_UNKNOWN', why, {
    detail: { name: name.full, reference },
  });
}

function find(admitted: Admitted): StoredManifest {
  const { reference, repository, name } = admitted;
  if (reference.includes(':')) parseDigest(reference);
  const found = repository.resolve(reference);
  if (found) return found;
  throw unknown(
    admitted,
    isDigest(reference)
      ? `manifest ${reference} is not found in ${name.full}`
      : `manifest tagged by "${reference}" is not found in ${name.full}`,
  );
}

/** True when an `Accept` header takes this media type; none takes all. */
function accepts(header: string | undefined, mediaType: string): boolean {
  const types = (header ?? '')
    .split(',')
    .map(entry => entry.split(';')[0].trim().toLowerCase())
    .filter(Boolean);
  return (
    types.length === 0 ||
    types.some(type => ['*/*', 'application/*', mediaType].includes(type))
  );
}

/** `GET` and `HEAD /v2/<name>/manifests/<tag or digest>` */
export const getManifest: Handler = admitted => {
  const { request, response, repository } = admitted;
  const { descriptor } = find(admitted);
  const { mediaType, digest, size } = descriptor;
  if (!accepts(request.get('accept'), mediaType)) {
    throw unknown(
      admitted,
      `the manifest is ${mediaType}, which the Accept header does not take`,
    );
  }
  response.set({
    'content-type': mediaType,
    'content-length': String(size),
    'docker-content-digest': digest,
    etag: `"${digest}"`,
  });
  if (request.method === 'HEAD') response.end();
  else response.end(repository.blobs.read(digest));
};

async function readBody(request: Request): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Read to its end even so: a client that is still writing does not see the answer.
    if (size <= LARGEST_MANIFEST) chunks.push(chunk);
  }
  if (size > LARGEST_MANIFEST) {
    throw new RegistryError(
      'SIZE_INVALID',
      `the manifest has ${size} bytes, and may have ${LARGEST_MANIFEST}`,
      { status: 413 },
    );
  }
  return Buffer.concat(chunks);
}

/** `PUT /v2/<name>/manifests/<tag or digest>` */
export const putManifest: Handler = async admitted => {
  const { request, response, name, reference, repository } = admitted;
  const byDigest = reference.includes(':');
  if (byDigest) parseDigest(reference);
  else if (!isTag(reference)) {
    throw new RegistryError(
      'TAG_INVALID',
      'a tag has at most 128 letters, digits and . _ - and begins with none of . -',
      { detail: { tag: reference } },
    );
  }
  const mediaType = (request.get('content-type') ?? '').split(';')[0].trim();
  const bytes = await readBody(request);
  const digest = digestOfBytes(
    bytes,
    byDigest ? algorithmOf(reference) : undefined,
  );
  if (byDigest && digest !== reference) {
    throw new RegistryError(
      'DIGEST_INVALID',
      'provided digest did not match uploaded content',
      { detail: { digest: reference, actual: digest } },
    );
  }
  const { manifest } = repository.put({
    bytes,
    mediaType,
    digest,
    tag: byDigest ? undefined : reference,
  });
  response.status(201).set({
    location: `/v2/${name.full}/manifests/${digest}`,
    'docker-content-digest': digest,
    'content-length': '0',
  });
  if (manifest.subject) response.set('oci-subject', manifest.subject.digest);
  response.end();
};

/** `DELETE /v2/<name>/manifests/<tag or digest>`: a tag goes alone, a manifest with its tags. */
export const deleteManifest: Handler = admitted => {
  const { response, repository, reference } = admitted;
  const { descriptor } = find(admitted);
  if (isDigest(reference)) repository.deleteManifest(descriptor.digest);
  else repository.deleteTag(reference);
  response.status(202).end();
};
