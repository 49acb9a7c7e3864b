import { pipelineName } from '@moorline/environment-model';
import type { JWTPayload } from 'jose';
import { ROLES, Role } from '../../authorization';
import type { Actor } from '../../context';
import type { Issuer } from './issuers';

const USER = /^user:[a-z0-9_.-]+\/[a-z0-9_.-]+$/;

/**
 * Whom the claims of a checked token stand for.
 *
 * @returns undefined when they are of another kind than the issuer should make.
 */
export function actorOf(issuer: Issuer, claims: JWTPayload): Actor | undefined {
  switch (issuer.kind) {
    case 'backstage':
      return portalUser(issuer, claims);
    case 'entra':
      return entraActor(issuer, claims);
    default:
      return pipeline(issuer, claims);
  }
}

function portalUser(
  issuer: Extract<Issuer, { kind: 'backstage' }>,
  claims: JWTPayload,
): Actor | undefined {
  const ref = claims.sub?.toLowerCase() ?? '';
  if (!USER.test(ref)) return undefined;
  const groups = texts(claims.ent).filter(group => group !== ref);
  return { ref, groups, role: roleOf(issuer, [ref, ...groups]) };
}

function entraActor(
  issuer: Extract<Issuer, { kind: 'entra' }>,
  claims: JWTPayload,
): Actor | undefined {
  const ids = texts(claims.groups);
  const groups = ids.map(id => issuer.groups[id]).filter(Boolean);
  const role = roleOf(issuer, [...texts(claims.roles), ...ids, ...groups]);
  // Of an application's own token the subject is the application, not a person.
  const [name] = String(
    claims.idtyp === 'app'
      ? claims.azp ?? claims.appid
      : claims[issuer.userClaim],
  )
    .toLowerCase()
    .split('@');
  const kind = claims.idtyp === 'app' ? 'service' : 'user';
  const ref = `${kind}:default/${name}`;
  if (!/^[a-z0-9_.#-]+$/.test(name) || name === 'undefined') return undefined;
  return { ref, groups, role };
}

function pipeline(
  issuer: Extract<Issuer, { kind: 'azure-pipelines' }>,
  claims: JWTPayload,
): Actor | undefined {
  const [, project, name] =
    /^p:\/\/([^/]+\/[^/]+)\/(.+)$/.exec(claims.sub ?? '') ?? [];
  if (project?.toLowerCase() !== issuer.project.toLowerCase()) return undefined;
  const prefix = pipelineName('');
  return {
    ref: `pipeline:${project}/${name}`,
    groups: [],
    role: roleOf(issuer, [name]),
    environment: name.startsWith(prefix)
      ? name.slice(prefix.length)
      : undefined,
  };
}

/** The most powerful of the roles that a token's words are given. */
function roleOf({ roles, defaultRole }: Issuer, words: string[]): Role {
  const given = words
    .filter(word => Object.hasOwn(roles, word))
    .map(word => roles[word]);
  return [...ROLES].reverse().find(role => given.includes(role)) ?? defaultRole;
}

function texts(claim: unknown): string[] {
  return Array.isArray(claim)
    ? claim.filter((item): item is string => typeof item === 'string')
    : [];
}
