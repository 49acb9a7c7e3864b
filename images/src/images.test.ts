import { spawn, spawnSync } from 'child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { createServer, AddressInfo } from 'net';
import { tmpdir } from 'os';
import path from 'path';
import { createTRPCClient, httpBatchLink } from '@trpc/client';
import { Sandbox, startSandbox, trustAuthority } from '@moorline/sandbox';
import { gunzipSync } from 'fflate';
import { buildImage, Image, ImageSource } from './image';
import { RECIPES } from './recipes';
import { parseReference } from './reference';
import { RegistryClient } from './registry-client';
import { tar } from './tar';
import type { ExampleRouter } from './trpc-api/router';

jest.setTimeout(60_000);

const OWNER = '00000000-0000-0000-0000-000000000000';
const trpcApi = async (version: string): Promise<Image> =>
  buildImage(await RECIPES['trpc-api']({ version, architecture: 'amd64' }));

describe('buildImage', () => {
  const source: ImageSource = {
    layers: [[{ path: 'app/a.txt', content: Buffer.from('a') }]],
    architecture: 'amd64',
    entrypoint: ['node'],
    user: '65532',
    workingFolder: '/app',
    labels: { b: '2', a: '1' },
    packages: [],
  };

  it('gives the same digest for the same source, whatever its order', () => {
    const { digest } = buildImage(source).manifest;
    // On another machine or next year it is this one too.
    expect(digest).toMatchInlineSnapshot(
      `"sha256:1dfb91d8feb4495e881106a9f93983dd50d0ed3cae24d5f26c705ad2fa853cd6"`,
    );
    const labels = { a: '1', b: '2' };
    expect(buildImage({ ...source, labels }).manifest.digest).toBe(digest);
    const files = [
      { path: 'b', content: Buffer.from('b') },
      { path: 'a', content: Buffer.from('a'), mode: 0o755 },
    ];
    expect(tar(files).equals(tar([...files].reverse()))).toBe(true);
  });

  it('makes archives that tar reads', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'moorline-images-'));
    try {
      const file = path.join(folder, 'layer.tar');
      const content = Buffer.alloc(1234, 'x');
      writeFileSync(
        file,
        tar([
          { path: 'app/x', content },
          { path: 'app/tool', content, mode: 0o755 },
        ]),
      );
      const { stdout } = spawnSync('tar', ['-tvf', file, '--utc'], {
        encoding: 'utf8',
      });
      expect(stdout.trim().split('\n')).toEqual([
        expect.stringMatching(/^drwxr-xr-x .* 1970-01-01 .* app\/$/),
        expect.stringMatching(/^-rwxr-xr-x .* 1234 .* app\/tool$/),
        expect.stringMatching(/^-rw-r--r-- .* 1234 .* app\/x$/),
      ]);
      spawnSync('tar', ['-xf', file, '-C', folder]);
      expect(readFileSync(path.join(folder, 'app/x')).equals(content)).toBe(
        true,
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    expect(() => tar([{ path: 'x'.repeat(101) }])).toThrow(/100 bytes/);
  });
});

describe('the image trpc-api', () => {
  it('runs without root, is small, and says that Node is not in it', async () => {
    const image = await trpcApi('0.1.0');
    const { config } = JSON.parse(image.config.bytes.toString());
    expect(config).toMatchObject({
      User: '65532:65532',
      Entrypoint: ['node', '/app/main.js'],
      Labels: {
        'org.opencontainers.image.version': '0.1.0',
        'dev.moorline.image.runtime': 'node@22',
      },
    });
    expect(image.layers[0].bytes.length).toBeLessThan(300_000);
    expect((await trpcApi('0.1.0')).manifest.digest).toBe(
      image.manifest.digest,
    );
    expect((await trpcApi('0.2.0')).manifest.digest).not.toBe(
      image.manifest.digest,
    );
  });

  it('holds a server that answers a tRPC client and stops when told', async () => {
    const { layers } = await trpcApi('0.3.0');
    const folder = mkdtempSync(path.join(tmpdir(), 'moorline-images-'));
    const archive = path.join(folder, 'layer.tar');
    writeFileSync(archive, gunzipSync(layers[0].bytes));
    spawnSync('tar', ['-xf', archive, '-C', folder]);
    const probe = createServer().listen(0, '127.0.0.1');
    await new Promise(resolve => probe.once('listening', resolve));
    const { port } = probe.address() as AddressInfo;
    await new Promise(resolve => probe.close(resolve));

    const child = spawn(process.execPath, ['app/main.js'], {
      cwd: folder,
      env: { PORT: String(port) },
    });
    const ended = new Promise(resolve => child.once('exit', resolve));
    try {
      const line = await new Promise(resolve =>
        child.stdout.once('data', data => resolve(String(data))),
      );
      expect(line).toBe('trpc-api 0.3.0: ready\n');
      const url = `http://127.0.0.1:${port}`;
      const client = createTRPCClient<ExampleRouter>({
        links: [httpBatchLink({ url: `${url}/trpc` })],
      });
      expect(await client.about.query()).toMatchObject({ version: '0.3.0' });
      expect(await client.greet.query({ name: 'Ada' })).toBe('Hello, Ada.');
      await expect(client.greet.query({ name: '' })).rejects.toThrow();
      expect((await fetch(`${url}/readyz`)).status).toBe(200);
      expect((await fetch(`${url}/else`)).status).toBe(404);
      child.kill('SIGTERM');
      expect(await ended).toBe(0);
    } finally {
      child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('push', () => {
  let sandbox: Sandbox;
  let host: string;
  beforeAll(async () => {
    sandbox = await startSandbox({ without: ['terraform'] });
    trustAuthority(sandbox.caFile);
    host = new URL(sandbox.url).host;
    sandbox.resources.put({
      type: 'azurerm_container_registry',
      id: `/subscriptions/${sandbox.subscriptionId}/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/acrorders`,
      values: { name: 'acrorders', sku: 'Standard' },
    });
  });
  afterAll(() => sandbox.stop());

  it('puts the image into a registry once, and says its digest', async () => {
    const image = await trpcApi('0.1.0');
    const reference = parseReference(`${host}/acrorders/trpc-api:0.1.0`);
    const push = () =>
      new RegistryClient(reference, {
        user: OWNER,
        password: sandbox.armToken,
      }).push(image);
    expect(await push()).toBe(image.manifest.digest);
    const found = sandbox.registries.image(
      `acrorders.azurecr.io/trpc-api@${image.manifest.digest}`,
    );
    expect(found?.image).toMatchObject({
      digest: image.manifest.digest,
      config: { config: { User: '65532:65532' } },
    });
    sandbox.requests.clear();
    await push();
    expect(
      sandbox.requests
        .requests('/v2')
        .filter(({ method }) => method === 'POST' || method === 'PATCH'),
    ).toEqual([]);
  });

  it('says what the registry refused', async () => {
    const image = await trpcApi('0.1.0');
    const push = (where: string, password: string) =>
      new RegistryClient(parseReference(`${host}/${where}`), {
        user: OWNER,
        password,
      }).push(image);
    await expect(push('acrorders/x:1', 'wrong')).rejects.toThrow(
      /sign-in to localhost:\d+ as 0000.*answered 401 UNAUTHORIZED/,
    );
    await expect(push('acrnone/x:1', sandbox.armToken)).rejects.toThrow(
      /404 NAME_UNKNOWN: there is no registry "acrnone": use acrorders/,
    );
  });

  it.each(['trpc-api', 'localhost:1/x', 'localhost:1/x:latest', 'a/B:1'])(
    'refuses the reference %s',
    text => expect(() => parseReference(text)).toThrow(text),
  );
});
