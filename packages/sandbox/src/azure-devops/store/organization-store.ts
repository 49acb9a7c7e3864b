import { randomUUID } from 'crypto';
import path from 'path';
import { readJsonFile, writeJsonFile } from '../../files';
import type {
  DefinitionRecord,
  DeploymentEnvironmentRecord,
  EndpointRecord,
  IdentityRecord,
  OrganizationRecord,
  ProjectRecord,
  RepositoryRecord,
} from './model';

/** What a new organisation begins with. */
export interface OrganizationSeed {
  project: string;
  tenantId: string;
  subscriptionId: string;
  subscriptionName: string;
  /** Names of the service connections (azurerm). */
  serviceConnections: string[];
}

/** The organisation on disk: one JSON file, written whole when something changed. */
export class OrganizationStore {
  readonly #file: string;
  readonly #record: OrganizationRecord;
  #isChanged = false;

  /** Opens the organisation in a folder, or makes it. */
  constructor(folder: string, seed: OrganizationSeed) {
    this.#file = path.join(folder, 'organization.json');
    const kept = readJsonFile<OrganizationRecord>(this.#file);
    if (kept && kept.version !== 1) {
      throw new Error(
        `${
          this.#file
        } was written by another version of the sandbox: run "npm run reset" to start anew`,
      );
    }
    this.#record = kept ?? newOrganization(seed);
    if (!kept) {
      this.#isChanged = true;
      this.flush();
    }
  }

  /** Has what was changed written, once for all changes that are made in one go. */
  save(): void {
    if (this.#isChanged) return;
    this.#isChanged = true;
    queueMicrotask(() => this.flush());
  }

  /** Writes now what was changed. */
  flush(): void {
    if (!this.#isChanged) return;
    this.#isChanged = false;
    writeJsonFile(this.#file, this.#record);
  }

  get instanceId(): string {
    return this.#record.instanceId;
  }

  get user(): IdentityRecord {
    return this.#record.user;
  }

  get buildService(): IdentityRecord {
    return this.#record.buildService;
  }

  get project(): ProjectRecord {
    return this.#record.project;
  }

  get repositories(): RepositoryRecord[] {
    return this.#record.repositories;
  }

  get definitions(): DefinitionRecord[] {
    return this.#record.definitions;
  }

  get environments(): DeploymentEnvironmentRecord[] {
    return this.#record.environments;
  }

  get endpoints(): EndpointRecord[] {
    return this.#record.endpoints;
  }

  get permissions(): OrganizationRecord['permissions'] {
    return this.#record.permissions;
  }

  /** The identity with this id; the portal's user when it is nobody else's. */
  identity(id: string): IdentityRecord {
    return id === this.buildService.id ? this.buildService : this.user;
  }

  /** The next number of a kind, and keeps that it was given out. */
  takeNumber(kind: keyof OrganizationRecord['next']): number {
    const number = this.#record.next[kind];
    this.#record.next[kind] = number + 1;
    this.save();
    return number;
  }

  /** Counts up: the seed at first, then one more at each call. */
  count(key: string, seed: number): number {
    const kept = this.#record.counters[key];
    const value = kept === undefined ? seed : kept + 1;
    this.#record.counters[key] = value;
    this.save();
    return value;
  }

  isProject(nameOrId: string): boolean {
    return sameName(nameOrId, this.project.name, this.project.id);
  }

  findRepository(nameOrId: string): RepositoryRecord | undefined {
    return this.repositories.find(({ id, name }) =>
      sameName(nameOrId, name, id),
    );
  }

  findDefinition(id: number): DefinitionRecord | undefined {
    return this.definitions.find(definition => definition.id === id);
  }

  findEnvironment(name: string): DeploymentEnvironmentRecord | undefined {
    return this.environments.find(environment =>
      sameName(name, environment.name),
    );
  }

  findEndpoint(nameOrId: string): EndpointRecord | undefined {
    return this.endpoints.find(({ id, name }) => sameName(nameOrId, name, id));
  }
}

/** Names and ids are compared without regard to case, as Azure DevOps does. */
export function sameName(given: string, ...names: string[]): boolean {
  return names.some(name => name.toLowerCase() === given.toLowerCase());
}

function newOrganization(seed: OrganizationSeed): OrganizationRecord {
  const projectId = randomUUID();
  const { tenantId, subscriptionId, subscriptionName } = seed;
  return {
    version: 1,
    instanceId: randomUUID(),
    user: identity('Moorline Portal', 'portal@moorline.localhost'),
    buildService: identity(
      `${seed.project} Build Service (moorline)`,
      `Build\\${projectId}`,
    ),
    project: {
      id: projectId,
      name: seed.project,
      description: 'Environments and the platform that they are made of',
      lastUpdateTime: new Date().toISOString(),
    },
    repositories: [],
    definitions: [],
    environments: [],
    endpoints: seed.serviceConnections.map(name => ({
      id: randomUUID(),
      name,
      description: '',
      type: 'azurerm',
      tenantId,
      subscriptionId,
      subscriptionName,
      servicePrincipalId: randomUUID(),
    })),
    permissions: [],
    next: { definition: 1, build: 1, environment: 1, push: 1 },
    counters: {},
  };
}

function identity(displayName: string, uniqueName: string): IdentityRecord {
  const id = randomUUID();
  return {
    id,
    displayName,
    uniqueName,
    descriptor: `msa.${Buffer.from(id).toString('base64url')}`,
  };
}
