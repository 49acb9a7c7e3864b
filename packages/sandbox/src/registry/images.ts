import { Descriptor } from './layout/manifest';
import { Repository, StoredManifest } from './layout/repository';
import { isRepository } from './names';
import { RegistryDirectory } from './registry-directory';

/** An image's own settings, as the OCI image specification has them. */
export interface ImageConfig {
  architecture: string;
  os: string;
  config?: {
    User?: string;
    Env?: string[];
    Entrypoint?: string[];
    Cmd?: string[];
    WorkingDir?: string;
    ExposedPorts?: Record<string, unknown>;
    Labels?: Record<string, string>;
  };
}

/** An image that a registry has. */
export interface PulledImage {
  /** Registry, repository and digest. */
  name: string;
  /** Digest of what the name means: an index, where there is one for several platforms. */
  digest: string;
  /** Bytes of configuration and layers. */
  sizeBytes: number;
  config: ImageConfig;
  /** From the bottom up, each with the file that holds it. */
  layers: (Descriptor & { file: string })[];
}

/** What a node finds at an image's name: the image, or why there is none, in containerd's words. */
export type ImageAnswer =
  | { image: PulledImage; failure?: undefined }
  | { image?: undefined; failure: string };

interface Reference {
  registry: string;
  repository: string;
  /** Tag or digest. */
  version: string;
}

/** `acrorders.azurecr.io/api:1` and `localhost:7443/acrorders/api@sha256:…` */
function parseReference(host: string, name: string): Reference | undefined {
  const [path, digest] = name.split('@');
  const [, place, rest] = /^([^/]+)\/(.+)$/.exec(path) ?? [];
  if (place === undefined) return undefined;
  const [, repositoryPath, tag = 'latest'] =
    /^(.+?)(?::([^/:]+))?$/.exec(rest) ?? [];
  const version = digest ?? tag;
  const [, loginServer] = /^([a-z0-9]+)\.azurecr\.io$/.exec(place) ?? [];
  if (loginServer) {
    return { registry: loginServer, repository: repositoryPath, version };
  }
  if (place !== host) return undefined;
  const [registry, ...repository] = repositoryPath.split('/');
  return { registry, repository: repository.join('/'), version };
}

/** Node's name for this machine's processor, in the words of images. */
const ARCHITECTURES: Record<string, string> = { x64: 'amd64' };

/** Of an index, the image for this machine, or the first for Linux. */
function forThisMachine(
  repository: Repository,
  found: StoredManifest,
): StoredManifest | undefined {
  const { manifests } = found.manifest;
  if (!manifests) return found;
  const own = ARCHITECTURES[process.arch] ?? process.arch;
  const linux = manifests.filter(({ platform }) => platform?.os === 'linux');
  const chosen =
    linux.find(({ platform }) => platform?.architecture === own) ?? linux[0];
  return chosen && repository.resolve(chosen.digest);
}

/** Looks up an image as a node does that pulls it. @param host - of this sandbox, with its port */
export function findImage(
  registries: RegistryDirectory,
  host: string,
  name: string,
): ImageAnswer | undefined {
  const reference = parseReference(host, name);
  if (!reference) return undefined;
  const { registry, repository: path, version } = reference;
  const fail = (why: string) => ({
    failure: `failed to pull and unpack image "${name}": failed to resolve reference "${name}": ${why}`,
  });
  const repository = isRepository(path)
    ? registries.get(registry)?.repository(path)
    : undefined;
  if (!repository) {
    const server = `${registry}.azurecr.io`;
    return fail(
      `failed to do request: Head "https://${server}/v2/${path}/manifests/${version}": dial tcp: lookup ${server}: no such host`,
    );
  }
  const found = repository.resolve(version);
  if (!found) return fail(`${name}: not found`);
  const platform = forThisMachine(repository, found);
  const { config, layers } = platform?.manifest ?? {};
  if (!config || !layers) {
    return fail(`no match for platform in manifest: not found`);
  }
  return {
    image: {
      name: `${name.split('@')[0].replace(/:[^/:]+$/, '')}@${
        found.descriptor.digest
      }`,
      digest: found.descriptor.digest,
      sizeBytes: layers.reduce((sum, { size }) => sum + size, config.size),
      config: JSON.parse(
        repository.blobs.read(config.digest).toString('utf8'),
      ) as ImageConfig,
      layers: layers.map(layer => ({
        ...layer,
        file: repository.blobs.file(layer.digest),
      })),
    },
  };
}
