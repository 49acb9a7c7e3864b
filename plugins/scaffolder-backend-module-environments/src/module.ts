import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { scaffolderActionsExtensionPoint } from '@backstage/plugin-scaffolder-node';
import {
  createAzureDevOps,
  readAzureDevOpsSettings,
} from '@moorline/azure-devops';
import { createCommitAction } from './actions/commit';
import { createEnsurePipelineAction } from './actions/ensurePipeline';
import { createRegisterAction } from './actions/register';
import { createReserveAction } from './actions/reserve';
import { createRunPipelineAction } from './actions/runPipeline';
import { createEnvironmentsApi } from './environmentsApi';
import { reporting } from './reporting';
import { catalogTeams } from './teams';

/** Adds Moorline's actions to the scaffolder. */
export const environmentsScaffolderModule = createBackendModule({
  pluginId: 'scaffolder',
  moduleId: 'environments',
  register(env) {
    env.registerInit({
      deps: {
        scaffolder: scaffolderActionsExtensionPoint,
        auth: coreServices.auth,
        catalog: catalogServiceRef,
        config: coreServices.rootConfig,
        discovery: coreServices.discovery,
      },
      async init({ scaffolder, auth, catalog, config, discovery }) {
        const settings = readAzureDevOpsSettings(config);
        // One client for all tasks: it keeps its connections, what it knows, and the pauses it was asked for.
        const azureDevOps = createAzureDevOps(settings);
        const environments = createEnvironmentsApi({ auth, discovery });
        const appUrl = config.getString('app.baseUrl');
        scaffolder.addActions(
          reporting(
            createReserveAction({
              environments,
              teams: catalogTeams({ catalog, config }),
              settings,
              config,
            }),
            environments,
          ),
          reporting(
            createCommitAction({ azureDevOps, settings }),
            environments,
          ),
          reporting(
            createEnsurePipelineAction({ azureDevOps, settings }),
            environments,
          ),
          reporting(
            createRunPipelineAction({ azureDevOps, settings }),
            environments,
          ),
          reporting(
            createRegisterAction({ environments, appUrl }),
            environments,
          ),
        );
      },
    });
  },
});
