/** A user or service of the organisation. */
export interface IdentityRecord {
  id: string;
  displayName: string;
  /** E-mail address, or a name in its place. */
  uniqueName: string;
  descriptor: string;
}

/** The one project. */
export interface ProjectRecord {
  id: string;
  name: string;
  description: string;
  /** ISO time. */
  lastUpdateTime: string;
}

export interface RefUpdateRecord {
  name: string;
  /** 40 zeros: the ref was new. */
  oldObjectId: string;
  /** 40 zeros: the ref was deleted. */
  newObjectId: string;
}

export interface PushRecord {
  pushId: number;
  /** ISO time. */
  date: string;
  pushedBy: string;
  refUpdates: RefUpdateRecord[];
}

export interface RepositoryRecord {
  id: string;
  name: string;
  /** Full ref. */
  defaultBranch: string;
  pushes: PushRecord[];
}

export interface VariableRecord {
  value?: string;
  isSecret?: boolean;
  allowOverride?: boolean;
}

/** A pipeline; `build/definitions` and `pipelines` are two views of it. */
export interface DefinitionRecord {
  id: number;
  name: string;
  /** Folder, e.g. `\\` or `\\environments`. */
  folder: string;
  revision: number;
  /** ISO time. */
  createdDate: string;
  createdBy: string;
  repositoryId: string;
  /** Path of the YAML in the repository, without a leading slash. */
  yamlPath: string;
  /** Full ref that runs take when none is asked for; undefined: the repository's. */
  defaultBranch?: string;
  queueStatus: 'enabled' | 'paused' | 'disabled';
  variables: Record<string, VariableRecord>;
}

/** An environment of Azure Pipelines: where deployment jobs deploy to. */
export interface DeploymentEnvironmentRecord {
  id: number;
  name: string;
  description: string;
  /** ISO time. */
  createdOn: string;
  createdBy: string;
  lastModifiedOn: string;
}

/** A service connection; only azurerm by workload identity federation. */
export interface EndpointRecord {
  id: string;
  name: string;
  description: string;
  type: string;
  tenantId: string;
  subscriptionId: string;
  subscriptionName: string;
  servicePrincipalId: string;
}

export type ProtectedResourceType = 'endpoint' | 'environment' | 'repository';

export interface PermissionGrant {
  /** ISO time. */
  authorizedOn: string;
  authorizedBy: string;
}

/** Which pipelines may use a protected resource. */
export interface PermissionRecord {
  type: ProtectedResourceType;
  /** Endpoint: its id; environment: its number; repository: `<project id>.<repository id>`. */
  id: string;
  allPipelines?: PermissionGrant;
  pipelines: ({ id: number } & PermissionGrant)[];
}

/** Everything of the organisation but runs and git objects. */
export interface OrganizationRecord {
  /** Of the file's form. */
  version: 1;
  instanceId: string;
  /** The portal, whose token is the personal access token. */
  user: IdentityRecord;
  /** The build service, whose tokens are those of running jobs. */
  buildService: IdentityRecord;
  project: ProjectRecord;
  repositories: RepositoryRecord[];
  definitions: DefinitionRecord[];
  environments: DeploymentEnvironmentRecord[];
  endpoints: EndpointRecord[];
  permissions: PermissionRecord[];
  /** The next number of each kind. */
  next: {
    definition: number;
    build: number;
    environment: number;
    push: number;
  };
  /** Revisions of build numbers and values of `counter()`, by key. */
  counters: Record<string, number>;
}
