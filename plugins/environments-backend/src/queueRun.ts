import type { QueueRun } from '@moorline/api';
import type { AzureDevOps } from '@moorline/azure-devops';
import { answering } from './answering';

/** Queues runs in Azure DevOps, on the branch that environments live on. */
export function azureDevOpsQueue(
  azureDevOps: Pick<AzureDevOps, 'runPipeline'>,
  branch: string,
): QueueRun {
  return ({ pipelineId, key }) =>
    answering(async () => {
      const { buildId, url } = await azureDevOps.runPipeline({
        pipelineId,
        key,
        branch,
      });
      return { buildId, url };
    });
}
