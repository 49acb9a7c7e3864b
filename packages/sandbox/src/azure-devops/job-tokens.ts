import { randomToken } from '../credentials';

/** What the token of a running job may reach. */
export interface JobGrant {
  buildId: number;
  planId: string;
  /** Ids of the repositories that the run names. */
  repositories: Set<string>;
  /** Names of the service connections that the run uses. */
  serviceConnections: Set<string>;
}

/** The access tokens (`System.AccessToken`) of the runs that are going on; each ends with its run. */
export class JobTokens {
  readonly #grants = new Map<string, JobGrant>();

  /** Makes a token. */
  issue(grant: JobGrant): string {
    const token = randomToken();
    this.#grants.set(token, grant);
    return token;
  }

  /** What a token may reach; undefined when it is none, or its run has ended. */
  find(token: string): JobGrant | undefined {
    return this.#grants.get(token);
  }

  /** Ends a token. */
  revoke(token: string): void {
    this.#grants.delete(token);
  }
}
