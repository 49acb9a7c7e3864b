import { Blob, Image } from './image';
import { Reference } from './reference';

/** User name and password for a registry. */
export interface Credentials {
  user: string;
  password: string;
}

/** A registry refused something. */
export class PushError extends Error {
  /** @param status - HTTP status of the answer */
  constructor(what: string, readonly status: number, body: string) {
    super(`${what}: the registry answered ${status} ${reasonIn(body)}`.trim());
    this.name = 'PushError';
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

/** Pushes to one repository of a registry, by the OCI distribution protocol over HTTPS. */
export class RegistryClient {
  private token?: string;

  constructor(
    private readonly reference: Reference,
    private readonly credentials?: Credentials,
  ) {}

  /**
   * Pushes an image: what the registry has already is not sent again.
   * @returns the digest to release, never the tag
   * @throws PushError
   */
  async push({ manifest, config, layers }: Image): Promise<string> {
    const { repository, tag } = this.reference;
    for (const blob of [...layers, config]) await this.pushBlob(blob);
    const what = `manifest of ${repository}:${tag}`;
    await this.expect(201, what, 'PUT', this.path(`manifests/${tag}`), {
      body: manifest.bytes as BodyInit,
      headers: { 'content-type': manifest.mediaType },
    });
    return manifest.digest;
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
    return new URL(`https://${registry}/v2/${repository}/${rest}`);
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
    throw new PushError(what, answer.status, await answer.text());
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
    // For all that a push does, so that one sign-in serves.
    const scope = `repository:${this.reference.repository}:pull,push`;
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
      throw new PushError(
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
