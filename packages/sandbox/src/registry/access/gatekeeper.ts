import type { Request } from 'express';
import { RegistryError } from '../errors';
import { parseRepositoryName, RepositoryName } from '../names';
import { Action } from './permissions';
import { Access, actionsAskedFor, writeScope } from './scope';
import { SignedTokens } from './signed-tokens';
import {
  ANONYMOUS,
  isSame,
  OWNER,
  Subject,
  Subjects,
  TOKEN_USER,
} from './subjects';

/** Somebody who asks, and what the token in his hand is good for; without a list: for all that he may. */
export interface Visitor {
  subject: Subject;
  access?: Access[];
}

/** Options of a {@link Gatekeeper}. */
export interface GatekeeperOptions {
  subjects: Subjects;
  tokens: SignedTokens;
  /** The bearer token of the sandbox's Resource Manager, whose owner may do everything. */
  armToken: string;
  /** Address of the server, `https://localhost:7443`. */
  baseUrl: string;
}

/** Knows who asks and whether he may. */
export class Gatekeeper {
  constructor(private readonly options: GatekeeperOptions) {}

  /** The name that the registry's tokens are for. */
  get service(): string {
    return new URL(this.options.baseUrl).host;
  }

  /** Who has the user name and password of a request; undefined when it has none. @throws RegistryError when they are wrong */
  signedIn(request: Request): Subject | undefined {
    const [, encoded] =
      /^basic\s+(\S+)$/i.exec(request.get('authorization') ?? '') ?? [];
    if (!encoded) return undefined;
    const [user, password = ''] = Buffer.from(encoded, 'base64')
      .toString()
      .split(/:(.*)/s);
    return this.signIn(user, password);
  }

  /** @throws RegistryError UNAUTHORIZED */
  signIn(user: string, password: string): Subject {
    const subject =
      user === TOKEN_USER
        ? this.refreshed(password)
        : this.options.subjects.find(user, password);
    if (subject === undefined) throw this.unauthorized();
    return subject;
  }

  /** Who has a refresh token; the token of Resource Manager is one too. */
  refreshed(token: string): Subject | undefined {
    if (isSame(token, this.options.armToken)) return OWNER;
    return this.options.tokens.read(token, 'refresh')?.sub;
  }

  /** Who asks. @throws RegistryError UNAUTHORIZED when the credentials are wrong */
  visitor(request: Request, wanted?: Access): Visitor {
    const [, bearer] =
      /^bearer\s+(\S+)$/i.exec(request.get('authorization') ?? '') ?? [];
    if (bearer) {
      const claims = this.options.tokens.read(bearer, 'access');
      if (!claims) throw this.unauthorized(wanted, 'invalid_token');
      return { subject: claims.sub, access: claims.access ?? [] };
    }
    return { subject: this.signedIn(request) ?? ANONYMOUS };
  }

  /**
   * Lets a request pass that may do something in a repository.
   * @throws RegistryError UNAUTHORIZED with the challenge that tells where to get a token; DENIED when no token would help
   */
  admit(request: Request, name: RepositoryName, action: Action): Visitor {
    const wanted: Access = {
      type: 'repository',
      name: name.full,
      actions: action === 'push' ? ['pull', 'push'] : [action],
    };
    const visitor = this.visitor(request, wanted);
    const may = this.may(visitor.subject, name, action);
    if (may && covers(visitor.access, name.full, action)) return visitor;
    if (visitor.subject === ANONYMOUS) throw this.unauthorized(wanted);
    if (may) throw this.unauthorized(wanted, 'insufficient_scope');
    throw new RegistryError(
      'DENIED',
      `requested access to the resource is denied: the scope map of these credentials does not allow ${action} in ${name.full}`,
      { detail: [{ Type: 'repository', Name: name.full, Action: action }] },
    );
  }

  /** Lets a request pass of somebody who has signed in. */
  admitAny(request: Request, wanted?: Access): Visitor {
    const visitor = this.visitor(request, wanted);
    // A token that was given to nobody is still a token: it is how public repositories are pulled.
    if (visitor.subject === ANONYMOUS && !visitor.access) {
      throw this.unauthorized(wanted);
    }
    return visitor;
  }

  may(subject: Subject, name: RepositoryName, action: Action): boolean {
    const { registry, repository } = name;
    return this.options.subjects.may(subject, registry, repository, action);
  }

  /** What of a wish somebody may have. */
  grant(subject: Subject, wishes: Access[]): Access[] {
    return wishes
      .map(wish => {
        if (wish.type === 'registry') {
          return subject === ANONYMOUS ? { ...wish, actions: [] } : wish;
        }
        const actions = actionsAskedFor(wish.actions).filter(action => {
          try {
            return this.may(subject, parseRepositoryName(wish.name), action);
          } catch {
            // Not the name of a repository: nothing to be had there.
            return false;
          }
        });
        return { ...wish, actions };
      })
      .filter(({ actions }) => actions.length > 0);
  }

  /** 401, with the way to a token. */
  unauthorized(wanted?: Access, error?: string): RegistryError {
    const parts = [
      `realm="${this.options.baseUrl}/oauth2/token"`,
      `service="${this.service}"`,
      wanted && `scope="${writeScope(wanted)}"`,
      error && `error="${error}"`,
    ].filter(Boolean);
    return new RegistryError(
      'UNAUTHORIZED',
      `authentication required: sign in to ${this.service} with a registry's admin user, a token, or ${TOKEN_USER} and the sandbox's armToken`,
      {
        headers: { 'www-authenticate': `Bearer ${parts.join(',')}` },
        detail: wanted
          ? wanted.actions.map(action => ({
              Type: wanted.type,
              Name: wanted.name,
              Action: action,
            }))
          : undefined,
      },
    );
  }
}

function covers(access: Access[] | undefined, name: string, action: Action) {
  return (
    access === undefined ||
    access.some(entry => entry.name === name && entry.actions.includes(action))
  );
}
