/** The parts of an image's name that a person reads. */
export interface ImageName {
  /** The last part of the repository: `trpc-api`. */
  name: string;
  /** The tag, or the first seven digits of the digest. */
  version: string;
  /** Whether the version is a digest, which never moves. */
  pinned: boolean;
}

/** Splits `registry/repository:tag@sha256:…`. An image without either is its `latest`. */
export function parseImage(image: string): ImageName {
  const [reference, digest] = image.split('@');
  const colon = reference.lastIndexOf(':');
  const tagged = colon > reference.lastIndexOf('/');
  const repository = tagged ? reference.slice(0, colon) : reference;
  const name = repository.slice(repository.lastIndexOf('/') + 1);
  if (digest) {
    return {
      name,
      version: digest.replace(/^sha256:/, '').slice(0, 7),
      pinned: true,
    };
  }
  return {
    name,
    version: tagged ? reference.slice(colon + 1) : 'latest',
    pinned: false,
  };
}
