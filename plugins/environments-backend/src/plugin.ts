import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { readDurationFromConfig } from '@backstage/config';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { eventsServiceRef } from '@backstage/plugin-events-node';
import { durationToMilliseconds } from '@backstage/types';
import { migrate } from '@moorline/api';
import {
  ENVIRONMENTS_TOPIC,
  EnvironmentChangedEvent,
  environmentPermissions,
} from '@moorline/plugin-environments-common';
import { readAzureDevOpsSettings } from '@moorline/azure-devops';
import { RunFollower } from '@moorline/worker';
import { Callers } from './actor';
import { openAzureDevOps } from './azureDevOps';
import { catalogDirectory } from './directory';
import { knexDatabase } from './knexDatabase';
import { azureDevOpsQueue } from './queueRun';
import { azureDevOpsLogs } from './runLogs';
import { createTrpcRouter } from './trpcRouter';

/** The environments API inside Backstage: its sign-in, its permissions, its database; and the follower of runs. */
export const environmentsPlugin = createBackendPlugin({
  pluginId: 'environments',
  register(env) {
    env.registerInit({
      deps: {
        auth: coreServices.auth,
        catalog: catalogServiceRef,
        config: coreServices.rootConfig,
        database: coreServices.database,
        events: eventsServiceRef,
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
        lifecycle: coreServices.lifecycle,
        logger: coreServices.logger,
        permissions: coreServices.permissions,
        permissionsRegistry: coreServices.permissionsRegistry,
        userInfo: coreServices.userInfo,
      },
      async init(services) {
        const { config, events, httpRouter, lifecycle, logger } = services;
        const db = knexDatabase(await services.database.getClient());
        const applied = await migrate(db);
        if (applied.length > 0) {
          logger.info(`Brought the tables up to date: ${applied.join(', ')}`);
        }

        const onChange = (name: string) => {
          const eventPayload: EnvironmentChangedEvent = { name };
          events
            .publish({ topic: ENVIRONMENTS_TOPIC, eventPayload })
            .catch(error =>
              logger.warn(`Others were not told that ${name} changed`, error),
            );
        };

        const azureDevOps = openAzureDevOps(config);
        if (azureDevOps) {
          const follower = new RunFollower({
            db,
            source: azureDevOps,
            logger,
            onChange,
            intervalMs: pollInterval(config),
          });
          lifecycle.addStartupHook(() => follower.start());
          lifecycle.addShutdownHook(async () => {
            await follower.stop();
            azureDevOps.close();
          });
        } else {
          logger.warn(
            'Runs are not followed: set moorline.azureDevOps to say where they run',
          );
        }

        services.permissionsRegistry.addPermissions(environmentPermissions);
        httpRouter.use(
          createTrpcRouter({
            callers: new Callers(services),
            permissions: services.permissions,
            logger,
            context: {
              db,
              directory: catalogDirectory(services),
              ...(azureDevOps && {
                runLogs: azureDevOpsLogs(azureDevOps),
                queueRun: azureDevOpsQueue(
                  azureDevOps,
                  readAzureDevOpsSettings(config).branch,
                ),
              }),
              onChange,
            },
          }),
        );
        // The router asks for credentials itself and refuses in the form that tRPC's clients read.
        httpRouter.addAuthPolicy({ path: '/trpc', allow: 'unauthenticated' });
      },
    });
  },
});

function pollInterval(config: Parameters<typeof openAzureDevOps>[0]) {
  const key = 'moorline.runs.interval';
  if (!config.has(key)) return 1_000;
  const interval = durationToMilliseconds(
    readDurationFromConfig(config, { key }),
  );
  if (interval < 100) {
    throw new Error(`${key}: use at least { milliseconds: 100 }`);
  }
  return interval;
}
