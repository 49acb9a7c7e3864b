import type { RefUpdateRecord } from '../store/model';
import { invalidArgument } from '../wire/errors';
import { BareRepository, ZERO_ID } from './bare-repository';
import { isRefName } from './ref-name';

/** How a change of a ref ended, in the words of `GitRefUpdateStatus`. */
export type RefUpdateStatus =
  | 'succeeded'
  | 'staleOldObjectId'
  | 'invalidRefName'
  | 'unresolvableToCommit';

/**
 * Reads the body of `POST …/refs`.
 * @throws AzureDevOpsError 400 when it is no array
 */
export function parseRefUpdates(body: unknown): RefUpdateRecord[] {
  if (!Array.isArray(body)) {
    throw invalidArgument(
      'Send an array of {name, oldObjectId, newObjectId}.\r\nParameter name: refUpdates',
    );
  }
  return body.map((given: Record<string, unknown>) => ({
    name: String(given?.name ?? ''),
    oldObjectId: String(given?.oldObjectId ?? ZERO_ID),
    newObjectId: String(given?.newObjectId ?? ZERO_ID),
  }));
}

/** Makes, moves or deletes a ref, unless it is not where the caller believes. */
export async function updateRef(
  repository: BareRepository,
  update: RefUpdateRecord,
): Promise<RefUpdateStatus> {
  const { name, oldObjectId, newObjectId } = update;
  if (!name.startsWith('refs/') || !isRefName(name)) return 'invalidRefName';
  if ((await repository.refTarget(name)) !== oldObjectId) {
    return 'staleOldObjectId';
  }
  if (newObjectId !== ZERO_ID) {
    const isId = /^[0-9a-f]{40}$/i.test(newObjectId);
    if (!isId || !(await repository.resolveCommit(newObjectId))) {
      return 'unresolvableToCommit';
    }
  }
  await repository.updateRefs([update]);
  return 'succeeded';
}
