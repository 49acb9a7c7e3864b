import type { RunLogs } from '@moorline/api';
import type { AzureDevOps } from '@moorline/azure-devops';
import { answering } from './answering';

/** Reads logs from Azure DevOps. */
export function azureDevOpsLogs(
  azureDevOps: Pick<AzureDevOps, 'getLog'>,
): RunLogs {
  return ({ buildId, logId, from }) =>
    answering(() => azureDevOps.getLog(buildId, logId, from));
}
