import { execFileSync } from 'child_process';
import { createHash } from 'crypto';
import { readFileSync } from 'fs';
import path from 'path';

/** Media type and artifact type of {@link provenance}: an in-toto statement. */
export const IN_TOTO = 'application/vnd.in-toto+json';

/** How an image was built. */
export interface Build {
  image: string;
  version: string;
  architecture: string;
  digest: string;
  /** Reference with digest, when it was built over one. */
  base?: { reference: string; digest: string };
}

/** Who built it: the pipeline's run, or a person's machine. */
function builder(env: Readonly<Record<string, string | undefined>>) {
  const {
    SYSTEM_COLLECTIONURI: organisation,
    SYSTEM_TEAMPROJECT: project,
    SYSTEM_DEFINITIONID: pipeline,
    BUILD_BUILDID: run,
  } = env;
  if (!run) return { builder: { id: 'local' } };
  const home = `${organisation}${encodeURIComponent(project ?? '')}/_build`;
  return {
    builder: { id: `${home}?definitionId=${pipeline}` },
    metadata: { invocationId: `${home}/results?buildId=${run}` },
  };
}

/** The commit that is checked out; undefined outside a clone. */
function source(root: string) {
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', root, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  try {
    const changed = git('status', '--porcelain', '--untracked-files=no') !== '';
    return { gitCommit: git('rev-parse', 'HEAD'), changed };
  } catch {
    return undefined;
  }
}

const sha256 = (digest: string) => ({ sha256: digest.replace('sha256:', '') });

/**
 * From what and by whom an image was built: an in-toto statement with SLSA's provenance. It is not signed: whoever may push to
 * the repository can write one, so a release that has to prove it signs the image besides.
 * @param root - of this repository
 */
export function provenance(
  build: Build,
  root: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
) {
  const { image, version, architecture, digest, base } = build;
  const lock = readFileSync(path.join(root, 'yarn.lock'));
  const commit = source(root);
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: image, digest: sha256(digest) }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: 'https://moorline.dev/images/v1',
        externalParameters: { image, version, architecture },
        // Whether files differed from the commit.
        internalParameters: { changed: commit?.changed ?? true },
        resolvedDependencies: [
          ...(commit
            ? [
                {
                  name: 'source',
                  uri: env.BUILD_REPOSITORY_URI,
                  digest: { gitCommit: commit.gitCommit },
                },
              ]
            : []),
          {
            name: 'yarn.lock',
            digest: {
              sha256: createHash('sha256').update(lock).digest('hex'),
            },
          },
          ...(base
            ? [
                {
                  name: 'base',
                  uri: `pkg:docker/${base.reference}`,
                  digest: sha256(base.digest),
                },
              ]
            : []),
        ],
      },
      runDetails: builder(env),
    },
  };
}
