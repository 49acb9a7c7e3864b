import { useRouteRef as useLegacyRouteRef } from '@backstage/core-plugin-api';
import { useRouteRef } from '@backstage/frontend-plugin-api';
import { entityRouteRef } from '@backstage/plugin-catalog-react';
import { useCallback } from 'react';
import { environmentsRouteRef } from '../routes';

/** The addresses of our pages, wherever the portal has mounted them. */
export function useLinks() {
  const list = useRouteRef(environmentsRouteRef)?.() ?? '/environments';
  // The catalog's reference is of the older kind, which has its own hook.
  const entity = useLegacyRouteRef(entityRouteRef);
  const environment = useCallback(
    (name: string, tab?: 'run' | 'workloads' | 'kubernetes') => {
      const base = entity({ kind: 'resource', namespace: 'default', name });
      return tab ? `${base}/${tab}` : base;
    },
    [entity],
  );
  return {
    list,
    create: `${list}/create`,
    /** What is done later, or failed too often. */
    jobs: `${list}/jobs`,
    /** The page that waits until the environment has a home in the catalog. */
    arriving: (name: string, task?: string) =>
      `${list}/${encodeURIComponent(name)}${
        task ? `?task=${encodeURIComponent(task)}` : ''
      }`,
    /** The environment's home: its page in the catalog. */
    environment,
  };
}
