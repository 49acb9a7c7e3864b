import { createApiRef } from '@backstage/frontend-plugin-api';
import type { MoorlineClient } from '@moorline/api/client';

/** The typed client of the environments API, as the pages use it. */
export type EnvironmentsApi = MoorlineClient;

/** Where pages find the client; tests put their own in its place. */
export const environmentsApiRef = createApiRef<EnvironmentsApi>({
  id: 'plugin.environments.client',
});
