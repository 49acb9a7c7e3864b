import type { QueueRun } from '@moorline/api';
import { answering } from './answering';
import type { OpenAzureDevOps } from './azureDevOps';

/** Queues runs in Azure DevOps, on the branch that environments live on. */
export function azureDevOpsQueue({
  client,
  branch,
}: OpenAzureDevOps): QueueRun {
  return request =>
    answering(async () => {
      const { buildId, url } = await client.runPipeline({ ...request, branch });
      return { buildId, url };
    });
}
