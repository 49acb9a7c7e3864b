import { HumanDuration } from '@backstage/types';

export interface Config {
  moorline?: {
    /** How runs of pipelines are followed. */
    runs?: {
      /**
       * Pause between two looks at a run that is not over, e.g. `{ seconds: 1 }` (the default). Each look is two requests
       * to Azure DevOps.
       */
      interval?: HumanDuration | string;
    };
  };
}
