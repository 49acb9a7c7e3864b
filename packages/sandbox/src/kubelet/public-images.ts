import { existsSync, mkdirSync } from 'fs';
import path from 'path';
import { writeFileAtomically } from '../files';
import { digestOf, imageOf, KnownImage } from '../kubernetes/images';
import type { PulledImage } from '../registry';
import { RUNTIME_LABEL } from './runtime/machine';

/** Only a sandbox that is asked for an image loads what builds it. */
const recipes = () =>
  require('@moorline/images') as typeof import('@moorline/images');

/** Programs of this machine in the place of those that an image would bring. */
const machineImage = (known: KnownImage): PulledImage => ({
  name: known.name.replace(/:[^/:]+$/, `@${digestOf(known)}`),
  digest: digestOf(known),
  sizeBytes: known.sizeBytes,
  config: {
    architecture: 'amd64',
    os: 'linux',
    config: {
      Cmd: ['sh'],
      Env: [
        'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      ],
      Labels: { [RUNTIME_LABEL]: 'machine' },
    },
  },
  layers: [],
});

/**
 * The public images that the sandbox knows. Their content is made here, from this repository's recipes: nothing is fetched.
 */
export class PublicImages {
  private readonly built = new Map<string, Promise<PulledImage>>();

  /** @param folder - keeps layers */
  constructor(private readonly folder: string) {}

  /** @returns undefined when the sandbox does not know the name */
  async find(name: string): Promise<PulledImage | undefined> {
    const known = imageOf(name);
    if (!known?.content) return undefined;
    const { content } = known;
    if (content === 'machine') return machineImage(known);
    const built = this.built.get(known.name) ?? this.build(known.name, content);
    this.built.set(known.name, built);
    // What failed may succeed the next time.
    built.catch(() => this.built.delete(known.name));
    return built;
  }

  private async build(
    name: string,
    { recipe, version }: { recipe: string; version: string },
  ): Promise<PulledImage> {
    const { buildImage, RECIPES } = recipes();
    const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64';
    const source = await RECIPES[recipe]({ version, architecture });
    const { manifest, config, layers } = buildImage(source);
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    return {
      name: name.replace(/:[^/:]+$/, `@${manifest.digest}`),
      digest: manifest.digest,
      sizeBytes: [config, ...layers].reduce(
        (sum, { bytes }) => sum + bytes.length,
        0,
      ),
      config: JSON.parse(config.bytes.toString()) as PulledImage['config'],
      layers: layers.map(({ mediaType, digest, bytes }) => {
        const file = path.join(this.folder, digest.replace(':', '-'));
        if (!existsSync(file)) writeFileAtomically(file, bytes);
        return { mediaType, digest, size: bytes.length, file };
      }),
    };
  }
}
