import type { Connection } from './connection';
import { forgetEndpoints } from './endpoints';
import { AzureDevOpsError } from './errors';
import { forgetRepositories } from './repositories';
import type { PipelineResource } from './resources';

/** Which pipeline may use what, without anybody being asked at its first run. */
export interface AuthorizeOptions {
  pipelineId: number;
  /** As `ensureResources` gives them. */
  resources: PipelineResource[];
}

/**
 * Authorises a pipeline for its resources, all in one request. Without it the first run stops and asks somebody to
 * press "Permit". Saying it twice changes nothing.
 */
export async function authorizePipeline(
  connection: Connection,
  { pipelineId, resources }: AuthorizeOptions,
): Promise<void> {
  if (resources.length === 0) {
    return;
  }
  try {
    await connection.send({
      method: 'PATCH',
      path: 'pipelines/pipelinepermissions',
      apiVersion: '7.1-preview.1',
      body: resources.map(({ type, id }) => ({
        resource: { type, id },
        pipelines: [{ id: pipelineId, authorized: true }],
      })),
      idempotent: true,
      what: `authorise the pipeline ${pipelineId} for ${resources
        .map(({ type, name }) => `the ${type} ${name}`)
        .join(', ')}`,
      needs:
        'Pipeline Resources (Use and manage) with the role Administrator on each of them',
      thing: `pipeline ${pipelineId}`,
    });
  } catch (error) {
    if (error instanceof AzureDevOpsError && error.code === 'notFound') {
      // What was remembered may have been deleted since: look again next time.
      forgetEndpoints(connection);
      forgetRepositories(connection);
    }
    throw error;
  }
}
