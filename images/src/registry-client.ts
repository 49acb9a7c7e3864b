import { Blob, digestOf, Image, OCI_MANIFEST } from './image';
import { Reference } from './reference';

/** User name and password for a registry. */
export interface Credentials {
  user: string;
  password: string;
}

/** A registry refused something. */
export class RegistryError extends Error {
  /** @param status - HTTP status of the answer */
  constructor(what: string, readonly status: number, body: string) {
    super(`${what}: the registry answered ${status} ${reasonIn(body)}`.trim());
    this.name = 'RegistryError';
  }
}

/** What a registry's answer says, where it speaks the protocol. */
function reasonIn(body: string): string {
  try {
    const { errors } = JSON.parse(body) as {
      errors: { code: string; message: string }[];
    };
    return errors.map(({ code, message }) => `${code}: ${message}`).join('; ');
  } catch {
    return '';
  }
}

const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
/** What an image's manifest may be; Docker's own types have the same fields. */
const MANIFESTS = [
  OCI_INDEX,
  OCI_MANIFEST,
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];

interface Descriptor {
  mediaType: string;
  digest: string;
  platform?: { os: string; architecture: string };
}

/** Reads and writes one repository of a registry, by the OCI distribution protocol over HTTPS. */
export class RegistryClient {
  private token?: string;

  constructor(
    private readonly reference: Reference,
    private readonly credentials?: Credentials,
    /** For which it signs in. */
    private readonly actions: 'pull' | 'pull,push' = 'pull,push',
  ) {}

  /**
   * Pushes an image: what the registry has already is not sent again.
   * @returns the digest to release, never the tag
   * @throws RegistryError
   */
  async push(image: Image): Promise<string> {
    return this.pushAs(this.reference.tag, image);
  }

  /** Pushes a document about an image, which has no tag. @throws RegistryError */
  async pushReferrer(artifact: Image): Promise<string> {
    return this.pushAs(artifact.manifest.digest, artifact);
  }

  private async pushAs(name: string, { manifest, config, layers }: Image) {
    const { repository } = this.reference;
    for (const blob of [...layers, config]) await this.pushBlob(blob);
    const what = `manifest of ${repository}:${name}`;
    await this.expect(201, what, 'PUT', this.path(`manifests/${name}`), {
      body: manifest.bytes as BodyInit,
      headers: { 'content-type': manifest.mediaType },
    });
    return manifest.digest;
  }

  /** The digest of what the tag means now: of an index, where there is one for several platforms. @throws RegistryError */
  async resolve(): Promise<string> {
    return (await this.manifest(this.reference.tag)).digest;
  }

  /**
   * Pulls the image for a processor, by its digest where the reference has one.
   * @throws RegistryError
   */
  async pull(architecture: string): Promise<Image> {
    const { repository, tag, digest } = this.reference;
    let manifest = await this.manifest(digest ?? tag);
    const { manifests } = JSON.parse(manifest.bytes.toString()) as {
      manifests?: Descriptor[];
    };
    if (manifests) {
      const chosen = manifests.find(
        ({ platform }) =>
          platform?.os === 'linux' && platform.architecture === architecture,
      );
      if (!chosen) {
        throw new Error(
          `${repository}:${tag} has no image for ${architecture}`,
        );
      }
      manifest = await this.manifest(chosen.digest);
    }
    const { config, layers } = JSON.parse(manifest.bytes.toString()) as {
      config: Descriptor;
      layers: Descriptor[];
    };
    return {
      manifest,
      config: await this.pullBlob(config),
      layers: await Promise.all(layers.map(layer => this.pullBlob(layer))),
    };
  }

  private async manifest(name: string): Promise<Blob> {
    const what = `manifest of ${this.reference.repository}:${name}`;
    const answer = await this.expect(
      200,
      what,
      'GET',
      this.path(`manifests/${name}`),
      { headers: { accept: MANIFESTS.join(', ') } },
    );
    const mediaType = answer.headers.get('content-type') ?? OCI_MANIFEST;
    const bytes = Buffer.from(await answer.arrayBuffer());
    return checked({ mediaType, digest: name, bytes }, what);
  }

  private async pullBlob({ digest, mediaType }: Descriptor): Promise<Blob> {
    const answer = await this.expect(
      200,
      digest,
      'GET',
      this.path(`blobs/${digest}`),
    );
    const bytes = Buffer.from(await answer.arrayBuffer());
    return checked({ mediaType, digest, bytes }, digest);
  }

  private async pushBlob({ digest, bytes }: Blob): Promise<void> {
    const known = await this.send('HEAD', this.path(`blobs/${digest}`));
    if (known.ok) return;
    const begun = await this.expect(
      202,
      `upload of ${digest}`,
      'POST',
      this.path('blobs/uploads/'),
    );
    const target = new URL(begun.headers.get('location') ?? '', begun.url);
    target.searchParams.set('digest', digest);
    await this.expect(201, digest, 'PUT', target, {
      body: bytes as BodyInit,
      headers: { 'content-type': 'application/octet-stream' },
    });
  }

  private path(rest: string): URL {
    const { registry, repository } = this.reference;
    // The one registry whose name is not its address.
    const host = registry === 'docker.io' ? 'registry-1.docker.io' : registry;
    return new URL(`https://${host}/v2/${repository}/${rest}`);
  }

  private async expect(
    status: number,
    what: string,
    method: string,
    url: URL,
    init: RequestInit = {},
  ): Promise<Response> {
    const answer = await this.send(method, url, init);
    if (answer.status === status) return answer;
    throw new RegistryError(what, answer.status, await answer.text());
  }

  /** Sends a request; signs in when the registry asks for it, and sends it again. */
  private async send(
    method: string,
    url: URL,
    init: RequestInit = {},
  ): Promise<Response> {
    const once = () =>
      fetch(url, {
        ...init,
        method,
        headers: {
          ...init.headers,
          ...(this.token && { authorization: `Bearer ${this.token}` }),
        },
      });
    const answer = await once();
    const challenge = answer.headers.get('www-authenticate');
    if (answer.status !== 401 || !challenge) return answer;
    await answer.arrayBuffer();
    this.token = await this.signIn(challenge);
    return once();
  }

  private async signIn(challenge: string): Promise<string> {
    const field = (name: string) =>
      new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1] ?? '';
    const realm = new URL(field('realm'));
    realm.searchParams.set('service', field('service'));
    // For all that this client does, so that one sign-in serves.
    const scope = `repository:${this.reference.repository}:${this.actions}`;
    realm.searchParams.set('scope', scope);
    const { user, password } = this.credentials ?? {};
    const answer = await fetch(realm, {
      headers: user
        ? {
            authorization: `Basic ${Buffer.from(`${user}:${password}`).toString(
              'base64',
            )}`,
          }
        : {},
    });
    const body = await answer.text();
    if (!answer.ok) {
      throw new RegistryError(
        `sign-in to ${this.reference.registry} as ${user ?? 'nobody'}`,
        answer.status,
        body,
      );
    }
    const { access_token: accessToken, token } = JSON.parse(body) as {
      access_token?: string;
      token?: string;
    };
    return accessToken ?? token ?? '';
  }
}

/** A blob with its true digest. @throws Error when it is not the one that was asked for */
function checked(blob: Blob, what: string): Blob {
  const digest = digestOf(blob.bytes);
  if (blob.digest.startsWith('sha256:') && blob.digest !== digest) {
    throw new Error(`${what}: the registry sent ${digest}`);
  }
  return { ...blob, digest };
}
