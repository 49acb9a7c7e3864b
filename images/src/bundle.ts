import { existsSync, readFileSync } from 'fs';
import path from 'path';
import { build } from 'esbuild';
import { distinct, Package } from './sbom';

/** Options of {@link bundle}. */
export interface BundleOptions {
  /** The file to begin with. */
  entry: string;
  /** Names that stand for a text in the sources. */
  constants?: Record<string, string>;
}

/** What {@link bundle} makes. */
export interface Bundle {
  content: Buffer;
  /** The npm packages of which there is something in it. */
  packages: Package[];
}

/** One file for Node 22 with everything that an entry imports; without comments, names of folders or anything else of this machine. */
export async function bundle(options: BundleOptions): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    entryPoints: [options.entry],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    minify: true,
    legalComments: 'none',
    // What pg uses only where it is installed.
    external: ['pg-native'],
    logLevel: 'error',
    // Not the one of the folder above, which would have a say in the digest.
    tsconfigRaw: { compilerOptions: { strict: true } },
    define: Object.fromEntries(
      Object.entries(options.constants ?? {}).map(([name, value]) => [
        name,
        JSON.stringify(value),
      ]),
    ),
  });
  const [{ inputs }] = Object.values(metafile.outputs);
  const files = Object.keys(inputs).filter(
    file => inputs[file].bytesInOutput > 0,
  );
  return {
    content: Buffer.from(outputFiles[0].contents),
    packages: packagesOf(files),
  };
}

function packagesOf(files: string[]): Package[] {
  const manifests = [...new Set(files.map(manifestOf))];
  const packages = manifests.map(file => {
    const { name, version, license } = JSON.parse(readFileSync(file, 'utf8'));
    return {
      name,
      version,
      // Very old packages have a list of objects.
      license: typeof license === 'string' ? license : undefined,
    };
  });
  // Of one package there may be copies in several folders.
  return distinct(packages);
}

/** The package.json to which a file belongs: the nearest with a name and a version; others only say how to load. */
function manifestOf(file: string): string {
  for (let folder = path.resolve(path.dirname(file)); ; ) {
    const manifest = path.join(folder, 'package.json');
    if (existsSync(manifest)) {
      const { name, version } = JSON.parse(readFileSync(manifest, 'utf8'));
      if (name && version) return manifest;
    }
    const parent = path.dirname(folder);
    if (parent === folder) throw new Error(`${file} belongs to no package`);
    folder = parent;
  }
}
