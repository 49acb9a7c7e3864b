import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { eventsServiceRef } from '@backstage/plugin-events-node';
import { Live, migrate } from '@moorline/api';
import {
  ENVIRONMENTS_TOPIC,
  EnvironmentChangedEvent,
  environmentPermissions,
} from '@moorline/plugin-environments-common';
import {
  Worker,
  archivedLogs,
  openArchive,
  startWorker,
} from '@moorline/worker';
import { Callers } from './actor';
import { openAzureDevOps } from './azureDevOps';
import { openCosts } from './costs';
import { catalogDirectory } from './directory';
import { createHookRouter } from './hookRouter';
import { knexDatabase } from './knexDatabase';
import { azureDevOpsQueue } from './queueRun';
import { azureDevOpsLogs } from './runLogs';
import { followInterval, readHook } from './runsConfig';
import { readSchedules } from './schedulesConfig';
import { azureDevOpsStop } from './stopRun';
import { createTrpcRouter } from './trpcRouter';

/** The environments API inside Backstage: its sign-in, its permissions, its database; and a worker. */
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

        const live = new Live({
          db,
          onProblem: error =>
            logger.warn('Changes are not heard; trying again', error as Error),
        });
        lifecycle.addShutdownHook(() => live.close());

        const onChange = (name: string) => {
          const eventPayload: EnvironmentChangedEvent = { name };
          events
            .publish({ topic: ENVIRONMENTS_TOPIC, eventPayload })
            .catch(error =>
              logger.warn(`Others were not told that ${name} changed`, error),
            );
        };

        const azureDevOps = openAzureDevOps(config);
        if (!azureDevOps) {
          logger.warn(
            'Runs are not followed: set moorline.azureDevOps to say where they run',
          );
        }
        const archiveUrl = config.getOptionalString('moorline.archive.url');
        const archive = archiveUrl ? await openArchive(archiveUrl) : undefined;
        const hook = readHook(config);
        let worker: Worker | undefined;
        lifecycle.addStartupHook(async () => {
          worker = await startWorker({
            db,
            logger,
            azureDevOps,
            archive,
            costs: openCosts(config),
            schedules: readSchedules(config),
            onChange,
            followEveryMs: followInterval(config, hook),
          });
        });
        lifecycle.addShutdownHook(async () => {
          await worker?.stop();
          azureDevOps?.client.close();
        });

        services.permissionsRegistry.addPermissions(environmentPermissions);
        httpRouter.use(
          createTrpcRouter({
            callers: new Callers(services),
            permissions: services.permissions,
            logger,
            context: {
              db,
              live,
              directory: catalogDirectory(services),
              archive: archive && archivedLogs(archive),
              ...(azureDevOps && {
                runLogs: azureDevOpsLogs(azureDevOps.client),
                queueRun: azureDevOpsQueue(azureDevOps),
                stopRun: azureDevOpsStop(azureDevOps.client),
              }),
              onChange,
            },
          }),
        );
        // The router asks for credentials itself and refuses in the form that tRPC's clients read.
        httpRouter.addAuthPolicy({ path: '/trpc', allow: 'unauthenticated' });
        if (hook) {
          httpRouter.use(createHookRouter({ db, logger, hook }));
          // Azure DevOps has a name and a password instead, which the router asks for.
          httpRouter.addAuthPolicy({
            path: '/hooks',
            allow: 'unauthenticated',
          });
        }
      },
    });
  },
});
