import { createHash } from 'node:crypto';

/** An image that the clusters of the sandbox can "pull". */
export interface KnownImage {
  /** Full name with tag, as a container runtime writes it. */
  name: string;
  /** The user it runs as; 0 is root, which `runAsNonRoot` refuses, as it does a name, behind which root may be. */
  user: number | string;
  /** What its process says first. */
  log: string[];
  sizeBytes: number;
  /** Of an image whose content is here. */
  digest?: string;
  /** What it is made by, where it can be had: a recipe of `@moorline/images`, or the programs of this machine. */
  content?: { recipe: string; version: string } | 'machine';
  /** Its program, which it runs unless told otherwise, ends with this error unless one of these variables is set. */
  needs?: { program: string; oneOf: string[]; error: string };
}

const MEBIBYTE = 2 ** 20;

const postgres = (name: string, user: number): KnownImage => ({
  name,
  user,
  content: { recipe: 'postgres', version: '18.4' },
  log: ['PostgreSQL: database system is ready to accept connections'],
  sizeBytes: 160 * MEBIBYTE,
  needs: {
    program: 'postgres',
    oneOf: [
      'POSTGRES_PASSWORD',
      'POSTGRES_PASSWORD_FILE',
      'POSTGRES_HOST_AUTH_METHOD',
    ],
    error:
      'Error: Database is uninitialized and superuser password is not specified.',
  },
});

/** The public images that nodes can pull, besides what the sandbox's own registries have; pulling any other fails. */
export const KNOWN_IMAGES: KnownImage[] = [
  postgres('ghcr.io/moorline/postgres:18.4', 999),
  // Of releases from before there was one with backups.
  postgres('docker.io/library/postgres:18.4', 0),
  {
    name: 'ghcr.io/moorline/trpc-api:0.1.0',
    user: 65532,
    content: { recipe: 'trpc-api', version: '0.1.0' },
    log: ['trpc-api 0.1.0: ready'],
    sizeBytes: 52 * MEBIBYTE,
  },
  {
    name: 'ghcr.io/moorline/trpc-api:0.2.0',
    user: 65532,
    content: { recipe: 'trpc-api', version: '0.2.0' },
    log: ['trpc-api 0.2.0: ready'],
    sizeBytes: 52 * MEBIBYTE,
  },
  {
    name: 'docker.io/library/busybox:1.37',
    user: 0,
    content: 'machine',
    log: [],
    sizeBytes: 2 * MEBIBYTE,
  },
];

/** The full name of an image: `busybox` -> `docker.io/library/busybox:latest`. */
export function normalizeImage(image: string): string {
  const [path, digest] = image.split('@');
  const segments = path.split('/');
  const first = segments[0];
  const hasRegistry =
    segments.length > 1 && (/[.:]/.test(first) || first === 'localhost');
  let full = path;
  if (!hasRegistry) {
    full = `docker.io/${segments.length === 1 ? 'library/' : ''}${path}`;
  }
  if (digest) return `${full}@${digest}`;
  const last = full.split('/').pop() ?? '';
  return last.includes(':') ? full : `${full}:latest`;
}

const repositoryOf = (name: string) => name.replace(/:[^/:]+$/, '');

/** The digest that a known image has: where its content is not here, made of its name. */
export function digestOf({ name, digest }: KnownImage): string {
  return digest ?? `sha256:${createHash('sha256').update(name).digest('hex')}`;
}

/** The known image that a name means, however it is abbreviated; undefined when there is none. A digest outweighs a tag. */
export function imageOf(image: string): KnownImage | undefined {
  const [name, digest] = normalizeImage(image).split('@');
  return KNOWN_IMAGES.find(known =>
    digest
      ? digest === digestOf(known) &&
        repositoryOf(name) === repositoryOf(known.name)
      : name === known.name,
  );
}

/** What a node finds that pulls an image: the image, or why there is none. */
export type Pull =
  | { image: KnownImage; failure?: undefined }
  | { image?: undefined; failure: string };

/**
 * Looks for an image in the sandbox's registries.
 * @returns undefined when the name is not of one of them
 */
export type FindImage = (name: string) => Pull | undefined;

/** Pulls an image from the sandbox's registries, or from the public ones, as far as they are known. */
export function pullImage(image: string, find?: FindImage): Pull {
  const full = normalizeImage(image);
  const own = find?.(full);
  if (own) return own;
  const known = imageOf(image);
  return known
    ? { image: known }
    : {
        failure: `failed to pull and unpack image "${full}": failed to resolve reference "${full}": ${full}: not found`,
      };
}
