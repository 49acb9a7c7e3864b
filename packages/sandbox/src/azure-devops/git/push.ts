import type { IdentityRecord } from '../store/model';
import { itemContentType, versionControlChangeType } from '../wire/enums';
import { commitNotFound, invalidPush, staleReference } from '../wire/errors';
import { BareRepository, cleanPath, ZERO_ID } from './bare-repository';
import { isRefName } from './ref-name';

/** A push as REST has it, checked. */
export interface PushRequest {
  ref: string;
  oldObjectId: string;
  commits: PushCommit[];
}

export interface PushCommit {
  comment: string;
  author?: CommitPerson;
  committer?: CommitPerson;
  /** Commit to build on, when the branch is new. */
  parent?: string;
  changes: PushChange[];
}

export interface CommitPerson {
  name?: string;
  email?: string;
  date?: string;
}

export interface PushChange {
  type: 'add' | 'edit' | 'rename' | 'delete';
  /** Without a leading slash. */
  path: string;
  /** For renames: the path before. */
  from?: string;
  content?: Buffer;
}

type Json = Record<string, unknown>;

const asObject = (value: unknown): Json =>
  typeof value === 'object' && value !== null ? (value as Json) : {};
const asArray = (value: unknown): Json[] =>
  Array.isArray(value) ? value.map(asObject) : [];

/**
 * Reads the body of `POST …/pushes`.
 * @throws AzureDevOpsError 400 that names the field
 */
export function parsePush(body: Json): PushRequest {
  const updates = asArray(body.refUpdates);
  if (updates.length !== 1) {
    throw invalidPush(
      `refUpdates: a push must contain exactly one ref update, this one has ${updates.length}.`,
    );
  }
  const ref = String(updates[0].name ?? '');
  const oldObjectId = String(updates[0].oldObjectId ?? '').toLowerCase();
  if (!ref.startsWith('refs/heads/')) {
    throw invalidPush(
      `refUpdates[0].name: '${ref}' is not a branch; use refs/heads/<branch>.`,
    );
  }
  if (!/^[0-9a-f]{40}$/.test(oldObjectId)) {
    throw invalidPush(
      'refUpdates[0].oldObjectId: use the 40 digits of the commit that the branch has now, or 40 zeros for a new branch.',
    );
  }
  const commits = asArray(body.commits).map(parseCommit);
  if (commits.length === 0) {
    throw invalidPush('commits: a push must contain at least one commit.');
  }
  return { ref, oldObjectId, commits };
}

function parseCommit(commit: Json, index: number): PushCommit {
  const changes = asArray(commit.changes).map((change, at) =>
    parseChange(change, `commits[${index}].changes[${at}]`),
  );
  if (changes.length === 0) {
    throw invalidPush(
      `commits[${index}].changes: a commit must change a file.`,
    );
  }
  return {
    comment: String(commit.comment ?? ''),
    author: commit.author
      ? (asObject(commit.author) as CommitPerson)
      : undefined,
    committer: commit.committer
      ? (asObject(commit.committer) as CommitPerson)
      : undefined,
    parent: Array.isArray(commit.parents)
      ? String(commit.parents[0])
      : undefined,
    changes,
  };
}

function parseChange(change: Json, field: string): PushChange {
  const type = versionControlChangeType.parse(change.changeType);
  if (!type) {
    throw invalidPush(
      `${field}.changeType: '${change.changeType}' is not served; use add, edit, rename or delete.`,
    );
  }
  const filePath = cleanPath(String(asObject(change.item).path ?? ''));
  if (!filePath || filePath.split('/').includes('.git')) {
    throw invalidPush(`${field}.item.path: use the path of a file.`);
  }
  if (type === 'delete') return { type, path: filePath };
  if (type === 'rename') {
    const from = cleanPath(String(change.sourceServerItem ?? ''));
    if (!from) {
      throw invalidPush(`${field}.sourceServerItem: use the path before.`);
    }
    return { type, path: filePath, from };
  }
  const content = asObject(change.newContent);
  const kind = itemContentType.parse(content.contentType ?? 'rawtext');
  if (typeof content.content !== 'string' || !kind) {
    throw invalidPush(
      `${field}.newContent: use {content, contentType: rawtext|base64encoded}.`,
    );
  }
  return {
    type,
    path: filePath,
    content: Buffer.from(
      content.content,
      kind === 'base64encoded' ? 'base64' : 'utf8',
    ),
  };
}

/**
 * Makes the commits of a push and moves the branch.
 * @returns the ids of the new commits, oldest first
 * @throws AzureDevOpsError 409 when the branch is not where the caller believes, 400 when a change does not fit
 */
export async function applyPush(
  repository: BareRepository,
  request: PushRequest,
  identity: IdentityRecord,
): Promise<string[]> {
  const { ref, oldObjectId, commits } = request;
  if (!isRefName(ref)) {
    throw invalidPush(`refUpdates[0].name: '${ref}' is not a valid ref name.`);
  }
  if ((await repository.refTarget(ref)) !== oldObjectId) {
    throw staleReference(ref);
  }
  const base = await baseOf(repository, request);
  await checkChanges(repository, base, commits);

  const ids: string[] = [];
  for (const commit of commits) {
    const parent = ids[ids.length - 1] ?? base;
    ids.push(await makeCommit(repository, parent, commit, identity));
  }
  try {
    await repository.updateRefs([
      { name: ref, oldObjectId, newObjectId: ids[ids.length - 1] },
    ]);
  } catch (error) {
    throw (await repository.refTarget(ref)) === oldObjectId
      ? error
      : staleReference(ref);
  }
  return ids;
}

async function baseOf(
  repository: BareRepository,
  { oldObjectId, commits }: PushRequest,
): Promise<string | undefined> {
  if (oldObjectId !== ZERO_ID) return oldObjectId;
  const [{ parent }] = commits;
  if (!parent) return undefined;
  const commit = await repository.resolveCommit(parent);
  if (!commit) throw commitNotFound(parent, repository.folder);
  return commit;
}

async function checkChanges(
  repository: BareRepository,
  base: string | undefined,
  commits: PushCommit[],
): Promise<void> {
  const entries = base ? await repository.list(base, '', true) : [];
  const files = new Set(
    entries.filter(({ type }) => type !== 'tree').map(({ path }) => path),
  );
  const missing = (path: string) =>
    invalidPush(
      `The path '${path}' does not exist, so it cannot be changed or deleted; add it.`,
    );
  for (const change of commits.flatMap(commit => commit.changes)) {
    const path = `/${change.path}`;
    if (change.type === 'add' || change.type === 'rename') {
      if (files.has(path)) {
        throw invalidPush(
          `The path '${path}' specified in the ${change.type} operation already exists. Please specify a new path.`,
        );
      }
      const parent = [...files].find(
        file => path.startsWith(`${file}/`) || file.startsWith(`${path}/`),
      );
      if (parent) {
        throw invalidPush(
          `The path '${path}' cannot be added beside '${parent}': one of them would be both a file and a folder.`,
        );
      }
    }
    if (change.type === 'edit' && !files.has(path)) throw missing(path);
    if (change.type === 'delete') {
      const below = [...files].filter(
        file => file === path || file.startsWith(`${path}/`),
      );
      if (below.length === 0) throw missing(path);
      below.forEach(file => files.delete(file));
      continue;
    }
    if (change.type === 'rename') {
      const from = `/${change.from}`;
      if (!files.delete(from)) throw missing(from);
    }
    files.add(path);
  }
}

/** Writes the objects of one commit; no ref names it yet. @returns its id */
async function makeCommit(
  repository: BareRepository,
  parent: string | undefined,
  commit: PushCommit,
  identity: IdentityRecord,
): Promise<string> {
  const files = await repository.builder(parent);
  for (const change of commit.changes) {
    if (change.type === 'delete') await files.remove(change.path);
    else if (change.type === 'rename') {
      const moved = await files.remove(change.from ?? '');
      if (moved) await files.set(change.path, moved.objectId, moved.mode);
    } else {
      const content = change.content ?? Buffer.alloc(0);
      await files.set(change.path, repository.write('blob', content));
    }
  }
  const committer = commit.committer ?? commit.author;
  const lines = [
    `tree ${files.write()}`,
    ...(parent ? [`parent ${parent}`] : []),
    `author ${personLine(commit.author ?? committer, identity)}`,
    `committer ${personLine(committer, identity)}`,
    '',
    commit.comment.trimEnd(),
    '',
  ];
  return repository.write('commit', Buffer.from(lines.join('\n')));
}

function personLine(
  person: CommitPerson | undefined,
  identity: IdentityRecord,
): string {
  // The characters that git's own format gives a meaning to.
  const clean = (text: string) => text.replace(/[<>\n\r]/g, '').trim();
  const name = clean(String(person?.name || identity.displayName));
  const email = clean(String(person?.email || identity.uniqueName));
  const given = person?.date ? Date.parse(String(person.date)) : NaN;
  const seconds = Math.floor((Number.isNaN(given) ? Date.now() : given) / 1000);
  return `${name} <${email}> ${seconds} +0000`;
}
