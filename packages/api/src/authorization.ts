import { TRPCError } from '@trpc/server';
import type { Actor, Context } from './context';
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
  'apiKeys.create': ADMINISTER,
  'apiKeys.list': ADMINISTER,
  'apiKeys.revoke': ADMINISTER,
  'environments.addressMap': READ,
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
  'releases.create': REPORT,
  'releases.figures': READ,
  'releases.finish': REPORT,
  'releases.list': READ,
  'releases.promote': DECIDE,
  'releases.rollback': DECIDE,
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

/** Whether a scope such as `runs.*`, `runs.record` or `*` includes a procedure. */
export function covers(scope: string, procedure: string): boolean {
  return scope.endsWith('*')
    ? procedure.startsWith(scope.slice(0, -1))
    : scope === procedure;
}

/** What a call is about: an environment, by its name, the key of its request or a release; or one to be, of an owner. */
export type Target =
  | { environment: string }
  | { requestKey: string }
  | { release: string }
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
  const [condition, value] = selection(target);
  const [found] = await query<{ name: string; owner: string }>(
    db,
    `SELECT name, spec->>'owner' AS owner FROM environments WHERE ${condition}`,
    [value],
  );
  if (!found || actor.environment === found.name) return;
  if (!owns(actor, found.owner)) throw notOwn(actor, found.owner, found.name);
}

function selection(
  target: Exclude<Target, { owner: string }>,
): [condition: string, value: string] {
  if ('environment' in target) return ['name = $1', target.environment];
  if ('requestKey' in target)
    return ['idempotency_key = $1', target.requestKey];
  return [
    'id = (SELECT environment_id FROM releases WHERE id = $1)',
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
