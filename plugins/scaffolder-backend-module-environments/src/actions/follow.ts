import type { LoggerService } from '@backstage/backend-plugin-api';
import type { AzureDevOps } from '@moorline/azure-devops';

/** The client for one task: it stops when the task is cancelled and says in the task's log why it waits. */
export function forTask(
  azureDevOps: AzureDevOps,
  ctx: { logger: LoggerService; signal?: AbortSignal },
): AzureDevOps {
  return azureDevOps.with({
    signal: ctx.signal,
    onRetry: ({ reason, delayMs }) =>
      ctx.logger.warn(
        `${reason} Trying again in ${(delayMs / 1000).toFixed(1)} s.`,
      ),
  });
}
