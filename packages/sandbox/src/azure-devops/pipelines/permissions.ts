import type { ExpandedPipeline } from '../../agent/contract';
import type {
  DefinitionRecord,
  PermissionRecord,
  ProtectedResourceType,
} from '../store/model';
import type { OrganizationStore } from '../store/organization-store';

/** Something that a pipeline may use only when permitted. */
export interface ProtectedResource {
  type: ProtectedResourceType;
  id: string;
  name: string;
}

/** Which pipelines may use which service connections, environments and repositories. */
export class Permissions {
  constructor(private readonly organization: OrganizationStore) {}

  /** What was granted for a resource. */
  of(resource: { type: ProtectedResourceType; id: string }): PermissionRecord {
    return (
      this.organization.permissions.find(
        ({ type, id }) =>
          type === resource.type &&
          id.toLowerCase() === resource.id.toLowerCase(),
      ) ?? { ...resource, pipelines: [] }
    );
  }

  isPermitted(resource: ProtectedResource, definitionId: number): boolean {
    const { allPipelines, pipelines } = this.of(resource);
    return (
      allPipelines !== undefined ||
      pipelines.some(({ id }) => id === definitionId)
    );
  }

  /** Grants or takes the use of a resource; `pipeline` left out: for all pipelines. */
  set(
    resource: { type: ProtectedResourceType; id: string },
    authorized: boolean,
    by: string,
    pipeline?: number,
  ): void {
    const record = this.of(resource);
    const grant = {
      authorizedBy: by,
      authorizedOn: new Date().toISOString(),
    };
    if (pipeline === undefined) {
      record.allPipelines = authorized ? grant : undefined;
    } else {
      record.pipelines = record.pipelines.filter(({ id }) => id !== pipeline);
      if (authorized) record.pipelines.push({ id: pipeline, ...grant });
    }
    const { permissions } = this.organization;
    if (!permissions.includes(record)) permissions.push(record);
    this.organization.save();
  }

  /** The protected resource that a REST address names; undefined when there is none. */
  find(type: string, id: string): ProtectedResource | undefined {
    const { project } = this.organization;
    if (type === 'endpoint') {
      const endpoint = this.organization.endpoints.find(
        candidate => candidate.id === id.toLowerCase(),
      );
      return endpoint && { type, id: endpoint.id, name: endpoint.name };
    }
    if (type === 'environment') {
      const environment = this.organization.environments.find(
        candidate => String(candidate.id) === id,
      );
      return environment && { type, id, name: environment.name };
    }
    if (type === 'repository') {
      const [projectId, repositoryId] = id.toLowerCase().split('.');
      const repository =
        projectId === project.id &&
        this.organization.repositories.find(
          ({ id: own }) => own === repositoryId,
        );
      return repository
        ? { type, id: id.toLowerCase(), name: repository.name }
        : undefined;
    }
    return undefined;
  }

  /** What a pipeline uses that is protected: all but its own repository. */
  needs(
    pipeline: ExpandedPipeline,
    definition: DefinitionRecord,
  ): ProtectedResource[] {
    const { organization } = this;
    const endpoints = pipeline.serviceConnections.flatMap(
      name => organization.findEndpoint(name) ?? [],
    );
    const environments = pipeline.environments.flatMap(
      name => organization.findEnvironment(name) ?? [],
    );
    const repositories = pipeline.repositories.flatMap(({ name }) => {
      const record = organization.findRepository(name);
      return record && record.id !== definition.repositoryId ? [record] : [];
    });
    return [
      ...endpoints.map(({ id, name }) => ({
        type: 'endpoint' as const,
        id,
        name,
      })),
      ...environments.map(({ id, name }) => ({
        type: 'environment' as const,
        id: String(id),
        name,
      })),
      ...repositories.map(({ id, name }) => ({
        type: 'repository' as const,
        id: `${organization.project.id}.${id}`,
        name,
      })),
    ];
  }
}
