import type { ResourceStore } from '../resources';
import { mayPull } from './access/roles';
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

/** Looks images up as the nodes of a cluster do. */
export class ImageFinder {
  /** @param host - of this sandbox, with its port */
  constructor(
    private readonly registries: RegistryDirectory,
    private readonly resources: ResourceStore,
    private readonly host: string,
  ) {}

  /** See {@link Registries.image}. */
  find(name: string, puller?: string): ImageAnswer | undefined {
    const reference = parseReference(this.host, name);
    if (!reference) return undefined;
    const failure = this.whyNot(reference, puller);
    const repository = this.repository(reference);
    const found = repository?.resolve(reference.version);
    if (failure || !repository || !found) {
      const why = failure ?? `${name}: not found`;
      return {
        failure: `failed to pull and unpack image "${name}": failed to resolve reference "${name}": ${why}`,
      };
    }
    const platform = forThisMachine(repository, found);
    if (!platform?.manifest.config) {
      return {
        failure: `failed to pull and unpack image "${name}": no match for platform in manifest: not found`,
      };
    }
    return { image: describe(name, repository, found, platform) };
  }

  private repository(reference: Reference): Repository | undefined {
    return isRepository(reference.repository)
      ? this.registries
          .get(reference.registry)
          ?.repository(reference.repository)
      : undefined;
  }

  /** Why a node cannot ask the registry. */
  private whyNot(reference: Reference, puller?: string): string | undefined {
    const { registry, repository, version } = reference;
    const server = `${registry}.azurecr.io`;
    const resource = this.registries.resource(registry);
    if (!resource) {
      return `failed to do request: Head "https://${server}/v2/${repository}/manifests/${version}": dial tcp: lookup ${server}: no such host`;
    }
    if (puller === undefined || mayPull(this.resources, resource, puller)) {
      return undefined;
    }
    const scope = encodeURIComponent(`repository:${repository}:pull`);
    return `failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://${server}/oauth2/token?scope=${scope}&service=${server}: 401 Unauthorized`;
  }
}

function describe(
  name: string,
  { blobs }: Repository,
  { descriptor }: StoredManifest,
  { manifest }: StoredManifest,
): PulledImage {
  const { config, layers = [] } = manifest;
  const settings = config ? blobs.read(config.digest).toString('utf8') : '{}';
  return {
    name: `${name.split('@')[0].replace(/:[^/:]+$/, '')}@${descriptor.digest}`,
    digest: descriptor.digest,
    sizeBytes: layers.reduce((sum, { size }) => sum + size, config?.size ?? 0),
    config: JSON.parse(settings) as ImageConfig,
    layers: layers.map(layer => ({
      ...layer,
      file: blobs.file(layer.digest),
    })),
  };
}
