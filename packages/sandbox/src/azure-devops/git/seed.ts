import { createHash } from 'crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'fs';
import path from 'path';
import type { IdentityRecord } from '../store/model';
import { BareRepository, ZERO_ID } from './bare-repository';
import { OWN_REFS } from './git';
import type { RepositoryStore } from './repository-store';

/** Where the `platform` repository's content comes from. */
export interface PlatformSource {
  /** Root of the source tree. */
  root: string;
  /** Folders below it that are committed, e.g. `infra` and `charts`. */
  folders: string[];
  /** Tag of the commit, e.g. `v0.1.0`. */
  tag: string;
}

interface SourceFile {
  /** Relative to the root, with `/`. */
  name: string;
  content: Buffer;
  executable: boolean;
}

/** What tools leave in the folders and no repository should have. */
const LEFT_OUT =
  /(^|\/)(\.terraform|node_modules|\.DS_Store|[^/]*\.tfstate[^/]*|backend_override\.tf)(\/|$)/;
const BRANCH = 'refs/heads/main';

/**
 * Commits the source folders to the `platform` repository and tags the commit with the version. When nothing changed
 * since, nothing happens; when something did, there is one more commit and the tag moves to it, so that who develops the
 * platform sees the change at the next start.
 * @returns the commit of the tag; undefined when there is nothing to commit
 */
export async function seedPlatform(
  repositories: RepositoryStore,
  source: PlatformSource,
  identity: IdentityRecord,
): Promise<string | undefined> {
  const record = repositories.get('platform');
  const repository = repositories.open(record);
  const files = source.folders.flatMap(folder =>
    readFolder(source.root, folder),
  );
  if (files.length === 0) return undefined;

  const tag = `refs/tags/${source.tag}`;
  const digest = digestOf(files);
  const parent = await repository.refTarget(BRANCH);
  const isSame =
    parent !== ZERO_ID &&
    (await repository.commits([parent]))[0].message.includes(digest);
  const commit = isSame
    ? parent
    : await importFiles(
        repository,
        parent,
        files,
        [`Platform ${source.tag}`, '', `Sources: ${digest}`],
        identity,
      );
  const changes = [
    { name: BRANCH, oldObjectId: parent, newObjectId: commit },
    {
      name: tag,
      oldObjectId: await repository.refTarget(tag),
      newObjectId: commit,
    },
  ].filter(change => change.oldObjectId !== change.newObjectId);
  if (changes.length > 0) {
    await repository.updateRefs(changes);
    repositories.recordPush(record, changes, identity);
  }
  return commit;
}

/** Tells whether the sources changed, without writing them. */
function digestOf(files: SourceFile[]): string {
  const hash = createHash('sha256');
  for (const { name, content, executable } of files) {
    hash.update(`${name}\0${executable}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

function readFolder(root: string, folder: string): SourceFile[] {
  const base = path.join(root, folder);
  if (!existsSync(base)) return [];
  return readdirSync(base, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => path.join(entry.parentPath, entry.name))
    .sort()
    .map(file => ({
      file,
      name: path.relative(root, file).split(path.sep).join('/'),
    }))
    .filter(({ name }) => !LEFT_OUT.test(name))
    .map(({ file, name }) => ({
      name,
      content: readFileSync(file),
      // eslint-disable-next-line no-bitwise
      executable: (statSync(file).mode & 0o100) !== 0,
    }));
}

/** Makes a commit of exactly these files; no ref names it yet. */
async function importFiles(
  repository: BareRepository,
  parent: string,
  files: SourceFile[],
  message: string[],
  identity: IdentityRecord,
): Promise<string> {
  const ref = `${OWN_REFS}seed`;
  const parts: Buffer[] = [];
  const line = (text: string) => parts.push(Buffer.from(`${text}\n`));
  const data = (content: Buffer) => {
    line(`data ${content.length}`);
    parts.push(content, Buffer.from('\n'));
  };
  const now = Math.floor(Date.now() / 1000);
  line(`commit ${ref}`);
  line('mark :1');
  line(
    `committer ${identity.displayName} <${identity.uniqueName}> ${now} +0000`,
  );
  data(Buffer.from(`${message.join('\n')}\n`));
  if (parent !== ZERO_ID) line(`from ${parent}`);
  line('deleteall');
  for (const { name, content, executable } of files) {
    line(`M ${executable ? '100755' : '100644'} inline "${name}"`);
    data(content);
  }
  line('');
  line('get-mark :1');
  line('done');
  const output = await repository.git.text(
    // A ref that an interrupted start left is overwritten.
    ['fast-import', '--quiet', '--force'],
    { input: Buffer.concat(parts) },
  );
  return output.trim();
}
