import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { kubernetesClusterSupplierExtensionPoint } from '@backstage/plugin-kubernetes-node';
import { createContainerServiceClient } from './azure';
import { AksClusterSupplier } from './clusters';

/** How often the list is read when nobody looks. */
const REFRESH_SECONDS = 30;

/** Gives Backstage's Kubernetes plugin the AKS clusters of the configured subscription. */
export const aksKubernetesModule = createBackendModule({
  pluginId: 'kubernetes',
  moduleId: 'aks',
  register(env) {
    env.registerInit({
      deps: {
        clusters: kubernetesClusterSupplierExtensionPoint,
        config: coreServices.rootConfig,
        logger: coreServices.logger,
        scheduler: coreServices.scheduler,
      },
      async init({ clusters, config, logger, scheduler }) {
        const azure = createContainerServiceClient(config);
        const supplier = new AksClusterSupplier({ ...azure, logger });
        clusters.addClusterSupplier(supplier);
        await scheduler.scheduleTask({
          id: 'refresh-aks-clusters',
          // Each replica keeps its own list.
          scope: 'local',
          frequency: { seconds: REFRESH_SECONDS },
          timeout: { seconds: REFRESH_SECONDS },
          fn: () => supplier.refresh(),
        });
      },
    });
  },
});
