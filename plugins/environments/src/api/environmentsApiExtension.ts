import {
  ApiBlueprint,
  discoveryApiRef,
  fetchApiRef,
} from '@backstage/frontend-plugin-api';
import { createMoorlineClient } from '@moorline/api/client';
import { environmentsApiRef } from './environmentsApi';

/**
 * The client against this portal's own backend. Backstage's fetch adds the
 * signed-in person's token; discovery says where the backend listens.
 */
export const environmentsApiExtension = ApiBlueprint.make({
  params: defineParams =>
    defineParams({
      api: environmentsApiRef,
      deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: ({ discoveryApi, fetchApi }) => {
        // The client wants its address at once and discovery answers later, so
        // calls go to a placeholder that is exchanged for the discovered base.
        const placeholder = 'http://environments.invalid';
        return createMoorlineClient({
          url: placeholder,
          fetch: async (input, init) => {
            const base = await discoveryApi.getBaseUrl('environments');
            const path = String(input).slice(placeholder.length);
            return fetchApi.fetch(`${base}/trpc${path}`, init);
          },
        });
      },
    }),
});
