import type { Connection } from './connection';
import { AzureDevOpsError } from './errors';
import { findOrCreate } from './findOrCreate';
import { forgetRepositories, getRepository } from './repositories';
import type { List } from './wire';

/** What a pipeline shall be allowed to use without anybody being asked at its first run. */
export interface AuthorizeOptions {
  pipelineId: number;
  /** Names of service connections. */
  endpointNames?: string[];
  /** Names of git repositories of the project. */
  repositories?: string[];
  /** Names of environments (for deployment jobs); made when they are not there. */
  environments?: string[];
}

interface WireNamed {
  id: string;
  name: string;
}

interface ResourceId {
  type: 'endpoint' | 'repository' | 'environment';
  id: string;
}

/**
 * Authorises a pipeline for its resources, all in one request. Without it the first run stops and asks somebody to
 * press "Permit". Saying it twice changes nothing.
 */
export async function authorizePipeline(
  connection: Connection,
  options: AuthorizeOptions,
): Promise<void> {
  const resources: ResourceId[] = [];
  for (const id of await endpointIds(connection, options.endpointNames ?? [])) {
    resources.push({ type: 'endpoint', id });
  }
  for (const name of options.repositories ?? []) {
    const repository = await getRepository(connection, name);
    resources.push({
      type: 'repository',
      id: `${repository.projectId}.${repository.id}`,
    });
  }
  for (const name of options.environments ?? []) {
    resources.push({
      type: 'environment',
      id: await ensureEnvironment(connection, name),
    });
  }
  if (resources.length === 0) {
    return;
  }
  try {
    await connection.send({
      method: 'PATCH',
      path: 'pipelines/pipelinepermissions',
      apiVersion: '7.1-preview.1',
      body: resources.map(resource => ({
        resource,
        pipelines: [{ id: options.pipelineId, authorized: true }],
      })),
      idempotent: true,
      what: `authorise the pipeline ${options.pipelineId} for its service connections and repositories`,
      needs:
        'Pipeline Resources (Use and manage) with the role Administrator on each of them',
      thing: `pipeline ${options.pipelineId}`,
    });
  } catch (error) {
    if (error instanceof AzureDevOpsError && error.code === 'notFound') {
      // What was remembered may have been deleted since: look again next time.
      connection.forget(endpointsName(options.endpointNames ?? []));
      forgetRepositories(connection);
    }
    throw error;
  }
}

/** Ids of service connections, asked for once: they do not change with the name. */
async function endpointIds(
  connection: Connection,
  names: string[],
): Promise<string[]> {
  if (names.length === 0) {
    return [];
  }
  return connection.cached(endpointsName(names), async () => {
    const { value } = await connection.sendForBody<List<WireNamed>>({
      method: 'GET',
      path: 'serviceendpoint/endpoints',
      query: { endpointNames: names.join(',') },
      idempotent: true,
      what: 'look for the service connections',
      needs: 'Service Connections (Read & query)',
      thing: `service connection ${names.join(', ')}`,
    });
    return names.map(name => {
      const endpoint = value.find(
        candidate => candidate.name.toLowerCase() === name.toLowerCase(),
      );
      if (!endpoint) {
        throw new AzureDevOpsError(
          `There is no service connection "${name}" in project "${connection.project}": create it under Project settings, ` +
            `or correct its name in moorline.azureDevOps.serviceConnections.`,
          { code: 'notFound' },
        );
      }
      return endpoint.id;
    });
  });
}

function endpointsName(names: string[]): string {
  return `endpoints ${names.join(',')}`;
}

/** Finds or creates an environment of Azure Pipelines; its id as text. */
async function ensureEnvironment(
  connection: Connection,
  name: string,
): Promise<string> {
  const request = {
    path: 'distributedtask/environments',
    needs: 'Environment (Read & manage)',
    thing: `environment "${name}"`,
  };
  const { value: id } = await findOrCreate(connection, {
    what: `create the environment ${name}`,
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
      return value.find(
        candidate => candidate.name.toLowerCase() === name.toLowerCase(),
      )?.id;
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
  return String(id);
}
