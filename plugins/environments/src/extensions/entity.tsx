import {
  EntityContentBlueprint,
  EntityContentLayoutBlueprint,
  EntityHeaderLayoutBlueprint,
} from '@backstage/plugin-catalog-react/alpha';
import { isEnvironment } from '../entity';

/** The head of an environment's page in the catalog. */
export const environmentHeader = EntityHeaderLayoutBlueprint.make({
  name: 'environment',
  params: {
    filter: isEnvironment,
    loader: async () =>
      (await import('../entity/EnvironmentHeader')).EnvironmentHeader,
  },
});

/** The Overview tab of an environment. */
export const environmentOverview = EntityContentLayoutBlueprint.make({
  name: 'environment',
  params: {
    filter: isEnvironment,
    loader: async () =>
      (await import('../entity/OverviewLayout')).OverviewLayout,
  },
});

/** The Run tab. */
export const runContent = EntityContentBlueprint.make({
  name: 'run',
  params: {
    path: '/run',
    title: 'Run',
    filter: isEnvironment,
    loader: async () => {
      const { RunTab } = await import('../run');
      return <RunTab />;
    },
  },
});

/** The Workloads tab. */
export const workloadsContent = EntityContentBlueprint.make({
  name: 'workloads',
  params: {
    path: '/workloads',
    title: 'Workloads',
    filter: isEnvironment,
    loader: async () => {
      const { WorkloadsTab } = await import('../workloads');
      return <WorkloadsTab />;
    },
  },
});
