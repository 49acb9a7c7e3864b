import { createHash } from 'crypto';
import { gzipSync } from 'fflate';
import type { Package } from './sbom';
import { LayerEntry, tar } from './tar';

/** What an image is made of. */
export interface ImageSource {
  /** Files, lowest layer first; what changes seldom comes first. */
  layers: LayerEntry[][];
  /** Of the processor, in Go's words. */
  architecture: 'amd64' | 'arm64';
  entrypoint: string[];
  /** Arguments of the entrypoint unless others are given. */
  command?: string[];
  /** Tells by its exit code whether the container is well, for engines that ask: Kubernetes has probes of its own. */
  health?: string[];
  env?: Record<string, string>;
  /** Numeric: Kubernetes can see then that it is not root. */
  user: string;
  workingFolder: string;
  ports?: number[];
  labels: Record<string, string>;
  /** The npm packages of which there is something in it. */
  packages: Package[];
}

/** Content with its digest. */
export interface Blob {
  mediaType: string;
  digest: string;
  bytes: Buffer;
}

/** An image or artifact that can be pushed. */
export interface Image {
  manifest: Blob;
  config: Blob;
  layers: Blob[];
}

export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const OCI_CONFIG = 'application/vnd.oci.image.config.v1+json';
const OCI_LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';

/** `sha256:…` */
export const digestOf = (bytes: Buffer) =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
const blob = (mediaType: string, bytes: Buffer): Blob => ({
  mediaType,
  digest: digestOf(bytes),
  bytes,
});
const json = (mediaType: string, value: unknown) =>
  blob(mediaType, Buffer.from(JSON.stringify(value)));
const describe = ({ mediaType, digest, bytes }: Blob) => ({
  mediaType,
  digest,
  size: bytes.length,
});

/**
 * Compresses by a library whose output is the same on every machine; Node's own differs with its version and the processor.
 */
const compress = (bytes: Buffer) =>
  Buffer.from(gzipSync(bytes, { level: 9, mtime: 0 }));

const sorted = (record: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)),
  );

/** An image to build upon. */
export interface Base {
  /** Registry, repository and tag. */
  name: string;
  image: Image;
}

/** What of an image's configuration is read here. */
export interface ImageConfig {
  config?: { Env?: string[] };
  rootfs: { diff_ids: string[] };
}

const variables = (lines: string[]) =>
  Object.fromEntries(
    lines.map(line => {
      const at = line.indexOf('=');
      return [line.slice(0, at), line.slice(at + 1)];
    }),
  );

/** The label in which an image says what it must find on the PATH, since its base is empty. */
export const RUNTIME_LABEL = 'dev.moorline.image.runtime';

/** What an image over a base, or over none, says of that. */
function labelsOf({ labels }: ImageSource, base?: Base) {
  if (!base) {
    return sorted({
      ...labels,
      'org.opencontainers.image.base.name': 'scratch',
    });
  }
  const { [RUNTIME_LABEL]: _supplied, ...others } = labels;
  return sorted({
    ...others,
    'org.opencontainers.image.base.name': base.name,
    'org.opencontainers.image.base.digest': base.image.manifest.digest,
  });
}

/**
 * Builds an image over a base, or over an empty one. The same source and base give the same digest, on any machine and at any
 * time.
 */
export function buildImage(source: ImageSource, base?: Base): Image {
  const archives = source.layers.map(tar);
  const layers = [
    ...(base?.image.layers ?? []),
    ...archives.map(bytes => blob(OCI_LAYER, compress(bytes))),
  ];
  const labels = labelsOf(source, base);
  const below: ImageConfig = base
    ? JSON.parse(base.image.config.bytes.toString())
    : { rootfs: { diff_ids: [] } };
  const env = { ...variables(below.config?.Env ?? []), ...source.env };
  const config = json(OCI_CONFIG, {
    architecture: source.architecture,
    os: 'linux',
    config: {
      User: source.user,
      ExposedPorts: Object.fromEntries(
        (source.ports ?? []).map(port => [`${port}/tcp`, {}]),
      ),
      Env: Object.entries(sorted(env)).map(
        ([name, value]) => `${name}=${value}`,
      ),
      Entrypoint: source.entrypoint,
      ...(source.command && { Cmd: source.command }),
      ...(source.health && {
        Healthcheck: { Test: ['CMD', ...source.health] },
      }),
      WorkingDir: source.workingFolder,
      Labels: labels,
    },
    rootfs: {
      type: 'layers',
      diff_ids: [...below.rootfs.diff_ids, ...archives.map(digestOf)],
    },
  });
  return withManifest(config, layers, { annotations: labels });
}

/**
 * A document about an image, as an artifact that refers to it: registries list it among the image's referrers.
 * @param type - media type of the document
 */
export function buildReferrer(
  { manifest: subject }: Image,
  type: string,
  document: unknown,
): Image {
  const empty = blob('application/vnd.oci.empty.v1+json', Buffer.from('{}'));
  return withManifest(empty, [json(type, document)], {
    artifactType: type,
    subject: describe(subject),
  });
}

function withManifest(config: Blob, layers: Blob[], more: object): Image {
  const manifest = json(OCI_MANIFEST, {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: describe(config),
    layers: layers.map(describe),
    ...more,
  });
  return { manifest, config, layers };
}
