import { RegistryError } from './errors';

const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const REPOSITORY = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`);
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;
const DIGEST = /^(?:sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})$/;
/** Clients limit host and name together to 255 characters. */
const LONGEST_REPOSITORY = 200;

/** A registry and a repository in it, as the path of a request names them. */
export interface RepositoryName {
  /** Name of the registry resource, in lower case. */
  registry: string;
  /** Name inside the registry, such as `team/api`. */
  repository: string;
  /** Both, as clients write it: `acrorders/team/api`. */
  full: string;
}

/** True for `sha256:…` and `sha512:…` of the right length. */
export const isDigest = (text: string) => DIGEST.test(text);

/** True for what a repository may be called. */
export const isRepository = (text: string) =>
  text.length <= LONGEST_REPOSITORY && REPOSITORY.test(text);

/** True for what a tag may be. */
export const isTag = (text: string) => TAG.test(text);

/**
 * Reads a repository's name, whose first component names the registry.
 * @throws RegistryError NAME_INVALID
 */
export function parseRepositoryName(full: string): RepositoryName {
  const invalid = (why: string) =>
    new RegistryError('NAME_INVALID', `invalid repository name: ${why}`, {
      detail: { name: full },
    });
  if (!isRepository(full)) {
    throw invalid(
      `use at most ${LONGEST_REPOSITORY} lower-case letters, digits and the separators / . _ -`,
    );
  }
  const [registry, ...rest] = full.split('/');
  if (rest.length === 0) {
    throw invalid(
      'begin with the name of the registry: <registry>/<repository>',
    );
  }
  return { registry, repository: rest.join('/'), full };
}

/**
 * A digest that a request names.
 * @throws RegistryError DIGEST_INVALID
 */
export function parseDigest(text: unknown): string {
  if (typeof text === 'string' && isDigest(text)) return text;
  throw new RegistryError(
    'DIGEST_INVALID',
    'provided digest is not one: give sha256:<64 hexadecimal digits> in lower case',
    { detail: { digest: String(text ?? '') } },
  );
}
