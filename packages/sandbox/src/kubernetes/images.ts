import { createHash } from 'node:crypto';

/** An image that the clusters of the sandbox can "pull". */
export interface KnownImage {
  /** Full name with tag, as a container runtime writes it. */
  name: string;
  /** The numeric user it runs as; 0 is root, which `runAsNonRoot` refuses. */
  user: number;
  /** What its process says first. */
  log: string[];
  sizeBytes: number;
  /** It ends with this error unless one of these variables is set. */
  needs?: { oneOf: string[]; error: string };
}

const MEBIBYTE = 2 ** 20;

/** Until the sandbox has a registry, these are the images that exist; pulling any other fails. */
export const KNOWN_IMAGES: KnownImage[] = [
  {
    name: 'docker.io/library/postgres:18.4',
    user: 0,
    log: ['PostgreSQL: database system is ready to accept connections'],
    sizeBytes: 160 * MEBIBYTE,
    needs: {
      oneOf: [
        'POSTGRES_PASSWORD',
        'POSTGRES_PASSWORD_FILE',
        'POSTGRES_HOST_AUTH_METHOD',
      ],
      error:
        'Error: Database is uninitialized and superuser password is not specified.',
    },
  },
  {
    name: 'ghcr.io/moorline/trpc-api:0.1.0',
    user: 65532,
    log: ['trpc-api 0.1.0: ready'],
    sizeBytes: 52 * MEBIBYTE,
  },
  {
    name: 'ghcr.io/moorline/trpc-api:0.2.0',
    user: 65532,
    log: ['trpc-api 0.2.0: ready'],
    sizeBytes: 52 * MEBIBYTE,
  },
  {
    name: 'docker.io/library/busybox:1.37',
    user: 0,
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

/** The digest that a known image has: made of its name, since its content is not here. */
export function digestOf({ name }: KnownImage): string {
  return `sha256:${createHash('sha256').update(name).digest('hex')}`;
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
