import path from 'path';
import { Base, buildImage, buildReferrer, RUNTIME_LABEL } from './image';
import { IN_TOTO, provenance } from './provenance';
import { Recipe, RecipeOptions } from './recipes';
import { parseReference, Reference } from './reference';
import { Credentials, RegistryClient } from './registry-client';
import { billOfMaterials, CYCLONEDX } from './sbom';

const ROOT = path.join(
  path.dirname(require.resolve('@moorline/images/package.json')),
  '..',
);

/** An image with the documents about it. */
export type Publication = Awaited<ReturnType<typeof build>>;

/**
 * Builds an image, with a list of what is in it and of what it was built from.
 * @param base - reference to build upon; left out, nothing
 * @param credentials - for the base's registry
 * @throws Error when the base lacks what the image needs
 */
export async function build(
  name: string,
  recipe: Recipe,
  options: RecipeOptions,
  base?: string,
  credentials?: Credentials,
) {
  const source = await recipe(options);
  if (base && source.labels[RUNTIME_LABEL] !== 'node@22') {
    throw new Error(
      `${name} needs ${source.labels[RUNTIME_LABEL]}, which no base has: build it with the Dockerfile`,
    );
  }
  const below =
    base === undefined
      ? undefined
      : await pullBase(base, options.architecture, credentials);
  const image = buildImage(source, below);
  const { digest } = image.manifest;
  const { version, architecture } = options;
  const bill = billOfMaterials({ name, version, digest }, source.packages);
  const statement = provenance(
    {
      image: name,
      version,
      architecture,
      digest,
      base: below && {
        reference: below.name,
        digest: below.image.manifest.digest,
      },
    },
    ROOT,
  );
  return {
    source,
    image,
    referrers: [
      buildReferrer(image, CYCLONEDX, bill),
      buildReferrer(image, IN_TOTO, statement),
    ],
  };
}

async function pullBase(
  text: string,
  architecture: string,
  credentials?: Credentials,
): Promise<Base> {
  const client = new RegistryClient(parseReference(text), credentials, 'pull');
  return { name: text.split('@')[0], image: await client.pull(architecture) };
}

/** Pushes an image and the documents about it. @returns the digest to release */
export async function publish(
  { image, referrers }: Publication,
  reference: Reference,
  credentials?: Credentials,
): Promise<string> {
  const client = new RegistryClient(reference, credentials);
  const digest = await client.push(image);
  for (const referrer of referrers) await client.pushReferrer(referrer);
  return digest;
}
