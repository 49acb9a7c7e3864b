import { mkdirSync } from 'fs';
import path from 'path';
import { Git, GitError } from './git';

/** The object id that stands for "nothing" in ref updates. */
export const ZERO_ID = '0'.repeat(40);

/** Refs that hold commits while they are made; no client sees them. */
export const OWN_REFS = 'refs/moorline/';

export interface GitReference {
  /** Full name. */
  name: string;
  objectId: string;
  /** For annotated tags: the commit. */
  peeledObjectId?: string;
}

export interface TreeEntry {
  /** With a leading slash. */
  path: string;
  objectId: string;
  type: 'blob' | 'tree' | 'commit';
  /** Octal, e.g. `100644`. */
  mode: string;
}

export interface CommitInfo {
  commitId: string;
  treeId: string;
  parents: string[];
  author: Person;
  committer: Person;
  /** The whole message without the line end. */
  message: string;
}

export interface Person {
  name: string;
  email: string;
  /** ISO time. */
  date: string;
}

export interface RefChange {
  name: string;
  oldObjectId: string;
  newObjectId: string;
}

const LOG_FORMAT = [
  '%H',
  '%T',
  '%P',
  '%an',
  '%ae',
  '%aI',
  '%cn',
  '%ce',
  '%cI',
  '%B',
].join('%x1f');

/** A bare repository, read and written by the real git's plumbing. */
export class BareRepository {
  readonly git: Git;
  #last: Promise<unknown> = Promise.resolve();

  constructor(binary: string, readonly folder: string) {
    this.git = new Git(binary, folder);
  }

  /** Makes an empty repository. */
  static async create(
    binary: string,
    folder: string,
    defaultBranch: string,
  ): Promise<BareRepository> {
    mkdirSync(folder, { recursive: true });
    const repository = new BareRepository(binary, folder);
    await repository.git.run([
      'init',
      '--quiet',
      '--bare',
      `--initial-branch=${defaultBranch.replace(/^refs\/heads\//, '')}`,
      '.',
    ]);
    // What clients of Azure DevOps may ask for: shallow and partial clones, fetches of a commit.
    await repository.git.run(['config', 'uploadpack.allowFilter', 'true']);
    await repository.git.run([
      'config',
      'uploadpack.allowAnySHA1InWant',
      'true',
    ]);
    await repository.git.run(['config', 'gc.auto', '0']);
    await repository.git.run(['config', 'transfer.hideRefs', OWN_REFS]);
    return repository;
  }

  /** Runs one writer after the other; readers need not wait. */
  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    const run = this.#last.then(work, work);
    this.#last = run.catch(() => {});
    return run;
  }

  /** All refs, or those whose names start with a prefix such as `refs/heads/`. */
  async refs(prefix: string = 'refs/'): Promise<GitReference[]> {
    const text = await this.git.text([
      'for-each-ref',
      '--format=%(refname) %(objectname) %(*objectname)',
    ]);
    return text
      .split('\n')
      .filter(Boolean)
      .map(line => line.split(' '))
      .filter(([name]) => name.startsWith(prefix) && !name.startsWith(OWN_REFS))
      .map(([name, objectId, peeledObjectId]) => ({
        name,
        objectId,
        ...(peeledObjectId && { peeledObjectId }),
      }));
  }

  /** The object that a full ref names now; {@link ZERO_ID} when there is no such ref. */
  async refTarget(name: string): Promise<string> {
    return (await this.#parse(name)) ?? ZERO_ID;
  }

  /** The commit that a ref, branch, tag or commit id names. */
  async resolveCommit(revision: string): Promise<string | undefined> {
    const candidates = revision.startsWith('refs/')
      ? [revision]
      : [`refs/heads/${revision}`, `refs/tags/${revision}`];
    if (/^[0-9a-f]{7,40}$/i.test(revision)) candidates.push(revision);
    for (const candidate of candidates) {
      const commit = await this.#parse(`${candidate}^{commit}`);
      if (commit) return commit;
    }
    return undefined;
  }

  async #parse(revision: string): Promise<string | undefined> {
    try {
      const text = await this.git.text([
        'rev-parse',
        '--verify',
        '--quiet',
        '--end-of-options',
        revision,
      ]);
      return text.trim();
    } catch (error) {
      if (error instanceof GitError) return undefined;
      throw error;
    }
  }

  /** The content of a file at a commit; undefined when there is none. */
  async readFile(
    commit: string,
    filePath: string,
  ): Promise<Buffer | undefined> {
    const clean = cleanPath(filePath);
    try {
      return await this.git.run(['cat-file', 'blob', `${commit}:${clean}`]);
    } catch (error) {
      if (error instanceof GitError) return undefined;
      throw error;
    }
  }

  /** The file or folder at a path; undefined when there is none. */
  async entry(
    commit: string,
    filePath: string,
  ): Promise<TreeEntry | undefined> {
    const clean = cleanPath(filePath);
    if (clean === '') {
      const objectId = await this.#parse(`${commit}^{tree}`);
      return objectId
        ? { path: '/', objectId, type: 'tree', mode: '040000' }
        : undefined;
    }
    const [entry] = await this.#listTree([commit, '--', clean]);
    return entry?.path === `/${clean}` ? entry : undefined;
  }

  /** What is in a folder; with `recursive` the folders below it too. */
  async list(
    commit: string,
    folder: string,
    recursive: boolean,
  ): Promise<TreeEntry[]> {
    const clean = cleanPath(folder);
    return this.#listTree([
      ...(recursive ? ['-r', '-t'] : []),
      commit,
      ...(clean ? ['--', `${clean}/`] : []),
    ]);
  }

  async #listTree(args: string[]): Promise<TreeEntry[]> {
    const text = await this.git.text([
      '--literal-pathspecs',
      'ls-tree',
      '-z',
      '--full-tree',
      ...args,
    ]);
    return text
      .split('\0')
      .filter(Boolean)
      .map(line => {
        const [head, name] = line.split('\t');
        const [mode, type, objectId] = head.split(' ');
        return {
          path: `/${name}`,
          objectId,
          type: type as TreeEntry['type'],
          mode,
        };
      });
  }

  /** Commits, newest first. `args` are arguments of `git log`, revisions among them. */
  async log(args: string[]): Promise<CommitInfo[]> {
    const text = await this.git.text([
      'log',
      '-z',
      `--format=${LOG_FORMAT}`,
      ...args,
    ]);
    return text
      .split('\0')
      .filter(Boolean)
      .map(record => {
        const [
          commitId,
          treeId,
          parents,
          authorName,
          authorEmail,
          authorDate,
          committerName,
          committerEmail,
          committerDate,
          message,
        ] = record.split('\x1f');
        return {
          commitId,
          treeId,
          parents: parents.split(' ').filter(Boolean),
          author: { name: authorName, email: authorEmail, date: authorDate },
          committer: {
            name: committerName,
            email: committerEmail,
            date: committerDate,
          },
          message: message.replace(/\n+$/, ''),
        };
      });
  }

  /**
   * Changes refs, all or none.
   * @throws GitError when a ref is no longer what it was said to be
   */
  async updateRefs(changes: RefChange[]): Promise<void> {
    const lines = changes.map(({ name, oldObjectId, newObjectId }) =>
      newObjectId === ZERO_ID
        ? `delete ${name} ${oldObjectId}`
        : `update ${name} ${newObjectId} ${oldObjectId}`,
    );
    await this.git.run(['update-ref', '--stdin'], {
      input: `${lines.join('\n')}\n`,
    });
  }

  /** Whether a name can be a ref. */
  async isRefName(name: string): Promise<boolean> {
    try {
      await this.git.run(['check-ref-format', name]);
      return true;
    } catch (error) {
      if (error instanceof GitError) return false;
      throw error;
    }
  }

  /** Bytes on disk, packed and loose. */
  async size(): Promise<number> {
    const text = await this.git.text(['count-objects', '-v']);
    const kilobytes = [...text.matchAll(/^size(?:-pack)?: (\d+)$/gm)].map(
      match => Number(match[1]),
    );
    return kilobytes.reduce((sum, value) => sum + value, 0) * 1024;
  }
}

/** A path as git has it: no leading slash, no empty, `.` or `..` segments. */
export function cleanPath(filePath: string): string {
  return path.posix.normalize(`/${filePath}`).replace(/^\/+|\/+$/g, '');
}
