import { existsSync, readdirSync, readFileSync, statSync } from 'fs';
import path from 'path';
import type { IdentityRecord } from '../store/model';
import { ZERO_ID } from './bare-repository';
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

  const parent = await repository.refTarget(BRANCH);
  const temporary = 'refs/moorline/seed';
  const output = await repository.git.text(['fast-import', '--quiet'], {
    input: importStream(temporary, parent, files, source.tag, identity),
  });
  const made = output.trim();
  const tag = `refs/tags/${source.tag}`;
  const tagged = await repository.refTarget(tag);
  const isSame =
    parent !== ZERO_ID &&
    (await repository.entry(parent, '/'))?.objectId ===
      (await repository.entry(made, '/'))?.objectId;
  const commit = isSame ? parent : made;
  const changes = [
    { name: BRANCH, oldObjectId: parent, newObjectId: commit },
    { name: tag, oldObjectId: tagged, newObjectId: commit },
  ].filter(change => change.oldObjectId !== change.newObjectId);
  await repository.updateRefs([
    ...changes,
    { name: temporary, oldObjectId: made, newObjectId: ZERO_ID },
  ]);
  if (changes.length > 0) repositories.recordPush(record, changes, identity);
  return commit;
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

function importStream(
  ref: string,
  parent: string,
  files: SourceFile[],
  version: string,
  identity: IdentityRecord,
): Buffer {
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
  data(Buffer.from(`Platform ${version}\n`));
  if (parent !== ZERO_ID) line(`from ${parent}`);
  line('deleteall');
  for (const { name, content, executable } of files) {
    line(`M ${executable ? '100755' : '100644'} inline "${name}"`);
    data(content);
  }
  line('');
  line('get-mark :1');
  line('done');
  return Buffer.concat(parts);
}
