import { PageBlueprint } from '@backstage/frontend-plugin-api';
import { environmentsRouteRef } from '../routes';

/** The list, the wizard and the waiting page. */
export const environmentsPage = PageBlueprint.make({
  params: {
    path: '/environments',
    title: 'Environments',
    routeRef: environmentsRouteRef,
    loader: async () => {
      const { EnvironmentsRoutes } = await import('../EnvironmentsRoutes');
      return <EnvironmentsRoutes />;
    },
  },
});
