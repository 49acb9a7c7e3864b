import { TRPCError } from '@trpc/server';
import type { Actor, Context, Permission } from './context';
import { query } from './database/database';

/** What a caller is, from the least to the most powerful. */
export const ROLES = ['reader', 'pipeline', 'member', 'operator'] as const;
export type Role = (typeof ROLES)[number];

/** Whose environments a role may do something with. */
export type Reach = 'none' | 'own' | 'any';

type Rule = Readonly<Record<Role, Reach>>;

const READ: Rule = {
  reader: 'any',
  pipeline: 'any',
  member: 'any',
  operator: 'any',
};
/** What people decide. */
const DECIDE: Rule = {
  reader: 'none',
  pipeline: 'none',
  member: 'own',
  operator: 'any',
};
/** What a pipeline does, or somebody in its place. */
const REPORT: Rule = {
  reader: 'none',
  pipeline: 'own',
  member: 'own',
  operator: 'any',
};
const ADMINISTER: Rule = {
  reader: 'none',
  pipeline: 'none',
  member: 'none',
  operator: 'any',
};

/**
 * Who may call what: the one table. What is not in it, nobody may. An environment is a caller's own when its owner is the
 * caller or a group of theirs, or when the caller is the environment's pipeline.
 */
export const AUTHORIZATION: Readonly<Record<string, Rule>> = {
  'addressing.allocate': DECIDE,
  'addressing.free': DECIDE,
  'addressing.map': READ,
  'apiKeys.create': ADMINISTER,
  'apiKeys.list': ADMINISTER,
  'apiKeys.revoke': ADMINISTER,
  'environments.changes': READ,
  'environments.check': READ,
  'environments.create': DECIDE,
  'environments.creationFailed': REPORT,
  'environments.get': READ,
  'environments.history': READ,
  'environments.list': READ,
  'environments.page': READ,
  'environments.retire': DECIDE,
  'environments.setExpiry': DECIDE,
  'environments.update': DECIDE,
  'environments.usage': READ,
  'jobs.discard': DECIDE,
  'jobs.get': READ,
  'jobs.list': READ,
  'jobs.retry': DECIDE,
  'health.check': READ,
  'releases.create': REPORT,
  'releases.figures': READ,
  'releases.finish': REPORT,
  'releases.list': READ,
  'releases.promote': DECIDE,
  'releases.rollback': DECIDE,
  'runs.cancel': DECIDE,
  'runs.changes': READ,
  'runs.get': READ,
  'runs.list': READ,
  'runs.log': READ,
  'runs.record': REPORT,
  'runs.start': DECIDE,
};

/**
 * How far a caller with a role may go with a procedure.
 *
 * @throws FORBIDDEN when it is no call for them at all.
 */
export function reachOf(
  actor: Actor & { role: Role },
  procedure: string,
): 'own' | 'any' {
  const { ref, role, scopes } = actor;
  const reach = AUTHORIZATION[procedure]?.[role] ?? 'none';
  if (reach === 'none') {
    throw forbidden(
      `${ref} is ${article(
        role,
      )} ${role}, which may not call ${procedure}. Ask an operator to do it, or for another role.`,
    );
  }
  if (scopes && !scopes.some(scope => covers(scope, procedure))) {
    throw forbidden(
      `The key of ${ref} is not meant for ${procedure}, only for ${scopes.join(
        ', ',
      )}. Ask an operator for another key.`,
    );
  }
  return reach;
}

/**
 * Whether a caller may call a procedure: by the table or, where they have no role, by a permission that they hold.
 *
 * @param permission Left out: for callers with a role only.
 * @throws FORBIDDEN
 */
export async function authorize(
  { actor, allows }: Pick<Context, 'actor' | 'allows'>,
  procedure: string,
  permission?: Permission,
): Promise<'own' | 'any'> {
  const { role } = actor;
  if (role) return reachOf({ ...actor, role }, procedure);
  if (permission && (!allows || (await allows(permission)))) return 'any';
  const what = permission
    ? `the permission ${permission}. Ask an administrator of the portal for it.`
    : 'a role for this. Call the API itself, as an operator.';
  throw forbidden(`${actor.ref} lacks ${what}`);
}

/** Whether a scope such as `runs.*`, `runs.record` or `*` includes a procedure. */
export function covers(scope: string, procedure: string): boolean {
  return scope.endsWith('*')
    ? procedure.startsWith(scope.slice(0, -1))
    : scope === procedure;
}

/**
 * What a call is about: an environment, by its name, the key of its request or a release; one to be, of an owner; or the
 * range reserved for one.
 */
export type Target =
  | { environment: string }
  | { requestKey: string }
  | { release: string }
  | { reservation: string }
  | { owner: string };

/**
 * Refuses callers who may only touch what is their own when this is not. What does not exist is left to the procedure,
 * which says so.
 *
 * @throws FORBIDDEN
 */
export async function requireOwn(ctx: Context, target: Target): Promise<void> {
  const { db, actor, ownOnly } = ctx;
  if (!ownOnly) return;
  if ('owner' in target) {
    if (!owns(actor, target.owner)) throw notOwn(actor, target.owner);
    return;
  }
  const [rows, value] = selection(target);
  const [found] = await query<{ name: string; owner: string }>(
    db,
    `SELECT name, owner FROM ${rows}`,
    [value],
  );
  if (!found || actor.environment === found.name) return;
  if (!owns(actor, found.owner)) throw notOwn(actor, found.owner, found.name);
}

/** The name and the owner of what a call is about, as rows that one value selects. */
function selection(
  target: Exclude<Target, { owner: string }>,
): [rows: string, value: string] {
  if ('reservation' in target) {
    const rows =
      '(SELECT text(range) AS name, owner FROM address_ranges WHERE range = $1 AND owner IS NOT NULL) found';
    return [rows, target.reservation];
  }
  const environments = (condition: string) =>
    `(SELECT name, spec->>'owner' AS owner FROM environments WHERE ${condition}) found`;
  if ('environment' in target) {
    return [environments('name = $1'), target.environment];
  }
  if ('requestKey' in target) {
    return [environments('idempotency_key = $1'), target.requestKey];
  }
  return [
    environments('id = (SELECT environment_id FROM releases WHERE id = $1)'),
    target.release,
  ];
}

function owns({ ref, groups }: Actor, owner: string): boolean {
  return owner === ref || groups.includes(owner);
}

function notOwn({ ref }: Actor, owner: string, name?: string): TRPCError {
  const whose = name ? `"${name}" belongs to ${owner}` : `owner: ${owner}`;
  return forbidden(
    `${whose}, to which ${ref} does not belong. Ask its members, or an operator.`,
  );
}

function article(role: Role) {
  return role === 'operator' ? 'an' : 'a';
}

function forbidden(message: string): TRPCError {
  return new TRPCError({ code: 'FORBIDDEN', message });
}
