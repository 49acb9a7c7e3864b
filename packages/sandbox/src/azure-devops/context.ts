import type { Response } from 'express';
import type { RepositoryStore } from './git/repository-store';
import type { JobGrant } from './job-tokens';
import type { BuildStore } from './pipelines/build-store';
import type { Permissions } from './pipelines/permissions';
import type { RunCoordinator } from './pipelines/run-coordinator';
import type { IdentityRecord } from './store/model';
import type { OrganizationStore } from './store/organization-store';
import type { Urls } from './wire/urls';

/** What the parts of the Azure DevOps server share. */
export interface ServerContext {
  organization: OrganizationStore;
  repositories: RepositoryStore;
  builds: BuildStore;
  permissions: Permissions;
  runs: RunCoordinator;
  urls: Urls;
}

/** Who makes a request. */
export interface Caller {
  identity: IdentityRecord;
  /** Set when it is a running job: what its token may reach. */
  job?: JobGrant;
}

/** The caller of a request that was let in. */
export const callerOf = (response: Response): Caller =>
  response.locals.caller as Caller;
