import { createApp } from '@backstage/frontend-defaults';
import authPlugin from '@backstage/plugin-auth';
import catalogPlugin from '@backstage/plugin-catalog/alpha';
import catalogGraphPlugin from '@backstage/plugin-catalog-graph/alpha';
import kubernetesPlugin from '@backstage/plugin-kubernetes/alpha';
import notificationsPlugin from '@backstage/plugin-notifications/alpha';
import orgPlugin from '@backstage/plugin-org/alpha';
import scaffolderPlugin from '@backstage/plugin-scaffolder/alpha';
import searchPlugin from '@backstage/plugin-search/alpha';
import signalsPlugin from '@backstage/plugin-signals/alpha';
import techdocsPlugin from '@backstage/plugin-techdocs/alpha';
import userSettingsPlugin from '@backstage/plugin-user-settings/alpha';
import userSettingsModule from '@backstage/plugin-app-module-user-settings';
import environmentsPlugin from '@moorline/plugin-environments';
import { shellModule } from './modules/shell';
import { signInModule } from './modules/sign-in';

/**
 * The portal's frontend. Features are named here rather than discovered from
 * package.json, so that what the portal consists of can be read in one place.
 */
export default createApp({
  features: [
    environmentsPlugin,
    catalogPlugin,
    catalogGraphPlugin,
    scaffolderPlugin,
    kubernetesPlugin,
    techdocsPlugin,
    searchPlugin,
    orgPlugin,
    notificationsPlugin,
    signalsPlugin,
    userSettingsPlugin,
    userSettingsModule,
    authPlugin,
    shellModule,
    signInModule,
  ],
});
