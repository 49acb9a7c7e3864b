import { createHash } from 'crypto';
import express from 'express';
import { mkdtempSync, realpathSync, rmSync } from 'fs';
import { createServer, Server } from 'http';
import type { AddressInfo } from 'net';
import { tmpdir } from 'os';
import path from 'path';
import { ResourceStore, ResourceValues } from '../../resources';
import { createRegistries, Registries } from '../create-registries';
import { OCI_MANIFEST } from '../layout/manifest';

export const ARM_TOKEN = 'the-token-of-resource-manager';
const SCOPE = '/subscriptions/s/resourceGroups/rg/providers';
export const registryId = (name: string) =>
  `${SCOPE}/Microsoft.ContainerRegistry/registries/${name}`;

export const sha256 = (bytes: string | Buffer) =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
export const OWNER = basic('00000000-0000-0000-0000-000000000000', ARM_TOKEN);
export const asToken = (name: string) => basic(name, `password of ${name}`);

/** The registries of a resource store, served over plain HTTP on the loopback interface. */
export class RegistryServer {
  readonly resources: ResourceStore;
  readonly folder: string;
  registries!: Registries;
  url = '';
  private server?: Server;

  constructor() {
    this.folder = mkdtempSync(
      path.join(realpathSync(tmpdir()), 'moorline-registry-'),
    );
    this.resources = new ResourceStore({
      folder: path.join(this.folder, 'resources'),
    });
  }

  /** Starts at a free port, also after a stop: connections to the last one are of no use. */
  async start(): Promise<void> {
    const app = express();
    app.use((request, response, next) =>
      this.registries.router(request, response, next),
    );
    this.server = createServer(app).listen(0, '127.0.0.1');
    await new Promise(resolve => this.server?.once('listening', resolve));
    this.url = `http://localhost:${
      (this.server.address() as AddressInfo).port
    }`;
    this.registries = createRegistries({
      resources: this.resources,
      folder: path.join(this.folder, 'registry'),
      baseUrl: this.url,
      armToken: ARM_TOKEN,
    });
  }

  get host(): string {
    return new URL(this.url).host;
  }

  async stop(): Promise<void> {
    this.registries.stop();
    const { server } = this;
    await new Promise(resolve => {
      server?.close(resolve);
      server?.closeAllConnections();
    });
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Applies a registry. */
  apply(name: string, values: ResourceValues = {}): void {
    this.resources.put({
      type: 'azurerm_container_registry',
      id: registryId(name),
      values: { name, sku: 'Standard', admin_enabled: false, ...values },
    });
  }

  /** Applies a token of a registry, with a password and a scope map of its own or the registry's. */
  applyToken(
    registry: string,
    name: string,
    map: string[] | string,
    values: ResourceValues = {},
  ): void {
    const token = `${registryId(registry)}/tokens/${name}`;
    const own = typeof map === 'string' ? map : `map-${name}`;
    const scopeMap = `${registryId(registry)}/scopeMaps/${own}`;
    if (typeof map !== 'string') {
      this.resources.put({
        type: 'azurerm_container_registry_scope_map',
        id: scopeMap,
        values: { name: own, actions: map },
      });
    }
    this.resources.put({
      type: 'azurerm_container_registry_token',
      id: token,
      values: { name, enabled: true, scope_map_id: scopeMap, ...values },
    });
    this.resources.put({
      type: 'azurerm_container_registry_token_password',
      id: `${token}/passwords/password`,
      values: {
        container_registry_token_id: token,
        password1: [{ value: `password of ${name}`, expiry: null }],
        password2: [
          { value: `ended of ${name}`, expiry: '2020-01-01T00:00:00Z' },
        ],
      },
    });
  }

  /** A request; by the owner of all, unless another `authorization` is given, which may be empty. */
  call(
    method: string,
    where: string,
    options: {
      body?: BodyInit;
      headers?: Record<string, string>;
      authorization?: string;
    } = {},
  ): Promise<Response> {
    const { authorization = OWNER, body, headers } = options;
    return fetch(new URL(where, this.url), {
      method,
      body,
      headers: { ...(authorization && { authorization }), ...headers },
      ...(body instanceof ReadableStream && { duplex: 'half' }),
    } as RequestInit);
  }

  /** Pushes a blob in one request. @returns its digest */
  async pushBlob(repository: string, content: string | Buffer) {
    const digest = sha256(content);
    const { status } = await this.call(
      'POST',
      `/v2/${repository}/blobs/uploads/?digest=${digest}`,
      { body: content as BodyInit },
    );
    if (status !== 201) throw new Error(`the blob was answered ${status}`);
    return digest;
  }

  /** Pushes a manifest. @param more - fields besides the usual */
  putManifest(
    repository: string,
    reference: string,
    manifest: object,
    mediaType: string = OCI_MANIFEST,
  ) {
    return this.call('PUT', `/v2/${repository}/manifests/${reference}`, {
      body: JSON.stringify(manifest),
      headers: { 'content-type': mediaType },
    });
  }

  /** Pushes an image of one layer. @returns the manifest's digest */
  async pushImage(
    repository: string,
    tag: string,
    options: { layer?: string; config?: object; more?: object } = {},
  ): Promise<string> {
    const { layer = 'a layer', config = {}, more } = options;
    const settings = JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config,
    });
    const manifest = {
      schemaVersion: 2,
      mediaType: OCI_MANIFEST,
      config: {
        mediaType: 'application/vnd.oci.image.config.v1+json',
        digest: await this.pushBlob(repository, settings),
        size: Buffer.byteLength(settings),
      },
      layers: [
        {
          mediaType: 'application/vnd.oci.image.layer.v1.tar',
          digest: await this.pushBlob(repository, layer),
          size: Buffer.byteLength(layer),
        },
      ],
      ...more,
    };
    const answer = await this.putManifest(repository, tag, manifest);
    if (answer.status !== 201) {
      throw new Error(`the manifest was answered ${await answer.text()}`);
    }
    return answer.headers.get('docker-content-digest') ?? '';
  }
}

/** Status and first error of an answer. */
export async function errorOf(answer: Response) {
  const body = (await answer.json()) as {
    errors: { code: string; message: string; detail: unknown }[];
  };
  const [{ code, message }] = body.errors;
  return { status: answer.status, code, message };
}
