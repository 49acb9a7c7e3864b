import type { ServerContext } from '../context';
import type {
  IdentityRecord,
  PushRecord,
  RepositoryRecord,
} from '../store/model';
import { identityWire, projectWire } from '../wire/common';
import type { CommitInfo, GitReference, TreeEntry } from './bare-repository';

/** A repository as `git/repositories` answers it. */
export async function repositoryWire(
  context: ServerContext,
  record: RepositoryRecord,
) {
  const { urls, organization } = context;
  const repository = context.repositories.open(record);
  const [heads, size] = await Promise.all([
    repository.refs('refs/heads/'),
    repository.size(),
  ]);
  return {
    id: record.id,
    name: record.name,
    url: urls.repository(record.id),
    project: projectWire(context),
    // A repository without commits has no default branch.
    ...(heads.length > 0 && {
      defaultBranch: heads.some(({ name }) => name === record.defaultBranch)
        ? record.defaultBranch
        : heads[0].name,
    }),
    size,
    remoteUrl: urls.remote(record.name),
    sshUrl: `git@ssh.localhost:v3/moorline/${organization.project.name}/${record.name}`,
    webUrl: urls.clone(record.name),
    isDisabled: false,
    isInMaintenance: false,
  };
}

export function refWire(
  context: ServerContext,
  record: RepositoryRecord,
  ref: GitReference,
) {
  return {
    name: ref.name,
    objectId: ref.objectId,
    ...(ref.peeledObjectId && { peeledObjectId: ref.peeledObjectId }),
    creator: identityWire(context, context.organization.user),
    url: `${context.urls.repository(
      record.id,
    )}/refs?filter=${encodeURIComponent(ref.name.replace(/^refs\//, ''))}`,
  };
}

/** Azure DevOps cuts messages in lists at this length. */
const COMMENT_LENGTH = 200;

export function commitWire(
  context: ServerContext,
  record: RepositoryRecord,
  commit: CommitInfo,
  options: { whole?: boolean } = {},
) {
  const [subject] = commit.message.split('\n');
  const short = subject.slice(0, COMMENT_LENGTH);
  const cut = !options.whole && short !== commit.message;
  return {
    commitId: commit.commitId,
    ...(options.whole && { treeId: commit.treeId, parents: commit.parents }),
    author: commit.author,
    committer: commit.committer,
    comment: cut ? short : commit.message,
    ...(cut && { commentTruncated: true }),
    url: `${context.urls.repository(record.id)}/commits/${commit.commitId}`,
    remoteUrl: `${context.urls.clone(record.name)}/commit/${commit.commitId}`,
  };
}

export function itemWire(
  context: ServerContext,
  record: RepositoryRecord,
  entry: TreeEntry,
  commit: string,
) {
  const url = `${context.urls.repository(record.id)}/items${encodeURI(
    entry.path,
  )}`;
  return {
    objectId: entry.objectId,
    gitObjectType: entry.type,
    commitId: commit,
    path: entry.path,
    ...(entry.type === 'tree' && { isFolder: true }),
    url: `${url}?versionType=Commit&version=${commit}&versionOptions=None`,
  };
}

export async function pushWire(
  context: ServerContext,
  record: RepositoryRecord,
  push: PushRecord,
  pushedBy: IdentityRecord,
  commits?: CommitInfo[],
) {
  return {
    ...(commits && {
      commits: commits.map(commit =>
        commitWire(context, record, commit, { whole: true }),
      ),
    }),
    refUpdates: push.refUpdates.map(update => ({
      repositoryId: record.id,
      ...update,
    })),
    repository: await repositoryWire(context, record),
    pushedBy: identityWire(context, pushedBy),
    pushId: push.pushId,
    date: push.date,
    url: `${context.urls.repository(record.id)}/pushes/${push.pushId}`,
  };
}
