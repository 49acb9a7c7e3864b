import type { RunLogs } from '@moorline/api';
import { AzureDevOps, AzureDevOpsError } from '@moorline/azure-devops';
import { TRPCError } from '@trpc/server';

/** Reads logs from Azure DevOps, and passes on what it says when it cannot. */
export function azureDevOpsLogs(
  azureDevOps: Pick<AzureDevOps, 'getLog'>,
): RunLogs {
  return async ({ buildId, logId, from }) => {
    try {
      return await azureDevOps.getLog(buildId, logId, from);
    } catch (error) {
      if (error instanceof AzureDevOpsError) {
        throw new TRPCError({
          code: error.status === 404 ? 'NOT_FOUND' : 'BAD_GATEWAY',
          message: error.message,
          cause: error,
        });
      }
      throw error;
    }
  };
}
