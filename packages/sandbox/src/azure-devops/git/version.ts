import type { Request } from 'express';
import type { RepositoryRecord } from '../store/model';
import { versionType } from '../wire/enums';
import { invalidArgument, versionNotFound } from '../wire/errors';
import { queryOf } from '../wire/list';
import type { BareRepository } from './bare-repository';

/** A version that a request asked for. */
export interface ResolvedVersion {
  /** As errors name it, e.g. `Branch: main`. */
  label: string;
  commit: string;
}

/**
 * The commit that `versionDescriptor.version` and `.versionType` (or `searchCriteria.itemVersion.…`) name; the default
 * branch when they name none.
 * @throws AzureDevOpsError 404 when there is no such version
 */
export async function resolveVersion(
  request: Request,
  record: RepositoryRecord,
  repository: BareRepository,
  prefix: string = 'versionDescriptor',
): Promise<ResolvedVersion> {
  const text =
    queryOf(request, `${prefix}.version`) ?? queryOf(request, 'version');
  const typeText =
    queryOf(request, `${prefix}.versionType`) ??
    queryOf(request, 'versionType') ??
    'branch';
  const type = versionType.parse(typeText);
  if (!type) {
    throw invalidArgument(
      `The value '${typeText}' is not valid: use branch, tag or commit.\r\nParameter name: ${prefix}.versionType`,
    );
  }
  const version = text ?? record.defaultBranch.replace(/^refs\/heads\//, '');
  const label = `${type[0].toUpperCase()}${type.slice(1)}: ${version}`;
  const commit = await repository.resolveCommit(
    {
      branch: `refs/heads/${version}`,
      tag: `refs/tags/${version}`,
      commit: version,
    }[type],
  );
  if (!commit) throw versionNotFound(label, record.name);
  return { label, commit };
}
