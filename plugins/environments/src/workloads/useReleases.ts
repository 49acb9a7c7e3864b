import type { Entity } from '@backstage/catalog-model';
import type { ClusterObjects } from '@backstage/plugin-kubernetes-common';
import { useKubernetesObjects } from '@backstage/plugin-kubernetes-react';
import { useMemo, useRef, useSyncExternalStore } from 'react';
import { Release, releasesOf } from './releases';

/** Milliseconds between looks at the cluster; a hidden page waits for weeks. */
const EVERY = 5_000;
const NEVER = 2 ** 31 - 1;

/** What is known of an environment's cluster. */
export interface Releases {
  /** What runs there; what was known stays when the cluster stops answering. */
  releases: Release[] | undefined;
  /** When that was seen. */
  seenAt: number | undefined;
  isLoading: boolean;
  /** Why the cluster cannot be read now. */
  error: string | undefined;
}

/** The releases in an environment's cluster, from plugin-kubernetes. */
export function useReleases(entity: Entity): Releases {
  const { kubernetesObjects, loading, error } = useKubernetesObjects(
    entity,
    usePageIsVisible() ? EVERY : NEVER,
  );
  const known = useRef<{ releases: Release[]; seenAt: number }>();
  return useMemo(() => {
    const clusters = kubernetesObjects?.items ?? [];
    const problem = error ?? clusters.map(problemOf).find(Boolean);
    if (kubernetesObjects && !problem) {
      known.current = {
        releases: clusters.flatMap(releasesOf),
        seenAt: Date.now(),
      };
    }
    return {
      releases: known.current?.releases,
      seenAt: known.current?.seenAt,
      isLoading: loading,
      error: problem,
    };
  }, [kubernetesObjects, loading, error]);
}

function usePageIsVisible(): boolean {
  return useSyncExternalStore(
    notify => {
      document.addEventListener('visibilitychange', notify);
      return () => document.removeEventListener('visibilitychange', notify);
    },
    () => !document.hidden,
  );
}

function problemOf({ errors, cluster }: ClusterObjects): string | undefined {
  const [first] = errors;
  if (!first) return undefined;
  const name = cluster.title ?? cluster.name;
  if (first.errorType === 'FETCH_ERROR') {
    return `${name} does not answer: ${first.message}`;
  }
  if (first.statusCode === 401 || first.statusCode === 403) {
    return `${name} does not let the portal read ${
      first.resourcePath ?? 'it'
    } (${first.statusCode}).`;
  }
  return `${name} answered ${first.statusCode ?? 'with an error'} for ${
    first.resourcePath ?? 'a request'
  }.`;
}
