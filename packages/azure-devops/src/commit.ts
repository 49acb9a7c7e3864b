import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { Connection } from './connection';
import { AzureDevOpsError } from './errors';
import { findOrCreate } from './findOrCreate';
import type { List } from './wire';

/** A file of a commit. */
export interface CommitFile {
  /** Relative to the repository's root, with forward slashes: `environments/orders/main.tf`. */
  path: string;
  content: string | Uint8Array;
}

/** What to commit, and where. */
export interface CommitOptions {
  repository: string;
  /** Short name, e.g. `main`. It begins with this commit when the repository is empty. */
  branch: string;
  files: CommitFile[];
  /** First line and body; the key is added as a trailer. */
  message: string;
  /** Names the request that asks for this commit, so that it is made once however often it is asked for. */
  key: string;
}

/** Where the files are. */
export interface CommitResult {
  commitId: string;
  /** False when the files, or a commit with this key, were there before. */
  created: boolean;
}

/** The trailer by which a commit is found again. */
export const KEY_TRAILER = 'Moorline-Request';

const NO_COMMIT = '0'.repeat(40);
const HISTORY_DEPTH = 20;

interface WireRef {
  name: string;
  objectId: string;
}

interface WireItem {
  path: string;
  objectId: string;
  gitObjectType: string;
}

interface WireCommit {
  commitId: string;
  comment?: string;
  commentTruncated?: boolean;
}

/**
 * Brings files into a branch by one commit, without a clone.
 *
 * It first compares by content: git names a file by a hash of it, so a commit whose answer was lost is recognised in
 * the branch itself. Files of the folder that are not named stay as they are.
 */
export async function commitFiles(
  connection: Connection,
  options: CommitOptions,
): Promise<CommitResult> {
  if (options.files.length === 0) {
    throw new AzureDevOpsError(
      `There is nothing to commit to the repository "${options.repository}": give it at least one file.`,
      { code: 'invalid' },
    );
  }
  const files = options.files.map(file => ({
    path: posix.join('/', file.path),
    content: Buffer.from(file.content as Uint8Array),
  }));
  const branch = `${options.repository} ${options.branch}`;
  // Commits of one process to one branch would otherwise refuse each other, as each must name the tip it builds on.
  return connection.inTurn(`push ${branch}`, async () => {
    // The tip is mostly where we left it and the files are mostly new. If not, Azure DevOps refuses, and we look.
    const guess = connection.guess(`tip ${branch}`);
    connection.note(`tip ${branch}`, undefined);
    let tip = guess ?? NO_COMMIT;
    let present = new Map<string, string>();
    const { value, created } = await findOrCreate(connection, {
      what: `push to the repository ${options.repository}`,
      createFirst: guess !== undefined,
      find: async () => {
        // Both at once: a folder that is new is known after one round trip.
        const [commitId, inBranch] = await Promise.all([
          readTip(connection, options),
          readFolder(connection, options, files),
        ]);
        tip = commitId ?? NO_COMMIT;
        present = inBranch;
        if (!commitId || !files.some(f => present.has(f.path))) {
          return undefined;
        }
        // The branch may have moved between the two answers; what is changed must be what the tip has.
        present = await readFolder(connection, options, files, commitId);
        if (files.every(f => present.get(f.path) === blobId(f.content))) {
          return commitId;
        }
        return findByKey(connection, options, files);
      },
      create: async () => {
        const commitId = await push(connection, options, files, tip, present);
        connection.note(`tip ${branch}`, commitId);
        return commitId;
      },
    });
    return { commitId: value, created };
  });
}

type File = { path: string; content: Buffer };

/** What git calls a file with this content. */
export function blobId(content: Uint8Array): string {
  return createHash('sha1')
    .update(`blob ${content.byteLength}\0`)
    .update(content)
    .digest('hex');
}

function repositoryRequest(options: CommitOptions, path: string) {
  return {
    path: `git/repositories/${encodeURIComponent(options.repository)}/${path}`,
    thing: `repository "${options.repository}"`,
  };
}

async function readTip(connection: Connection, options: CommitOptions) {
  const { value } = await connection.sendForBody<List<WireRef>>({
    ...repositoryRequest(options, 'refs'),
    method: 'GET',
    query: { filter: `heads/${options.branch}` },
    idempotent: true,
    what: `read the branches of the repository ${options.repository}`,
    needs: 'Code (Read & write)',
  });
  // The filter is a prefix: "main" also finds "maintenance".
  return value.find(ref => ref.name === `refs/heads/${options.branch}`)
    ?.objectId;
}

/** Files under the folder that the given ones share, in a commit or the branch: path to git's hash. */
async function readFolder(
  connection: Connection,
  options: CommitOptions,
  files: File[],
  commitId?: string,
): Promise<Map<string, string>> {
  try {
    const { value } = await connection.sendForBody<List<WireItem>>({
      ...repositoryRequest(options, 'items'),
      method: 'GET',
      query: {
        scopePath: sharedFolder(files.map(file => file.path)),
        recursionLevel: 'full',
        'versionDescriptor.version': commitId ?? options.branch,
        'versionDescriptor.versionType': commitId ? 'commit' : 'branch',
      },
      idempotent: true,
      what: `read the files of the repository ${options.repository}`,
      needs: 'Code (Read & write)',
    });
    return new Map(
      value
        .filter(item => item.gitObjectType === 'blob')
        .map(item => [item.path, item.objectId]),
    );
  } catch (error) {
    if (error instanceof AzureDevOpsError && error.code === 'notFound') {
      return new Map();
    }
    throw error;
  }
}

/** The commit that this request made earlier, when people have changed its files since. */
async function findByKey(
  connection: Connection,
  options: CommitOptions,
  files: File[],
): Promise<string | undefined> {
  const request = {
    method: 'GET' as const,
    idempotent: true,
    what: `read the history of the repository ${options.repository}`,
    needs: 'Code (Read & write)',
  };
  const { value } = await connection.sendForBody<List<WireCommit>>({
    ...request,
    ...repositoryRequest(options, 'commits'),
    query: {
      'searchCriteria.itemPath': sharedFolder(files.map(file => file.path)),
      'searchCriteria.itemVersion.version': options.branch,
      'searchCriteria.itemVersion.versionType': 'branch',
      'searchCriteria.$top': HISTORY_DEPTH,
    },
  });
  for (const commit of value) {
    // A list shows the beginning of a long message only.
    const whole = commit.commentTruncated
      ? await connection.sendForBody<WireCommit>({
          ...request,
          ...repositoryRequest(options, `commits/${commit.commitId}`),
        })
      : commit;
    if (trailersOf(whole.comment ?? '').includes(options.key)) {
      return commit.commitId;
    }
  }
  return undefined;
}

function trailersOf(message: string): string[] {
  return message
    .split('\n')
    .filter(line => line.startsWith(`${KEY_TRAILER}: `))
    .map(line => line.slice(KEY_TRAILER.length + 2).trim());
}

async function push(
  connection: Connection,
  options: CommitOptions,
  files: File[],
  tip: string,
  present: Map<string, string>,
): Promise<string> {
  const changes = files
    .filter(file => present.get(file.path) !== blobId(file.content))
    .map(file => ({
      changeType: present.has(file.path) ? 'edit' : 'add',
      item: { path: file.path },
      // Base64 keeps every byte; "rawtext" may touch line ends and byte order marks.
      newContent: {
        content: file.content.toString('base64'),
        contentType: 'base64encoded',
      },
    }));
  try {
    const answer = await connection.sendForBody<{ commits: WireCommit[] }>({
      ...repositoryRequest(options, 'pushes'),
      method: 'POST',
      body: {
        refUpdates: [
          { name: `refs/heads/${options.branch}`, oldObjectId: tip },
        ],
        commits: [
          {
            comment: `${options.message.trimEnd()}\n\n${KEY_TRAILER}: ${
              options.key
            }`,
            changes,
          },
        ],
      },
      idempotent: false,
      what: `push to the repository ${options.repository}`,
      needs: 'Code (Read & write)',
    });
    return answer.commits[0].commitId;
  } catch (error) {
    throw isAddedMeanwhile(error) ? asConflict(error) : error;
  }
}

/** Somebody added a file that was not there when we looked: Azure DevOps calls the push invalid, not stale. */
function isAddedMeanwhile(error: unknown): error is AzureDevOpsError {
  return (
    error instanceof AzureDevOpsError &&
    error.code === 'invalid' &&
    /already exists/i.test(error.message)
  );
}

function asConflict(error: AzureDevOpsError): AzureDevOpsError {
  return new AzureDevOpsError(error.message, {
    code: 'conflict',
    status: error.status,
    typeKey: error.typeKey,
    cause: error,
  });
}

/** The deepest folder that holds all paths. */
export function sharedFolder(paths: string[]): string {
  const [first, ...rest] = paths.map(path => posix.dirname(path).split('/'));
  let depth = first.length;
  for (const parts of rest) {
    while (
      first.slice(0, depth).join('/') !== parts.slice(0, depth).join('/')
    ) {
      depth--;
    }
  }
  return first.slice(0, depth).join('/') || '/';
}
