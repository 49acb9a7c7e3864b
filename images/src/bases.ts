import { readFileSync, writeFileSync } from 'fs';
import path from 'path';
import { parseReference } from './reference';
import { RegistryClient } from './registry-client';

const FILE = path.join(
  path.dirname(require.resolve('@moorline/images/package.json')),
  'bases.json',
);

/** An image that others are built upon. */
interface Pin {
  /** Registry, repository and tag. */
  image: string;
  /** What the tag meant on that day; left out: nobody has looked yet. */
  digest?: string;
  /** YYYY-MM-DD */
  pinned?: string;
}

/** Those that the Dockerfile builds upon, and tools that the pipeline runs. */
type Pins = Record<'dockerfile' | 'pipeline', Record<string, Pin>>;

const read = (): Pins => JSON.parse(readFileSync(FILE, 'utf8'));

/**
 * An image by its digest.
 * @throws Error when there is none of that name, or nobody has written its digest down
 */
export function pinnedBase(name: string): string {
  const { dockerfile, pipeline } = read();
  const pins = { ...dockerfile, ...pipeline };
  if (!Object.hasOwn(pins, name)) {
    throw new Error(
      `images/bases.json has no ${name}, but ${Object.keys(pins).join(', ')}`,
    );
  }
  const { image, digest } = pins[name];
  if (!digest) {
    throw new Error(
      `images/bases.json has no digest for ${image}: run "yarn workspace @moorline/images pin" where its registry can be reached, and commit what it writes`,
    );
  }
  return `${image}@${digest}`;
}

/** What a Dockerfile's FROM lines take, as arguments of a build: `NODE_IMAGE=…@sha256:…`. */
export const buildArguments = (): string[] =>
  Object.keys(read().dockerfile).map(
    name => `${name.toUpperCase()}_IMAGE=${pinnedBase(name)}`,
  );

/** Asks the registries what the tags mean today, and writes it down. @returns the lines that say so */
export async function pin(today: Date): Promise<string[]> {
  const pins = read();
  const pinned = today.toISOString().slice(0, 10);
  const all = Object.values(pins).flatMap(group => Object.entries(group));
  for (const [, each] of all) {
    const client = new RegistryClient(
      parseReference(each.image),
      undefined,
      'pull',
    );
    const digest = await client.resolve();
    if (digest !== each.digest) Object.assign(each, { digest, pinned });
  }
  writeFileSync(FILE, `${JSON.stringify(pins, undefined, 2)}\n`);
  return all.map(([name]) => pinnedBase(name));
}
