import type { StopRun } from '@moorline/api';
import type { AzureDevOps } from '@moorline/azure-devops';
import { answering } from './answering';

/** Stops runs in Azure DevOps. */
export function azureDevOpsStop(
  azureDevOps: Pick<AzureDevOps, 'cancelRun'>,
): StopRun {
  return ({ buildId }) => answering(() => azureDevOps.cancelRun(buildId));
}
