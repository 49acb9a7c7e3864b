import { execFile } from 'child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'fs';
import path from 'path';
import { promisify } from 'util';
import { normalizeImage } from '../kubernetes/images';
import type { ImageAnswer, ImageConfig, PulledImage } from '../registry';

const run = promisify(execFile);
/** Marks in a layer that a file of a lower one is gone, and that all of a folder's are. */
const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';

/** Looks for an image by its full name. @returns undefined when the name is of no registry that is known */
export type ImageSource = (
  name: string,
) => Promise<ImageAnswer | undefined> | ImageAnswer | undefined;

/** An image whose files are on this machine. */
export interface LocalImage {
  /** Registry, repository and digest. */
  id: string;
  sizeBytes: number;
  settings: NonNullable<ImageConfig['config']>;
  /** Folder with its files; not to be changed. */
  folder: string;
}

/** An image that was pulled, or why it was not. */
export type Pulled =
  | { image: LocalImage; failure?: undefined }
  | { image?: undefined; failure: string };

/** The images of a cluster's nodes. */
export class Images {
  /** By the names that they were pulled by. */
  private readonly pulled = new Map<string, LocalImage>();

  constructor(
    private readonly store: ImageStore,
    private readonly source: ImageSource,
  ) {}

  /** An image that was pulled by this name before. */
  present(name: string): LocalImage | undefined {
    return this.pulled.get(name);
  }

  /** Brings an image to this machine. @param name - as a pod has it */
  async pull(name: string): Promise<Pulled> {
    const full = normalizeImage(name);
    const failed = `failed to pull and unpack image "${full}"`;
    try {
      const answer = await this.source(full);
      if (!answer) {
        const resolving = `failed to resolve reference "${full}"`;
        return { failure: `${failed}: ${resolving}: ${full}: not found` };
      }
      if (!answer.image) return answer;
      const image = await this.store.add(answer.image);
      this.pulled.set(name, image);
      return { image };
    } catch (error) {
      return { failure: `${failed}: ${(error as Error).message}` };
    }
  }
}

/** The unpacked images of this machine. */
export class ImageStore {
  private readonly unpacking = new Map<string, Promise<string>>();

  /** @param folder - keeps one folder for each image, named after its digest */
  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  /** Unpacks an image, unless it is there. */
  async add(image: PulledImage): Promise<LocalImage> {
    const { digest, name, sizeBytes, config } = image;
    const work = this.unpacking.get(digest) ?? this.unpack(image);
    this.unpacking.set(digest, work);
    try {
      const folder = await work;
      return { id: name, sizeBytes, settings: config.config ?? {}, folder };
    } finally {
      this.unpacking.delete(digest);
    }
  }

  private async unpack({ digest, layers }: PulledImage): Promise<string> {
    const target = path.join(this.folder, digest.replace(':', '-'));
    if (existsSync(target)) return target;
    const temporary = `${target}.part`;
    rmSync(temporary, { recursive: true, force: true });
    mkdirSync(temporary, { recursive: true });
    for (const { file } of layers) await addLayer(file, temporary);
    renameSync(temporary, target);
    return target;
  }
}

/** Lays a layer over what is in a folder. */
async function addLayer(archive: string, folder: string): Promise<void> {
  const { stdout } = await run('tar', ['-tf', archive], {
    maxBuffer: 64 * 2 ** 20,
  });
  const marks = stdout
    .split('\n')
    .filter(entry => path.basename(entry).startsWith(WHITEOUT));
  for (const mark of marks) {
    const name = path.basename(mark);
    const gone =
      name === OPAQUE
        ? path.dirname(mark)
        : path.join(path.dirname(mark), name.slice(WHITEOUT.length));
    const file = path.join(folder, path.join('/', gone));
    if (file !== folder) rmSync(file, { recursive: true, force: true });
  }
  await run('tar', [
    '-xf',
    archive,
    '-C',
    folder,
    '--no-same-owner',
    '--delay-directory-restore',
    `--exclude=${WHITEOUT}*`,
  ]);
}

/** Numbers of the user and group that an image runs as: `65532:65532`, or a name that its /etc/passwd has. */
export function userOf({ settings, folder }: LocalImage): {
  user: number;
  group: number;
} {
  const [user = '', group = ''] = (settings.User ?? '').split(':');
  const passwd = path.join(folder, 'etc/passwd');
  const lines = existsSync(passwd)
    ? readFileSync(passwd, 'utf8')
        .split('\n')
        .map(line => line.split(':'))
    : [];
  const entry = lines.find(([name, , id]) => user === name || user === id);
  const number = /^\d*$/.test(user) ? Number(user) : Number(entry?.[2] ?? 0);
  return {
    user: number,
    group: /^\d+$/.test(group) ? Number(group) : Number(entry?.[3] ?? 0),
  };
}
