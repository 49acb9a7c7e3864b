/** Where an image is. */
export interface Reference {
  /** Host and port. */
  registry: string;
  repository: string;
  tag: string;
  /** Says which image the tag meant when it was written down. */
  digest?: string;
}

const REFERENCE =
  /^([a-z0-9.-]+(?::\d{1,5})?)\/([a-z0-9]+(?:(?:\.|_|__|-+|\/)[a-z0-9]+)*):([A-Za-z0-9_][A-Za-z0-9._-]{0,127})(?:@(sha256:[0-9a-f]{64}))?$/;

/** Reads `localhost:7443/acrorders/trpc-api:0.1.0`. @throws Error that says what is missing */
export function parseReference(text: string): Reference {
  const [, registry, repository, tag, digest] = REFERENCE.exec(text) ?? [];
  if (registry === undefined) {
    throw new Error(
      `${text}: give registry, repository and tag, for example localhost:7443/acrorders/trpc-api:0.1.0`,
    );
  }
  if (tag === 'latest') {
    throw new Error(`${text}: give a version as the tag, latest says nothing`);
  }
  return { registry, repository, tag, digest };
}
