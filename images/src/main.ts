import { mkdirSync, writeFileSync } from 'fs';
import path from 'path';
import { parseArgs } from 'util';
import { buildArguments, pin, pinnedBase } from './bases';
import { ImageSource } from './image';
import { build, publish } from './publish';
import { Recipe, RECIPES } from './recipes';
import { parseReference } from './reference';
import type { LayerEntry } from './tar';

const USAGE = `Builds an image and pushes it with the documents about it; prints its digest.

  IMAGE              ${Object.keys(RECIPES).join(', ')}
  --to REFERENCE     registry, repository and tag; the tag is the version
  --base REFERENCE   what to build upon; "pinned": the one of bases.json; left out, nothing
  --arch ARCH        amd64 (default) or arm64
  --dry-run          build only

  IMAGE --files FOLDER --version VERSION
                     only writes what our layers hold: the Dockerfile's build stage
  pin                writes down in bases.json what the bases' tags mean today
  pinned NAME        prints what was written down
  arguments          prints the pinned bases as arguments of the Dockerfile

A registry that wants a sign-in gets MOORLINE_REGISTRY_USER and MOORLINE_REGISTRY_PASSWORD of the environment.
`;
const EXIT_USAGE = 2;

/** The options do not fit together. */
class UsageError extends Error {}

const say = (text: string) => process.stdout.write(`${text}\n`);

function readOptions() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      to: { type: 'string' },
      base: { type: 'string' },
      arch: { type: 'string', default: 'amd64' },
      'dry-run': { type: 'boolean', default: false },
      files: { type: 'string' },
      version: { type: 'string' },
    },
  });
  const [name, ...rest] = positionals;
  if (rest.length > (name === 'pinned' ? 1 : 0)) {
    throw new UsageError(`too much: ${rest.join(' ')}`);
  }
  if (values.arch !== 'amd64' && values.arch !== 'arm64') {
    throw new UsageError(`--arch ${values.arch}: use amd64 or arm64`);
  }
  const architecture: ImageSource['architecture'] = values.arch;
  return { ...values, name, rest, architecture };
}

type Options = ReturnType<typeof readOptions>;

function writeFiles(folder: string, entries: LayerEntry[]) {
  for (const { path: relative, content, mode } of entries) {
    const file = path.join(folder, relative);
    mkdirSync(path.dirname(file), { recursive: true });
    if (content) writeFileSync(file, content, { mode });
  }
}

async function makeImage(recipe: Recipe, options: Options): Promise<void> {
  const { name, architecture, files, version, to } = options;
  if (files) {
    if (!version) throw new UsageError('--version is missing');
    const { layers } = await recipe({ version, architecture });
    writeFiles(files, layers.flat());
    return;
  }
  if (!to) throw new UsageError('--to is missing: say where the image goes');
  const reference = parseReference(to);
  const base = options.base === 'pinned' ? pinnedBase('node') : options.base;
  const { MOORLINE_REGISTRY_USER: user, MOORLINE_REGISTRY_PASSWORD } =
    process.env;
  const credentials = user
    ? { user, password: MOORLINE_REGISTRY_PASSWORD ?? '' }
    : undefined;
  const sameRegistry = base?.startsWith(`${reference.registry}/`);
  const built = await build(
    name,
    recipe,
    { version: reference.tag, architecture },
    base,
    sameRegistry ? credentials : undefined,
  );
  if (!options['dry-run']) await publish(built, reference, credentials);
  say(built.image.manifest.digest);
}

async function main(): Promise<void> {
  const options = readOptions();
  const { name } = options;
  if (name === 'pin') {
    (await pin(new Date())).forEach(say);
  } else if (name === 'pinned') {
    say(pinnedBase(options.rest[0] ?? ''));
  } else if (name === 'arguments') {
    buildArguments().forEach(each => say(`--build-arg=${each}`));
  } else if (name && Object.hasOwn(RECIPES, name)) {
    await makeImage(RECIPES[name], options);
  } else {
    throw new UsageError(
      `name one image: ${Object.keys(RECIPES).join(
        ', ',
      )}; or pin, pinned, arguments`,
    );
  }
}

main().catch((error: Error & { code?: unknown }) => {
  const usage =
    error instanceof UsageError ||
    String(error.code).startsWith('ERR_PARSE_ARGS');
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
  process.stderr.write(
    `${error.message}${cause}\n${usage ? `\n${USAGE}` : ''}`,
  );
  process.exitCode = usage ? EXIT_USAGE : 1;
});
