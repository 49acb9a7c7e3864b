import { mkdtempSync, readFileSync, rmSync, statSync, readdirSync } from 'fs';
import { tmpdir } from 'os';
import path from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { createTestDatabase, TestDatabase } from '@moorline/api/testing';
import { Buildah, hasBuildah } from './__testUtils__/buildah';
import { Container } from './__testUtils__/container';
import { freePort } from './__testUtils__/postgres';
import type { Running } from './__testUtils__/running';
import { buildImage } from './image';
import { RECIPES } from './recipes';

jest.setTimeout(180_000);

/** Of our own layers. */
const LARGEST = 15 * 2 ** 20;
const builder = hasBuildah()
  ? 'buildah, from the Dockerfile'
  : 'this package, as there is no buildah here';

/** An image that can be looked into and run. */
interface Built {
  config: Record<string, unknown>;
  root: string;
  start(env: Record<string, string>, args: string[]): Running;
}

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter(entry => entry.isFile())
    .map(entry => path.join(entry.parentPath, entry.name));

describe(`images built by ${builder}`, () => {
  let folder: string;
  const databases: TestDatabase[] = [];
  let buildah: Buildah | undefined;
  const containers: Container[] = [];
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'moorline-images-'));
    buildah = hasBuildah() ? new Buildah(folder) : undefined;
  });
  afterAll(async () => {
    await Promise.all(containers.map(container => container.remove()));
    buildah?.remove();
    await Promise.all(databases.map(database => database.drop()));
    rmSync(folder, { recursive: true, force: true });
  });

  async function build(name: string): Promise<Built> {
    if (buildah) return buildah.build(name);
    const source = await RECIPES[name]({
      version: '0.1.0',
      architecture: 'amd64',
    });
    const container = new Container(source);
    containers.push(container);
    const { config } = JSON.parse(buildImage(source).config.bytes.toString());
    return {
      config,
      root: container.folder,
      start: (env, args) => container.start(env, args),
    };
  }

  const variables: Record<
    string,
    (port: number, database: string) => Record<string, string>
  > = {
    'trpc-api': (port, database) => ({
      PORT: `${port}`,
      DATABASE_URL: database,
    }),
    api: (port, database) => ({
      MOORLINE_PORT: `${port}`,
      MOORLINE_DATABASE_URL: database,
    }),
    worker: (port, database) => ({
      MOORLINE_PORT: `${port}`,
      MOORLINE_DATABASE_URL: database,
      MOORLINE_AZURE_DEVOPS_URL: 'https://localhost:1/none',
      MOORLINE_AZURE_DEVOPS_PROJECT: 'none',
      MOORLINE_AZURE_DEVOPS_TOKEN: 'none',
    }),
  };

  it.each(Object.keys(variables))(
    '%s is small, has no shell and no secrets, and runs',
    async name => {
      const { config, root, start } = await build(name);
      expect(config).toMatchObject({
        User: '65532:65532',
        Entrypoint: expect.arrayContaining(['node', '/app/main.js']),
        Healthcheck: {
          Test: ['CMD', 'node', '/app/health.js', expect.any(String)],
        },
      });
      const all = filesIn(root);
      expect(
        all.filter(file => /^(ba|da|z)?sh$|busybox/.test(path.basename(file))),
      ).toEqual([]);
      const own = all.filter(file => file.startsWith(path.join(root, 'app/')));
      const sizes = own.map(file => statSync(file).size);
      expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(LARGEST);
      const text = own.map(file => readFileSync(file, 'utf8')).join('\n');
      // Nothing of the machine that it was built on, no keys, and no map to the sources.
      expect(text).not.toContain(path.resolve(__dirname, '../..'));
      expect(text).not.toMatch(/-----BEGIN [A-Z ]*PRIVATE KEY-----\n\w/);
      expect(text).not.toContain('sourceMappingURL=data');

      const port = await freePort();
      const database = await createTestDatabase({ empty: true });
      databases.push(database);
      const running = start(
        { ...variables[name](port, database.url), MOORLINE_HOST: '127.0.0.1' },
        [],
      );
      const answer = async (where: string) => {
        const page = `http://127.0.0.1:${port}/${where}`;
        return (await fetch(page).catch(() => undefined))?.status;
      };
      const until = Date.now() + 60_000;
      while ((await answer('readyz')) !== 200) {
        if (running.child.exitCode !== null || Date.now() > until) {
          throw new Error(running.log);
        }
        await sleep(50);
      }
      expect(await answer('livez')).toBe(200);
      expect(await answer('metrics')).toBe(200);
      running.child.kill('SIGTERM');
      await running.ended;
    },
  );
});
