import {
  coreServices,
  createBackendFeatureLoader,
} from '@backstage/backend-plugin-api';
import guest from '@backstage/plugin-auth-backend-module-guest-provider';
import microsoft from '@backstage/plugin-auth-backend-module-microsoft-provider';

/**
 * The ways to sign in, each only where `auth.providers` has it: what is not configured is not there, and the guest's
 * module would not start.
 */
export default createBackendFeatureLoader({
  deps: { config: coreServices.rootConfig },
  *loader({ config }) {
    if (config.has('auth.providers.guest')) yield guest;
    if (config.has('auth.providers.microsoft')) yield microsoft;
  },
});
