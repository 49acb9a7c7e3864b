import { readdirSync, readFileSync } from 'fs';
import path from 'path';
import { bundle } from './bundle';
import { ImageSource, RUNTIME_LABEL } from './image';
import { LayerEntry } from './tar';

const folderOf = (name: string) =>
  path.dirname(require.resolve(`${name}/package.json`));
const SOURCES = path.join(folderOf('@moorline/images'), 'src');

/** What a recipe is told. */
export interface RecipeOptions {
  version: string;
  architecture: ImageSource['architecture'];
}

/** Makes what an image is built of. */
export type Recipe = (options: RecipeOptions) => Promise<ImageSource>;

const PATH = '/nodejs/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin';

const labels = (
  title: string,
  description: string,
  version: string,
  runtime: string,
) => ({
  'org.opencontainers.image.title': title,
  'org.opencontainers.image.description': description,
  'org.opencontainers.image.version': version,
  'org.opencontainers.image.licenses': 'Apache-2.0',
  [RUNTIME_LABEL]: runtime,
});

/** A program of this repository that Node runs in `/app`. */
interface NodeProgram {
  name: string;
  description: string;
  /** The file to begin with. */
  entry: string;
  /** What Node is told before it, where NODE_OPTIONS does not take it. */
  flags?: string[];
  /** Besides the program. */
  files?: LayerEntry[];
  port: number;
  env?: Record<string, string>;
}

const nodeRecipe =
  ({
    name,
    description,
    entry,
    flags = [],
    files,
    port,
    env,
  }: NodeProgram): Recipe =>
  async ({ version, architecture }) => {
    const program = await bundle({
      entry,
      constants: { IMAGE_VERSION: version },
    });
    const health = await bundle({ entry: path.join(SOURCES, 'health.ts') });
    return {
      layers: [
        [
          { path: 'app/main.js', content: program.content },
          { path: 'app/health.js', content: health.content },
          ...(files ?? []),
        ],
      ],
      packages: program.packages,
      architecture,
      entrypoint: ['node', ...flags, '/app/main.js'],
      health: ['node', '/app/health.js', `http://127.0.0.1:${port}/livez`],
      env: { NODE_ENV: 'production', PATH, ...env },
      // As in distroless: nobody.
      user: '65532:65532',
      workingFolder: '/app',
      ports: [port],
      labels: labels(name, description, version, 'node@22'),
    };
  };

/** Files of a package that a bundle still looks up by the package's name. */
const packageFiles = (name: string, folder: string): LayerEntry[] => {
  const root = folderOf(name);
  const file = (relative: string) => ({
    path: `app/node_modules/${name}/${relative}`,
    content: readFileSync(path.join(root, relative)),
  });
  return [
    file('package.json'),
    ...readdirSync(path.join(root, folder)).map(entry =>
      file(`${folder}/${entry}`),
    ),
  ];
};

/** Runs `moorline-pg ready` under the name that the official image has for it. */
const PG_ISREADY = `#!/usr/bin/env node
process.argv.splice(2, Infinity, 'ready');
require('./moorline-pg');
`;

/** PostgreSQL asks for the name of the user that it runs as. */
const PASSWD = 'postgres:x:999:999::/var/lib/postgresql:/sbin/nologin\n';

const postgres: Recipe = async ({ version, architecture }) => {
  const program = await bundle({
    entry: path.join(SOURCES, 'postgres', 'main.ts'),
  });
  return {
    layers: [
      [
        {
          path: 'usr/local/bin/moorline-pg',
          mode: 0o755,
          content: Buffer.concat([
            Buffer.from('#!/usr/bin/env node\n'),
            program.content,
          ]),
        },
        {
          path: 'usr/local/bin/pg_isready',
          mode: 0o755,
          content: Buffer.from(PG_ISREADY),
        },
        { path: 'etc/passwd', content: Buffer.from(PASSWD) },
      ],
    ],
    packages: program.packages,
    architecture,
    entrypoint: ['node', '/usr/local/bin/moorline-pg'],
    command: ['postgres'],
    health: ['node', '/usr/local/bin/moorline-pg', 'ready'],
    env: {
      PATH: `${PATH}:/usr/lib/postgresql/18/bin`,
      PGDATA: '/var/lib/postgresql/18/docker',
    },
    // The user of the official image.
    user: '999:999',
    workingFolder: '/',
    ports: [5432],
    labels: labels(
      'postgres',
      'PostgreSQL 18 with TLS, SCRAM, init scripts, backup and restore.',
      version,
      'node@22,postgres@18',
    ),
  };
};

/** The images that can be built, each from this repository's sources alone. */
export const RECIPES: Record<string, Recipe> = {
  'trpc-api': nodeRecipe({
    name: 'trpc-api',
    description: 'An example tRPC API over PostgreSQL.',
    entry: path.join(SOURCES, 'trpc-api', 'main.ts'),
    port: 8080,
  }),
  postgres,
  api: nodeRecipe({
    name: 'api',
    description: 'The record of environments, releases and runs, over tRPC.',
    entry: path.join(folderOf('@moorline/api'), 'src', 'server', 'main.ts'),
    flags: ['--max-semi-space-size=4', '--heap-growing-percent=50'],
    files: packageFiles('@moorline/api', 'migrations'),
    port: 7080,
    env: { MOORLINE_HOST: '0.0.0.0' },
  }),
  worker: nodeRecipe({
    name: 'worker',
    description: 'Follows runs, and does what happens later.',
    entry: path.join(folderOf('@moorline/worker'), 'src', 'program', 'main.ts'),
    files: packageFiles('@moorline/api', 'migrations'),
    port: 7081,
    env: { MOORLINE_HOST: '0.0.0.0' },
  }),
};
