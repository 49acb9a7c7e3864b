import { build } from 'esbuild';

/** Options of {@link bundle}. */
export interface BundleOptions {
  /** The file to begin with. */
  entry: string;
  /** Names that stand for a text in the sources. */
  constants?: Record<string, string>;
}

/** One file for Node 22 with everything that an entry imports; without comments, names of folders or anything else of this machine. */
export async function bundle(options: BundleOptions): Promise<Buffer> {
  const { outputFiles } = await build({
    entryPoints: [options.entry],
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    minify: true,
    legalComments: 'none',
    logLevel: 'silent',
    // Not the one of the folder above, which would have a say in the digest.
    tsconfigRaw: { compilerOptions: { strict: true } },
    define: Object.fromEntries(
      Object.entries(options.constants ?? {}).map(([name, value]) => [
        name,
        JSON.stringify(value),
      ]),
    ),
  });
  return Buffer.from(outputFiles[0].contents);
}
