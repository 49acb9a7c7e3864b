import { HumanDuration } from '@backstage/types';

export interface Config {
  moorline?: {
    /** Where the logs of runs are kept when Azure DevOps' retention has deleted them. */
    archive?: {
      /**
       * A container of Azure Blob Storage, `https://ACCOUNT.blob.core.windows.net/runs`; or Azurite's on this machine,
       * `http://127.0.0.1:10000/devstoreaccount1/runs`. The backend's identity must be Storage Blob Data Contributor there.
       */
      url: string;
    };
    /** When the worker does what it does again and again, as cron has it, in UTC; `never` for never. */
    schedules?: {
      /** Looks for what other hands changed in Azure, by a run of each environment's pipeline. Defaults to once a day. */
      drift?: string;
      /** Records what environments used and cost. Defaults to once a day. */
      usage?: string;
    };
    /** What environments really cost, by Azure Cost Management; left out, it is estimated. */
    costs?: {
      /**
       * Of what the costs are read, such as `/subscriptions/ID`. The backend's identity must be Cost Management Reader
       * there.
       */
      scope: string;
    };
    /** How runs of pipelines are followed. */
    runs?: {
      /**
       * Pause between two looks at a run that is not over, e.g. `{ seconds: 1 }`: the default, or 30 s with a hook. Each
       * look is two requests to Azure DevOps.
       */
      interval?: HumanDuration | string;
      /**
       * What Azure DevOps' service hooks (web hooks to `/api/environments/hooks/azure-devops`) send as basic
       * authentication. With them a run is read when something happened to it, and else rarely.
       */
      hook?: {
        /** Defaults to `moorline`. */
        username?: string;
        /**
         * At least 16 characters.
         * @visibility secret
         */
        password: string;
      };
    };
  };
}
