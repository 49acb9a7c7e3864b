import { mkdirSync } from 'fs';
import path from 'path';
import { Git, OWN_REFS } from './git';
import { GitObject, ObjectReader } from './object-reader';
import { parseCommit, parseTree, TreeLine } from './objects';
import { writeObject } from './object-writer';
import { isRefName } from './ref-name';
import { RefTransactions } from './ref-transactions';
import { TreeBuilder } from './tree-builder';

/** The object id that stands for "nothing" in ref updates. */
export const ZERO_ID = '0'.repeat(40);

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

/** Trees that are kept: a tree never changes, and most of a repository stays as it is from commit to commit. */
const KEPT_TREES = 10_000;
/** How long a measured size is good enough, in milliseconds: Azure DevOps, too, measures now and then. */
const SIZE_AGE = 60_000;

/** A bare repository, read and written by the real git's plumbing. */
export class BareRepository {
  readonly git: Git;
  readonly #objects: ObjectReader;
  readonly #refs: RefTransactions;
  readonly #trees = new Map<string, TreeLine[]>();
  #size: { measured: number; bytes: Promise<number> } | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(binary: string, readonly folder: string) {
    this.git = new Git(binary, folder);
    this.#objects = new ObjectReader(binary, folder);
    this.#refs = new RefTransactions(binary, folder);
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
      // No sample hooks.
      '--template=',
      `--initial-branch=${defaultBranch.replace(/^refs\/heads\//, '')}`,
      '.',
    ]);
    return repository;
  }

  /** Ends what was started for reading and writing. */
  close(): void {
    this.#objects.close();
    this.#refs.close();
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
    const found = isRefName(name) ? await this.#objects.read(name) : undefined;
    return found?.objectId ?? ZERO_ID;
  }

  /** The commit that a ref, branch, tag or commit id names. */
  async resolveCommit(revision: string): Promise<string | undefined> {
    const refs = revision.startsWith('refs/')
      ? [revision]
      : [`refs/heads/${revision}`, `refs/tags/${revision}`];
    const candidates = refs.filter(isRefName);
    if (/^[0-9a-f]{7,40}$/i.test(revision)) candidates.push(revision);
    for (const candidate of candidates) {
      const found = await this.#objects.read(`${candidate}^{commit}`);
      if (found) return found.objectId;
    }
    return undefined;
  }

  /** The content of a file at a commit; undefined when there is none. */
  async readFile(
    commit: string,
    filePath: string,
  ): Promise<Buffer | undefined> {
    const entry = await this.entry(commit, filePath);
    if (entry?.type !== 'blob') return undefined;
    return (await this.#objects.read(entry.objectId))?.content;
  }

  /** The file or folder at a path; undefined when there is none. */
  async entry(
    commit: string,
    filePath: string,
  ): Promise<TreeEntry | undefined> {
    const root = await this.#objects.read(`${commit}^{tree}`);
    if (!root) return undefined;
    let found: TreeEntry = {
      path: '/',
      objectId: root.objectId,
      type: 'tree',
      mode: '040000',
    };
    for (const name of cleanPath(filePath).split('/').filter(Boolean)) {
      if (found.type !== 'tree') return undefined;
      const lines = await this.#tree(found.objectId);
      const line = lines.find(candidate => candidate.name === name);
      if (!line) return undefined;
      found = entryOf(found.path, line);
    }
    return found;
  }

  /** What is in a folder, in git's order; with `recursive` what is in the folders below it too. */
  async list(
    commit: string,
    folder: string,
    recursive: boolean,
  ): Promise<TreeEntry[]> {
    const entry = await this.entry(commit, folder);
    return entry?.type === 'tree' ? this.#below(entry, recursive) : [];
  }

  async #below(folder: TreeEntry, recursive: boolean): Promise<TreeEntry[]> {
    const lines = await this.#tree(folder.objectId);
    const entries = lines.map(line => entryOf(folder.path, line));
    if (!recursive) return entries;
    const parts = await Promise.all(
      entries.map(async entry =>
        entry.type === 'tree'
          ? [entry, ...(await this.#below(entry, true))]
          : [entry],
      ),
    );
    return parts.flat();
  }

  async #tree(objectId: string): Promise<TreeLine[]> {
    const kept = this.#trees.get(objectId);
    if (kept) return kept;
    const object = await this.#objects.read(objectId);
    if (object?.type !== 'tree') {
      throw new Error(`${this.folder} lacks the tree ${objectId}`);
    }
    const lines = parseTree(object.content);
    const [oldest] = this.#trees.keys();
    if (this.#trees.size >= KEPT_TREES) this.#trees.delete(oldest);
    this.#trees.set(objectId, lines);
    return lines;
  }

  /** The files of a commit, to be changed; without a commit there are none. */
  async builder(commit: string | undefined): Promise<TreeBuilder> {
    const [info] = commit ? await this.commits([commit]) : [];
    return TreeBuilder.from(
      {
        readTree: id => this.#tree(id),
        writeTree: content => this.write('tree', content),
      },
      info?.treeId,
    );
  }

  /** Writes an object. @returns its id */
  write(type: GitObject['type'], content: Buffer): string {
    return writeObject(this.folder, type, content);
  }

  /** Commits, newest first. `args` are arguments of `git rev-list`, revisions among them. */
  async log(args: string[]): Promise<CommitInfo[]> {
    const text = await this.git.text(['rev-list', ...args]);
    return this.commits(text.split('\n').filter(Boolean));
  }

  /** These commits, in the given order. */
  async commits(ids: string[]): Promise<CommitInfo[]> {
    return Promise.all(
      ids.map(async id => {
        const object = await this.#objects.read(id);
        if (object?.type !== 'commit') {
          throw new Error(`${this.folder} lacks the commit ${id}`);
        }
        return parseCommit(object.objectId, object.content);
      }),
    );
  }

  /**
   * Changes refs, all or none.
   * @throws GitError when a ref is no longer what it was said to be
   */
  async updateRefs(changes: RefChange[]): Promise<void> {
    await this.#refs.commit(changes);
  }

  /** Bytes on disk, packed and loose, as they were when last measured. */
  async size(): Promise<number> {
    if (!this.#size || Date.now() - this.#size.measured > SIZE_AGE) {
      this.#size = { measured: Date.now(), bytes: this.#measure() };
    }
    return this.#size.bytes;
  }

  async #measure(): Promise<number> {
    const text = await this.git.text(['count-objects', '-v']);
    const kilobytes = [...text.matchAll(/^size(?:-pack)?: (\d+)$/gm)].map(
      match => Number(match[1]),
    );
    return kilobytes.reduce((sum, value) => sum + value, 0) * 1024;
  }
}

function entryOf(folder: string, line: TreeLine): TreeEntry {
  const { name, objectId, type, mode } = line;
  return { path: path.posix.join(folder, name), objectId, type, mode };
}

/** A path as git has it: no leading slash, no empty, `.` or `..` segments. */
export function cleanPath(filePath: string): string {
  return path.posix.normalize(`/${filePath}`).replace(/^\/+|\/+$/g, '');
}
