import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { catalogProcessingExtensionPoint } from '@backstage/plugin-catalog-node';
import { eventsServiceRef } from '@backstage/plugin-events-node';
import {
  ENVIRONMENTS_TOPIC,
  EnvironmentChangedEvent,
} from '@moorline/plugin-environments-common';
import { apiSource } from './apiSource';
import { EnvironmentsProvider } from './environmentsProvider';

/** Environments as catalog entities. */
export const catalogModuleEnvironments = createBackendModule({
  pluginId: 'catalog',
  moduleId: 'environments',
  register(env) {
    env.registerInit({
      deps: {
        auth: coreServices.auth,
        catalog: catalogProcessingExtensionPoint,
        discovery: coreServices.discovery,
        events: eventsServiceRef,
        logger: coreServices.logger,
        scheduler: coreServices.scheduler,
      },
      async init({ auth, catalog, discovery, events, logger, scheduler }) {
        const provider = new EnvironmentsProvider(
          apiSource({ auth, discovery }),
          logger,
        );
        catalog.addEntityProvider(provider);
        await events.subscribe({
          id: 'moorline-environments',
          topics: [ENVIRONMENTS_TOPIC],
          async onEvent({ eventPayload }) {
            await provider.refresh(
              (eventPayload as EnvironmentChangedEvent).name,
            );
          },
        });
        await scheduler.scheduleTask({
          id: 'moorline-environments-refresh',
          // The API may start after the catalog: the first refreshes come quickly after one another.
          frequency: { minutes: 1 },
          initialDelay: { seconds: 3 },
          timeout: { minutes: 1 },
          fn: () => provider.refreshAll(),
        });
      },
    });
  },
});
