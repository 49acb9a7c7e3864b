import type { Connection } from './connection';
import { getEndpoint } from './endpoints';
import { findOrCreate } from './findOrCreate';
import { byName } from './lookUp';
import { getRepository } from './repositories';
import type { List } from './wire';

/** What the YAML of a pipeline names and may only use when it was permitted. */
export interface ResourceNames {
  /** Service connections. */
  endpoints?: string[];
  /** Git repositories of the project. */
  repositories?: string[];
  /** Environments of Azure Pipelines (for deployment jobs); made when they are not there. */
  environments?: string[];
}

/** A resource as permissions know it. */
export interface PipelineResource {
  type: 'endpoint' | 'repository' | 'environment';
  id: string;
  name: string;
}

/** Finds service connections and repositories, and finds or creates environments, all at once. */
export async function ensureResources(
  connection: Connection,
  { endpoints = [], repositories = [], environments = [] }: ResourceNames,
): Promise<PipelineResource[]> {
  return Promise.all([
    ...endpoints.map(async (name): Promise<PipelineResource> => {
      const { id } = await getEndpoint(connection, name);
      return { type: 'endpoint', id, name };
    }),
    ...repositories.map(async (name): Promise<PipelineResource> => {
      const { id, projectId } = await getRepository(connection, name);
      return { type: 'repository', id: `${projectId}.${id}`, name };
    }),
    ...environments.map(async (name): Promise<PipelineResource> => {
      const id = await ensureEnvironment(connection, name);
      return { type: 'environment', id: String(id), name };
    }),
  ]);
}

async function ensureEnvironment(
  connection: Connection,
  name: string,
): Promise<number> {
  const request = {
    path: 'distributedtask/environments',
    needs: 'Environment (Read & manage)',
    thing: `environment "${name}"`,
  };
  const { value: id } = await findOrCreate(connection, {
    what: `create the environment ${name}`,
    createFirst: true,
    find: async () => {
      const { value } = await connection.sendForBody<
        List<{ id: number; name: string }>
      >({
        ...request,
        method: 'GET',
        query: { name },
        idempotent: true,
        what: `look for the environment ${name}`,
      });
      return byName(value, name)?.id;
    },
    create: async () => {
      const made = await connection.sendForBody<{ id: number }>({
        ...request,
        method: 'POST',
        body: { name },
        idempotent: false,
        what: `create the environment ${name}`,
      });
      return made.id;
    },
  });
  return id;
}
