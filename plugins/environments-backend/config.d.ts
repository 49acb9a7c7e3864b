import { HumanDuration } from '@backstage/types';

export interface Config {
  moorline?: {
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
