import { ConfigMap, Secret } from '../objects/cluster';
import { Container, Pod } from '../objects/pod';
import { TYPES } from '../schema/builtin';
import { Store } from '../store/store';

/** The variables a container would have; what it refers to may be missing. */
export interface Environment {
  names: Set<string>;
  /** The first reference that leads nowhere, in the kubelet's words. */
  missing?: string;
}

type Kind = 'configmap' | 'secret';

function keysOf(
  store: Store,
  kind: Kind,
  namespace: string | undefined,
  name: string,
): string[] | undefined {
  if (kind === 'secret') {
    const secret = store.get<Secret>(TYPES.secrets, namespace, name);
    return secret && Object.keys(secret.data ?? {});
  }
  const map = store.get<ConfigMap>(TYPES.configMaps, namespace, name);
  return map && Object.keys({ ...map.data, ...map.binaryData });
}

/** Resolves the environment of a container as its kubelet would. */
export function environmentOf(
  store: Store,
  pod: Pod,
  container: Container,
): Environment {
  const { namespace } = pod.metadata;
  const result: Environment = { names: new Set() };
  const report = (text: string) => {
    result.missing ??= text;
  };
  for (const { configMapRef, secretRef, prefix = '' } of container.envFrom ??
    []) {
    const ref = configMapRef ?? secretRef;
    if (!ref) continue;
    const kind: Kind = configMapRef ? 'configmap' : 'secret';
    const keys = keysOf(store, kind, namespace, ref.name ?? '');
    keys?.forEach(key => result.names.add(`${prefix}${key}`));
    if (!keys && !ref.optional) report(`${kind} "${ref.name}" not found`);
  }
  for (const { name, valueFrom } of container.env ?? []) {
    const ref = valueFrom?.configMapKeyRef ?? valueFrom?.secretKeyRef;
    if (!ref) {
      result.names.add(name);
      continue;
    }
    const kind: Kind = valueFrom?.configMapKeyRef ? 'configmap' : 'secret';
    const keys = keysOf(store, kind, namespace, ref.name ?? '');
    if (keys?.includes(ref.key)) result.names.add(name);
    else if (ref.optional) continue;
    else if (!keys) report(`${kind} "${ref.name}" not found`);
    else {
      const word = kind === 'secret' ? 'Secret' : 'ConfigMap';
      report(
        `couldn't find key ${ref.key} in ${word} ${namespace}/${ref.name}`,
      );
    }
  }
  return result;
}

const SECRET_PROVIDERS = {
  ...TYPES.secrets,
  group: 'secrets-store.csi.x-k8s.io',
  plural: 'secretproviderclasses',
  key: 'secrets-store.csi.x-k8s.io/secretproviderclasses',
};

const secretProvider = (
  store: Store,
  namespace: string | undefined,
  name: string,
) => store.get(SECRET_PROVIDERS, namespace, name);

/** Why a pod's volumes cannot be mounted yet, in the kubelet's words; undefined when they can. */
export function unmountable(store: Store, pod: Pod): string | undefined {
  const { namespace } = pod.metadata;
  for (const volume of pod.spec.volumes ?? []) {
    const { configMap, secret, persistentVolumeClaim: claim, csi } = volume;
    const failed = `MountVolume.SetUp failed for volume "${volume.name}" : `;
    if (configMap && !configMap.optional) {
      const { name = '' } = configMap;
      if (!keysOf(store, 'configmap', namespace, name)) {
        return `${failed}configmap "${name}" not found`;
      }
    }
    if (secret && !secret.optional) {
      const { secretName: name = '' } = secret;
      if (!keysOf(store, 'secret', namespace, name)) {
        return `${failed}secret "${name}" not found`;
      }
    }
    if (claim) {
      const found = store.get(TYPES.claims, namespace, claim.claimName) as
        | { status?: { phase?: string } }
        | undefined;
      if (found?.status?.phase !== 'Bound') {
        return `Unable to attach or mount volumes: persistentvolumeclaim "${claim.claimName}" is not bound`;
      }
    }
    const provider = csi?.volumeAttributes?.secretProviderClass;
    if (provider && !secretProvider(store, namespace, provider)) {
      return `${failed}rpc error: code = Unknown desc = failed to get secretproviderclass ${namespace}/${provider}, error: SecretProviderClass.secrets-store.csi.x-k8s.io "${provider}" not found`;
    }
  }
  return undefined;
}
