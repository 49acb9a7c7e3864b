import type { RootConfigService } from '@backstage/backend-plugin-api';
import {
  CostSource,
  createCostManagement,
  resourceManagerToken,
} from '@moorline/worker';

/** Azure Cost Management, as `moorline.costs` and `moorline.azure` say; undefined where the first is not set. */
export function openCosts(config: RootConfigService): CostSource | undefined {
  const scope = config.getOptionalString('moorline.costs.scope');
  if (!scope) return undefined;
  const token = config.getOptionalString('moorline.azure.token');
  return createCostManagement({
    endpoint:
      config.getOptionalString('moorline.azure.endpoint') ??
      'https://management.azure.com',
    scope,
    token: token ? async () => token : resourceManagerToken(),
  });
}
