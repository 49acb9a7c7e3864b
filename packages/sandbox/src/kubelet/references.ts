import type { References } from '../kubernetes/kubelet/environment';
import type { ConfigMap, Secret } from '../kubernetes/objects/cluster';
import type { Container } from '../kubernetes/objects/pod';
import { ApiClient } from './api/api-client';

/** Gets what a container's environment refers to. */
export async function fetchReferences(
  api: ApiClient,
  namespace: string | undefined,
  container: Container,
): Promise<References> {
  const { env = [], envFrom = [] } = container;
  const get = async <T>(
    kind: string,
    refs: ({ name?: string } | undefined)[],
  ) => {
    const names = new Set(refs.map(ref => ref?.name));
    names.delete(undefined);
    const found = new Map<string | undefined, T | undefined>();
    for (const name of names) {
      const path = `/api/v1/namespaces/${namespace}/${kind}/${name}`;
      found.set(name, await api.get<T>(path));
    }
    return found;
  };
  const maps = await get<ConfigMap>('configmaps', [
    ...envFrom.map(({ configMapRef }) => configMapRef),
    ...env.map(({ valueFrom }) => valueFrom?.configMapKeyRef),
  ]);
  const secrets = await get<Secret>('secrets', [
    ...envFrom.map(({ secretRef }) => secretRef),
    ...env.map(({ valueFrom }) => valueFrom?.secretKeyRef),
  ]);
  return {
    configMap: name => maps.get(name),
    secret: name => secrets.get(name),
  };
}
