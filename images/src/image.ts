import { createHash } from 'crypto';
import { gzipSync } from 'fflate';
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
}

/** Content with its digest. */
export interface Blob {
  mediaType: string;
  digest: string;
  bytes: Buffer;
}

/** An image that can be pushed. */
export interface Image {
  manifest: Blob;
  config: Blob;
  layers: Blob[];
}

export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const OCI_CONFIG = 'application/vnd.oci.image.config.v1+json';
const OCI_LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';

const sha256 = (bytes: Buffer) =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
const blob = (mediaType: string, bytes: Buffer): Blob => ({
  mediaType,
  digest: sha256(bytes),
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

/** Builds an image over an empty base. The same source gives the same digest, on any machine and at any time. */
export function buildImage(source: ImageSource): Image {
  const archives = source.layers.map(tar);
  const layers = archives.map(bytes => blob(OCI_LAYER, compress(bytes)));
  const labels = sorted(source.labels);
  const config = json(OCI_CONFIG, {
    architecture: source.architecture,
    os: 'linux',
    config: {
      User: source.user,
      ExposedPorts: Object.fromEntries(
        (source.ports ?? []).map(port => [`${port}/tcp`, {}]),
      ),
      Env: Object.entries(sorted(source.env ?? {})).map(
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
    rootfs: { type: 'layers', diff_ids: archives.map(sha256) },
  });
  const manifest = json(OCI_MANIFEST, {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: describe(config),
    layers: layers.map(describe),
    annotations: labels,
  });
  return { manifest, config, layers };
}
