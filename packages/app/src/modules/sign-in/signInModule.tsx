import { createFrontendModule } from '@backstage/frontend-plugin-api';
import { SignInPageBlueprint } from '@backstage/plugin-app-react';

const signInPage = SignInPageBlueprint.make({
  params: {
    loader: async () =>
      (await import('./ConfiguredSignInPage')).ConfiguredSignInPage,
  },
});

/** The page before all others, in the place of Backstage's, which knows guests only. */
export const signInModule = createFrontendModule({
  pluginId: 'app',
  extensions: [signInPage],
});
