import type {
  AuthService,
  BackstageCredentials,
  HttpAuthService,
  UserInfoService,
} from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import type { Actor } from '@moorline/api';
import { TRPCError } from '@trpc/server';
import type { Request } from 'express';

/** How long a person's groups are believed; asking costs a request to the auth plugin. */
const GROUPS_FOR_MS = 60_000;
const MOST_PEOPLE = 1_000;

const SIGN_IN =
  'Sign in to the portal, or send a valid token as "Authorization: Bearer ...".';

/** Who calls, as Backstage knows them. */
export interface Caller {
  credentials: BackstageCredentials;
  actor: Actor;
}

/** The same caller, as long as their token is valid. @throws UNAUTHORIZED */
export async function stillValid({
  credentials,
  actor,
}: Caller): Promise<Actor> {
  const { expiresAt } = credentials;
  if (expiresAt && expiresAt.getTime() <= Date.now()) {
    throw new TRPCError({ code: 'UNAUTHORIZED', message: SIGN_IN });
  }
  return actor;
}

/** Finds out who calls: a person with their groups, or a service. */
export class Callers {
  readonly #groups = new Map<string, { groups: string[]; until: number }>();

  constructor(
    private readonly services: {
      auth: AuthService;
      httpAuth: HttpAuthService;
      userInfo: UserInfoService;
    },
  ) {}

  /** @throws UNAUTHORIZED without valid credentials, FORBIDDEN when they are of another kind. */
  async identify(request: Request): Promise<Caller> {
    const { auth, httpAuth } = this.services;
    const credentials = await httpAuth
      .credentials(request, { allow: ['user', 'service'] })
      .catch(refusal);
    if (auth.isPrincipal(credentials, 'user')) {
      const { userEntityRef } = credentials.principal;
      return {
        credentials,
        actor: {
          ref: userEntityRef,
          groups: await this.#groupsOf(userEntityRef, credentials),
        },
      };
    }
    if (auth.isPrincipal(credentials, 'service')) {
      const { subject } = credentials.principal;
      return { credentials, actor: { ref: subject, groups: [] } };
    }
    throw new TRPCError({ code: 'UNAUTHORIZED', message: SIGN_IN });
  }

  async #groupsOf(
    person: string,
    credentials: BackstageCredentials,
  ): Promise<string[]> {
    const known = this.#groups.get(person);
    if (known && known.until > Date.now()) return known.groups;
    const { ownershipEntityRefs } = await this.services.userInfo.getUserInfo(
      credentials,
    );
    const groups = ownershipEntityRefs.filter(ref => ref !== person);
    if (this.#groups.size >= MOST_PEOPLE) this.#groups.clear();
    this.#groups.set(person, { groups, until: Date.now() + GROUPS_FOR_MS });
    return groups;
  }
}

/** Backstage's refusals in the form of tRPC, so that its clients can read them. */
function refusal(error: Error): never {
  if (error.name === 'AuthenticationError') {
    throw new TRPCError({
      code: 'UNAUTHORIZED',
      message: SIGN_IN,
      cause: error,
    });
  }
  if (error instanceof NotAllowedError || error.name === 'NotAllowedError') {
    throw new TRPCError({
      code: 'FORBIDDEN',
      message: `This token may not be used for environments: ${error.message}`,
      cause: error,
    });
  }
  throw error;
}
