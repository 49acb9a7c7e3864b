import { timingSafeEqual } from 'crypto';
import { Resource, ResourceStore } from '../../resources';
import { nameOf, REGISTRY_TYPE } from '../registry-directory';
import { Action, isAllowed, SYSTEM_SCOPE_MAPS } from './permissions';

/** The user name with which a token of Resource Manager's is used as a password. */
export const TOKEN_USER = '00000000-0000-0000-0000-000000000000';

/**
 * Who asks: `owner` of all (by the sandbox's Resource Manager token), `admin <registry id>`, `token <token id>` or
 * `anonymous`. What each may do is looked up when it asks, so a change of a scope map counts at once.
 */
export type Subject = string;

export const OWNER: Subject = 'owner';
export const ANONYMOUS: Subject = 'anonymous';

const TOKEN_TYPE = 'azurerm_container_registry_token';
const PASSWORD_TYPE = 'azurerm_container_registry_token_password';
const SCOPE_MAP_TYPE = 'azurerm_container_registry_scope_map';

/** Compares secrets without telling by the time it takes how much of them is right. */
export function isSame(given: string, secret: unknown): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(String(secret ?? ''))];
  return b.length > 0 && a.length === b.length && timingSafeEqual(a, b);
}

const sameId = (a: unknown, b: string) =>
  String(a).toLowerCase() === b.toLowerCase();

/** The people and programs that the resource store knows, and what they may do. */
export class Subjects {
  constructor(private readonly resources: ResourceStore) {}

  /** Who has this user name and password: a registry's admin user, or a token. */
  find(user: string, password: string): Subject | undefined {
    const admin = this.resources
      .list(REGISTRY_TYPE)
      .find(
        ({ values }) =>
          values.admin_enabled === true &&
          values.admin_username === user &&
          isSame(password, values.admin_password),
      );
    if (admin) return `admin ${admin.id}`;
    const token = this.resources
      .list(TOKEN_TYPE)
      .find(
        ({ id, values }) =>
          values.name === user &&
          values.enabled !== false &&
          this.hasPassword(id, password),
      );
    return token && `token ${token.id}`;
  }

  /** True when somebody may do something in a repository of a registry, now. */
  may(
    subject: Subject,
    registry: string,
    repository: string,
    action: Action,
  ): boolean {
    if (subject === OWNER) return true;
    const resource = this.resources
      .list(REGISTRY_TYPE)
      .find(candidate => nameOf(candidate) === registry);
    if (!resource) return false;
    if (
      resource.values.anonymous_pull_enabled === true &&
      (action === 'pull' || action === 'metadata_read')
    ) {
      return true;
    }
    const [kind, id = ''] = subject.split(/ (.*)/s);
    if (kind === 'admin') {
      return sameId(resource.id, id) && resource.values.admin_enabled === true;
    }
    const token = kind === 'token' && this.resources.get(id, TOKEN_TYPE);
    return (
      Boolean(token) &&
      isAllowed(this.scopeMap(token as Resource, resource), repository, action)
    );
  }

  private hasPassword(token: string, given: string): boolean {
    return this.resources
      .list(PASSWORD_TYPE)
      .filter(({ values }) => sameId(values.container_registry_token_id, token))
      .flatMap(({ values }) => [values.password1, values.password2].flat())
      .map(value => (value ?? {}) as { value?: string; expiry?: string })
      .some(
        ({ value, expiry }) =>
          isSame(given, value) && !(expiry && Date.parse(expiry) < Date.now()),
      );
  }

  /** The actions of a token in a registry; none when it is of another one, or switched off. */
  private scopeMap({ id, values }: Resource, registry: Resource): string[] {
    const own = `${registry.id}/`.toLowerCase();
    if (values.enabled === false || !id.toLowerCase().startsWith(own)) {
      return [];
    }
    const mapId = String(values.scope_map_id);
    const map = this.resources.get(mapId, SCOPE_MAP_TYPE);
    if (map) return map.values.actions as string[];
    return SYSTEM_SCOPE_MAPS[mapId.split('/').pop() ?? ''] ?? [];
  }
}
