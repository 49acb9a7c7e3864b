import { parseArgs } from 'util';
import { buildImage, ImageSource } from './image';
import { RECIPES } from './recipes';
import { parseReference, Reference } from './reference';
import { RegistryClient } from './registry-client';

const USAGE = `Builds an image and pushes it; prints its digest.

  IMAGE              ${Object.keys(RECIPES).join(', ')}
  --to REFERENCE     registry, repository and tag; the tag is the version
  --arch ARCH        amd64 (default) or arm64
  --dry-run          build only

A registry that wants a sign-in gets MOORLINE_REGISTRY_USER and MOORLINE_REGISTRY_PASSWORD of the environment.
`;
const EXIT_USAGE = 2;

function readOptions() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      to: { type: 'string' },
      arch: { type: 'string', default: 'amd64' },
      'dry-run': { type: 'boolean', default: false },
    },
  });
  const [name, ...rest] = positionals;
  if (!name || !Object.hasOwn(RECIPES, name) || rest.length > 0) {
    throw new Error(`name one image: ${Object.keys(RECIPES).join(', ')}`);
  }
  if (values.arch !== 'amd64' && values.arch !== 'arm64') {
    throw new Error(`--arch ${values.arch}: use amd64 or arm64`);
  }
  if (!values.to) throw new Error('--to is missing: say where the image goes');
  const architecture: ImageSource['architecture'] = values.arch;
  return {
    recipe: RECIPES[name],
    reference: parseReference(values.to),
    architecture,
    dryRun: values['dry-run'],
  };
}

function usageError(error: unknown): never {
  process.stderr.write(`${(error as Error).message}\n\n${USAGE}`);
  return process.exit(EXIT_USAGE);
}

async function push(
  reference: Reference,
  image: ReturnType<typeof buildImage>,
) {
  const { MOORLINE_REGISTRY_USER: user, MOORLINE_REGISTRY_PASSWORD: password } =
    process.env;
  const credentials = user ? { user, password: password ?? '' } : undefined;
  await new RegistryClient(reference, credentials).push(image);
}

async function main(): Promise<void> {
  let options: ReturnType<typeof readOptions>;
  try {
    options = readOptions();
  } catch (error) {
    usageError(error);
  }
  const { recipe, reference, architecture, dryRun } = options;
  const image = buildImage(
    await recipe({ version: reference.tag, architecture }),
  );
  if (!dryRun) await push(reference, image);
  process.stdout.write(`${image.manifest.digest}\n`);
}

main().catch((error: Error) => {
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
  process.stderr.write(`${error.message}${cause}\n`);
  process.exitCode = 1;
});
