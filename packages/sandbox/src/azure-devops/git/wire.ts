import type { ServerContext } from '../context';
import type {
  IdentityRecord,
  PushRecord,
  RepositoryRecord,
} from '../store/model';
import { identityWire, projectWire } from '../wire/common';
import { ZERO_ID } from './bare-repository';
import type {
  BareRepository,
  CommitInfo,
  GitReference,
  TreeEntry,
} from './bare-repository';

/** A repository as `git/repositories` answers it. */
export async function repositoryWire(
  context: ServerContext,
  record: RepositoryRecord,
) {
  const { urls, organization } = context;
  const repository = context.repositories.open(record);
  const [defaultBranch, size] = await Promise.all([
    defaultBranchOf(repository, record),
    repository.size(),
  ]);
  return {
    id: record.id,
    name: record.name,
    url: urls.repository(record.id),
    project: projectWire(context),
    ...(defaultBranch && { defaultBranch }),
    size,
    remoteUrl: urls.remote(record.name),
    sshUrl: `git@ssh.localhost:v3/moorline/${organization.project.name}/${record.name}`,
    webUrl: urls.clone(record.name),
    isDisabled: false,
    isInMaintenance: false,
  };
}

/** A repository without commits has no default branch; one that lacks it has another. */
async function defaultBranchOf(
  repository: BareRepository,
  record: RepositoryRecord,
): Promise<string | undefined> {
  if ((await repository.refTarget(record.defaultBranch)) !== ZERO_ID) {
    return record.defaultBranch;
  }
  return (await repository.refs('refs/heads/'))[0]?.name;
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
