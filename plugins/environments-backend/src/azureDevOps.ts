import type { RootConfigService } from '@backstage/backend-plugin-api';
import {
  AzureDevOps,
  createAzureDevOps,
  readAzureDevOpsSettings,
} from '@moorline/azure-devops';

/** Azure DevOps, as it is configured. */
export interface OpenAzureDevOps {
  client: AzureDevOps;
  /** The branch that environments live on. */
  branch: string;
}

/**
 * The client for reading runs; undefined where no Azure DevOps is configured. It gives up early: who follows a run comes
 * back by itself, and who reads a log waits in front of a page.
 */
export function openAzureDevOps(
  config: RootConfigService,
): OpenAzureDevOps | undefined {
  if (!config.has('moorline.azureDevOps')) return undefined;
  const { organizationUrl, project, token, branch } =
    readAzureDevOpsSettings(config);
  const client = createAzureDevOps({
    organizationUrl,
    project,
    token,
    retry: { attempts: 2, maxRetryAfterMs: 5_000 },
  });
  return { client, branch };
}
