import { spawnSync } from 'child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import path from 'path';
import { createTRPCClient, httpBatchLink } from '@trpc/client';
import { Sandbox, startSandbox, trustAuthority } from '@moorline/sandbox';
import { createTestDatabase, TestDatabase } from '@moorline/api/testing';
import { Container } from './__testUtils__/container';
import { freePort } from './__testUtils__/postgres';
import { buildImage, Image, ImageSource, RUNTIME_LABEL } from './image';
import { build, publish } from './publish';
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
    expect(image.layers[0].bytes.length).toBeLessThan(400_000);
    expect((await trpcApi('0.1.0')).manifest.digest).toBe(
      image.manifest.digest,
    );
    expect((await trpcApi('0.2.0')).manifest.digest).not.toBe(
      image.manifest.digest,
    );
  });

  describe('as a program', () => {
    let container: Container;
    let database: TestDatabase;
    beforeAll(async () => {
      const options = { version: '0.3.0', architecture: 'amd64' } as const;
      container = new Container(await RECIPES['trpc-api'](options));
      database = await createTestDatabase({ empty: true });
    });
    afterAll(async () => {
      await container.remove();
      await database.drop();
    });

    /** Serves; gives a client and the status of a path. */
    async function serve(env: Record<string, string> = {}) {
      const port = await freePort();
      const program = container.start({ PORT: String(port), ...env });
      await new Promise(resolve => program.child.stdout?.once('data', resolve));
      const url = `http://127.0.0.1:${port}`;
      return {
        program,
        client: createTRPCClient<ExampleRouter>({
          links: [httpBatchLink({ url: `${url}/trpc` })],
        }),
        status: async (where: string) => (await fetch(url + where)).status,
      };
    }

    it('migrates once, keeps notes, and stops when told', async () => {
      const env = { DATABASE_URL: database.url };
      const migrated = (steps: number) => ({
        code: 0,
        log: `trpc-api 0.3.0: ${steps} migrations done\n`,
      });
      expect(await container.run(env, 'migrate')).toEqual(migrated(1));
      expect(await container.run(env, 'migrate')).toEqual(migrated(0));

      const { program, client, status } = await serve(env);
      expect(await client.about.query()).toMatchObject({ version: '0.3.0' });
      const { id } = await client.notes.add.mutate({ text: 'Ada' });
      expect(await client.notes.list.query()).toEqual([
        { id, text: 'Ada', createdAt: expect.any(String) },
      ]);
      await expect(client.notes.add.mutate({ text: '' })).rejects.toThrow();
      expect(await status('/livez')).toBe(200);
      expect(await status('/readyz')).toBe(200);
      expect(await status('/metrics')).toBe(200);
      expect(await status('/else')).toBe(404);
      program.child.kill('SIGTERM');
      expect(await program.ended).toBe(0);
    });

    it('does without a database, and is not ready while one is away', async () => {
      const { client, status } = await serve();
      expect(await client.greet.query({ name: 'Ada' })).toBe('Hello, Ada.');
      expect(await status('/readyz')).toBe(200);
      await expect(client.notes.list.query()).rejects.toThrow(
        /no database: set DATABASE_URL or PGHOST/,
      );
      const away = await serve({
        DATABASE_URL: `postgres://a:secret@127.0.0.1:${await freePort()}/a`,
      });
      expect(await away.status('/readyz')).toBe(503);
      expect(await away.status('/livez')).toBe(200);
      away.program.child.kill('SIGTERM');
      expect(await away.program.ended).toBe(0);
      expect(away.program.log).not.toContain('secret');
      expect(await container.run({}, 'migrate')).toMatchObject({ code: 1 });
      expect(await container.run({}, 'destroy')).toEqual({
        code: 1,
        log: 'trpc-api: no command "destroy": use serve or migrate\n',
      });
    });
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

  const credentials = () => ({ user: OWNER, password: sandbox.armToken });
  const fetched = async (where: string) => {
    const { user, password } = credentials();
    const answer = await fetch(`https://${host}/v2/acrorders/${where}`, {
      headers: { authorization: `Basic ${btoa(`${user}:${password}`)}` },
    });
    return answer.json();
  };

  it('puts beside the image what is in it and what it was built of', async () => {
    const options = { version: '0.4.0', architecture: 'amd64' } as const;
    const name = 'trpc-api';
    const reference = parseReference(`${host}/acrorders/${name}:0.4.0`);
    const digest = await publish(
      await build(name, RECIPES[name], options),
      reference,
      credentials(),
    );
    const { manifests } = await fetched(`${name}/referrers/${digest}`);
    const document = async (type: string) => {
      const found = manifests.find(
        ({ artifactType }: { artifactType: string }) => artifactType === type,
      );
      const { layers } = await fetched(`${name}/manifests/${found.digest}`);
      return fetched(`${name}/blobs/${layers[0].digest}`);
    };
    expect(manifests).toHaveLength(2);

    const bill = await document('application/vnd.cyclonedx+json');
    expect(bill).toMatchObject({
      bomFormat: 'CycloneDX',
      metadata: { component: { name, version: '0.4.0' } },
    });
    expect(bill.components).toContainEqual({
      type: 'library',
      'bom-ref': expect.any(String),
      name: '@trpc/server',
      version: expect.stringMatching(/^11\./),
      licenses: [{ expression: 'MIT' }],
      purl: expect.stringMatching(/^pkg:npm\/%40trpc\/server@11\./),
    });
    const names = bill.components.map((each: { name: string }) => each.name);
    expect(names).toEqual(expect.arrayContaining(['pg', 'zod', 'prom-client']));
    expect(names).not.toContain('esbuild');

    expect(await document('application/vnd.in-toto+json')).toMatchObject({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name, digest: { sha256: digest.slice('sha256:'.length) } }],
      predicateType: 'https://slsa.dev/provenance/v1',
      predicate: {
        buildDefinition: {
          externalParameters: { image: name, version: '0.4.0' },
          resolvedDependencies: expect.arrayContaining([
            {
              name: 'yarn.lock',
              digest: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
            },
          ]),
        },
      },
    });
  });

  it('builds upon a base, which it does not change', async () => {
    const below = buildImage({
      layers: [[{ path: 'nodejs/bin/node', content: Buffer.from('node') }]],
      architecture: 'amd64',
      entrypoint: ['/nodejs/bin/node'],
      env: { SSL_CERT_FILE: '/etc/ssl/certs/ca-certificates.crt', PATH: '/x' },
      user: '0',
      workingFolder: '/',
      labels: {},
      packages: [],
    });
    const base = `${host}/acrorders/node:22`;
    await new RegistryClient(parseReference(base), credentials()).push(below);
    const { digest } = below.manifest;
    const over = (name: string, reference: string) =>
      build(
        name,
        RECIPES[name],
        { version: '0.5.0', architecture: 'amd64' },
        reference,
        credentials(),
      );
    const { image } = await over('trpc-api', `${base}@${digest}`);
    const config = JSON.parse(image.config.bytes.toString());
    expect(image.layers[0].digest).toBe(below.layers[0].digest);
    expect(config.rootfs.diff_ids).toHaveLength(2);
    expect(config.config).toMatchObject({
      User: '65532:65532',
      Env: expect.arrayContaining([
        expect.stringMatching(/^PATH=\/nodejs\/bin:/),
        'SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt',
      ]),
    });
    expect(config.config.Labels).toMatchObject({
      'org.opencontainers.image.base.name': base,
      'org.opencontainers.image.base.digest': digest,
    });
    expect(config.config.Labels).not.toHaveProperty(RUNTIME_LABEL);
    await expect(over('postgres', base)).rejects.toThrow(
      'postgres needs node@22,postgres@18, which no base has: build it with the Dockerfile',
    );
    const wrong = `${base}@sha256:${'0'.repeat(64)}`;
    await expect(over('trpc-api', wrong)).rejects.toThrow(
      /404 MANIFEST_UNKNOWN/,
    );
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
