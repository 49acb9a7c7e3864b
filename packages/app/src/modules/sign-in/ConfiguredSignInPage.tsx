import { SignInPage } from '@backstage/core-components';
import {
  configApiRef,
  microsoftAuthApiRef,
  useApi,
} from '@backstage/frontend-plugin-api';
import type { SignInPageProps } from '@backstage/plugin-app-react';

const WAYS = {
  guest: 'guest',
  microsoft: {
    id: 'microsoft',
    title: 'Microsoft',
    message: 'Sign in with the account of your organisation.',
    apiRef: microsoftAuthApiRef,
  },
} as const;

/** Offers what `auth.providers` has, of the ways to sign in that the backend knows. */
export function ConfiguredSignInPage(props: SignInPageProps) {
  const config = useApi(configApiRef);
  const providers = Object.entries(WAYS)
    .filter(([id]) => config.has(`auth.providers.${id}`))
    .map(([, way]) => way);

  return (
    <SignInPage
      {...props}
      providers={providers}
      title={
        providers.length
          ? undefined
          : `Nobody can sign in yet: set auth.providers to one of ${Object.keys(
              WAYS,
            ).join(', ')}.`
      }
    />
  );
}
