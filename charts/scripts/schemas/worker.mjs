import { defaults, metrics } from './common.mjs';
import {
  containerUrl,
  cron,
  httpsUrl,
  object,
  orEmpty,
  scope,
} from '../lib/types.mjs';

/** Values of the chart worker; those of its own are named as in the portal's configuration (docs/jobs.md). */
export default {
  ...defaults,
  ...metrics,
  archive: object('Logs and plans of runs that stay.', {
    url: orEmpty(
      containerUrl(
        'Container of Blob storage, such as https://ACCOUNT.blob.core.windows.net/runs; the identity must be Storage Blob Data Contributor there. Empty: none are kept.',
      ),
    ),
  }),
  schedules: object('When jobs are queued.', {
    drift: orEmpty(
      cron(
        'When to look for drift, as cron has it, in UTC; or never. Empty: daily.',
      ),
    ),
    usage: orEmpty(cron('When to record usage and cost, likewise.')),
  }),
  costs: object('What environments cost.', {
    scope: orEmpty(
      scope(
        'What Azure bills, such as /subscriptions/ID; the identity must be Cost Management Reader there. Empty: costs are estimated.',
      ),
    ),
  }),
  azure: object('Where Azure is.', {
    endpoint: orEmpty(
      httpsUrl('Resource Manager; empty: https://management.azure.com.'),
    ),
  }),
};
