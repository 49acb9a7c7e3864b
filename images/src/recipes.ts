import path from 'path';
import { bundle } from './bundle';
import { ImageSource } from './image';

const SOURCES = path.join(
  path.dirname(require.resolve('@moorline/images/package.json')),
  'src',
);

/** What a recipe is told. */
export interface RecipeOptions {
  version: string;
  architecture: ImageSource['architecture'];
}

/**
 * Says in every image that Node is not in it. The sandbox's nodes have one; a real node has not: what is released to Azure
 * is built over a base that brings it.
 */
export const BASE_LABELS = {
  'org.opencontainers.image.base.name': 'scratch',
  'dev.moorline.image.runtime':
    'Node.js 22 or newer as "node" on PATH; not in this image, whose base is empty',
};

/** The images that can be built, each from this repository's sources alone. */
export const RECIPES: Record<
  string,
  (options: RecipeOptions) => Promise<ImageSource>
> = {
  'trpc-api': async ({ version, architecture }) => ({
    layers: [
      [
        {
          path: 'app/server.js',
          content: await bundle({
            entry: path.join(SOURCES, 'trpc-api', 'server.ts'),
            constants: { IMAGE_VERSION: version },
          }),
        },
      ],
    ],
    architecture,
    entrypoint: ['node', '/app/server.js'],
    env: {
      NODE_ENV: 'production',
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    },
    user: '65532:65532',
    workingFolder: '/app',
    ports: [8080],
    labels: {
      ...BASE_LABELS,
      'org.opencontainers.image.title': 'trpc-api',
      'org.opencontainers.image.description': 'An example tRPC API.',
      'org.opencontainers.image.version': version,
      'org.opencontainers.image.licenses': 'Apache-2.0',
    },
  }),
};
