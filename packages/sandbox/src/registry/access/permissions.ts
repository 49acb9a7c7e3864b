/** What somebody may do in a repository, in the words of tokens' scopes. */
export type Action =
  | 'pull'
  | 'push'
  | 'delete'
  | 'metadata_read'
  | 'metadata_write';

/** In the words of scope maps. */
const IN_SCOPE_MAPS: Record<Action, string> = {
  pull: 'content/read',
  push: 'content/write',
  delete: 'content/delete',
  metadata_read: 'metadata/read',
  metadata_write: 'metadata/write',
};

export const ACTIONS = Object.keys(IN_SCOPE_MAPS) as Action[];

const every = (...actions: Action[]) =>
  actions.map(action => `repositories/*/${IN_SCOPE_MAPS[action]}`);

/** Scope maps that every registry has. */
export const SYSTEM_SCOPE_MAPS: Record<string, string[]> = {
  _repositories_admin: every(...ACTIONS),
  _repositories_pull: every('pull'),
  _repositories_pull_metadata_read: every('pull', 'metadata_read'),
  _repositories_push: every('pull', 'push'),
  _repositories_push_metadata_write: every(
    'pull',
    'push',
    'metadata_read',
    'metadata_write',
  ),
};

const PREFIX = 'repositories/';

/**
 * True when a scope map's actions allow one: `repositories/team/api/content/read`, or with a star at the name's end for
 * all that begin so.
 */
export function isAllowed(
  scopeMap: readonly string[],
  repository: string,
  action: Action,
): boolean {
  const suffix = `/${IN_SCOPE_MAPS[action]}`;
  return scopeMap
    .filter(entry => entry.startsWith(PREFIX) && entry.endsWith(suffix))
    .map(entry => entry.slice(PREFIX.length, -suffix.length))
    .some(name =>
      name.endsWith('*')
        ? repository.startsWith(name.slice(0, -1))
        : name === repository,
    );
}
