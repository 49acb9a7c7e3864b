import { createFrontendPlugin } from '@backstage/frontend-plugin-api';
import { RiStackLine } from '@remixicon/react';
import { environmentsApiExtension } from './api/environmentsApiExtension';
import {
  environmentHeader,
  environmentOverview,
  runContent,
  workloadsContent,
} from './extensions/entity';
import { formFieldExtensions } from './extensions/formFields';
import { environmentsPage } from './extensions/pages';
import { environmentsRouteRef, taskRouteRef } from './routes';

/** Environments: their list, their making and their page. */
export const environmentsPlugin = createFrontendPlugin({
  pluginId: 'environments',
  title: 'Environments',
  icon: <RiStackLine />,
  routes: { root: environmentsRouteRef },
  externalRoutes: { task: taskRouteRef },
  extensions: [
    environmentsApiExtension,
    environmentsPage,
    environmentHeader,
    environmentOverview,
    runContent,
    workloadsContent,
    ...formFieldExtensions,
  ],
});
