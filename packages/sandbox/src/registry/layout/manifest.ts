import { RegistryError } from '../errors';
import { isDigest } from '../names';

/** Points to content: what it is, how large, and its digest. */
export interface Descriptor {
  mediaType: string;
  digest: string;
  /** Bytes. */
  size: number;
  artifactType?: string;
  annotations?: Record<string, string>;
  platform?: { os: string; architecture: string; variant?: string };
  urls?: string[];
}

/** An image manifest, or an index of manifests. */
export interface Manifest {
  schemaVersion: 2;
  mediaType?: string;
  artifactType?: string;
  config?: Descriptor;
  layers?: Descriptor[];
  manifests?: Descriptor[];
  subject?: Descriptor;
  annotations?: Record<string, string>;
}

export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';
const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';

const INDEXES = [OCI_INDEX, DOCKER_LIST];
const MANIFESTS = [OCI_MANIFEST, DOCKER_MANIFEST];

const invalid = (why: string) =>
  new RegistryError('MANIFEST_INVALID', `manifest invalid: ${why}`);

function checkDescriptor(value: unknown, where: string): void {
  const { mediaType, digest, size } = (value ?? {}) as Partial<Descriptor>;
  if (typeof mediaType !== 'string' || !mediaType.includes('/')) {
    throw invalid(`${where}.mediaType must be a media type`);
  }
  if (typeof digest !== 'string' || !isDigest(digest)) {
    throw invalid(`${where}.digest must be a digest`);
  }
  if (!Number.isSafeInteger(size) || Number(size) < 0) {
    throw invalid(`${where}.size must be a number of bytes`);
  }
}

function checkList(value: unknown, where: string): void {
  if (!Array.isArray(value)) throw invalid(`${where} must be a list`);
  value.forEach((entry, i) => checkDescriptor(entry, `${where}[${i}]`));
}

function readJson(bytes: Buffer): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw invalid(`not JSON (${(error as Error).message})`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid('not an object');
  }
  return value as Manifest;
}

/**
 * Reads and checks a manifest.
 * @param mediaType - what the request says it is; the manifest may say so too, and then says the same
 * @throws RegistryError MANIFEST_INVALID that names the field
 */
export function parseManifest(bytes: Buffer, mediaType: string): Manifest {
  const manifest = readJson(bytes);
  if (manifest.schemaVersion !== 2) throw invalid('schemaVersion must be 2');
  if (manifest.mediaType !== undefined && manifest.mediaType !== mediaType) {
    throw invalid(
      `mediaType is ${manifest.mediaType}, and the request's Content-Type is ${mediaType}`,
    );
  }
  if (INDEXES.includes(mediaType)) {
    checkList(manifest.manifests, 'manifests');
  } else if (MANIFESTS.includes(mediaType)) {
    checkDescriptor(manifest.config, 'config');
    checkList(manifest.layers, 'layers');
  } else {
    throw invalid(
      `Content-Type ${mediaType} is not supported: use ${[
        ...MANIFESTS,
        ...INDEXES,
      ].join(', ')}`,
    );
  }
  if (manifest.subject) checkDescriptor(manifest.subject, 'subject');
  return manifest;
}

/** Blobs that must be in the repository: layers that are kept elsewhere need not. */
export function blobsOf({ config, layers = [] }: Manifest): Descriptor[] {
  const kept = layers.filter(
    ({ mediaType, urls }) =>
      !urls?.length && !/foreign|nondistributable/.test(mediaType),
  );
  return config ? [config, ...kept] : kept;
}

/** What the referrers API says of a manifest that has a subject. */
export function asReferrer(
  { mediaType, digest, size }: Descriptor,
  { artifactType, config, annotations }: Manifest,
): Descriptor {
  const type = artifactType ?? config?.mediaType;
  return {
    mediaType,
    digest,
    size,
    ...(type && { artifactType: type }),
    ...(annotations && { annotations }),
  };
}
