import { ConfigMap, Secret } from '../objects/cluster';
import { isObject, valueAt } from '../objects/json';
import {
  allContainers,
  Container,
  Pod,
  ResourceFieldRef,
} from '../objects/pod';
import { parseQuantity } from '../objects/quantity';
import { TYPES } from '../schema/builtin';
import { Store } from '../store/store';

/** Finds what pods of a namespace refer to. */
export interface References {
  configMap(name: string): ConfigMap | undefined;
  secret(name: string): Secret | undefined;
}

/** What the store has. */
export const referencesIn = (
  store: Store,
  namespace: string | undefined,
): References => ({
  configMap: name => store.get<ConfigMap>(TYPES.configMaps, namespace, name),
  secret: name => store.get<Secret>(TYPES.secrets, namespace, name),
});

/** The variables of a container; what it refers to may be missing. */
export interface Environment {
  variables: Record<string, string>;
  /** The first reference that leads nowhere, in the kubelet's words. */
  missing?: string;
}

type Kind = 'configmap' | 'secret';

const decoded = (data: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(data).map(([key, value]) => [
      key,
      Buffer.from(value, 'base64').toString(),
    ]),
  );

function textsOf(references: References, kind: Kind, name: string) {
  if (kind === 'configmap') {
    const map = references.configMap(name);
    return map && { ...map.data };
  }
  const secret = references.secret(name);
  return secret && decoded(secret.data ?? {});
}

/** `$(NAME)` becomes the variable's value where there is one; `$$` is a dollar. */
export const expand = (text: string, variables: Record<string, string>) =>
  text.replace(/\$(\$|\(([^()]*)\))/g, (all, what: string, name: string) =>
    what === '$' ? '$' : variables[name] ?? all,
  );

/** A field of a pod as text: `metadata.labels['app']`, `status.podIP`. */
export function fieldValue(pod: Pod, fieldPath: string): string {
  const [, map, key] =
    /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(fieldPath) ?? [];
  if (map === 'labels' || map === 'annotations') {
    return pod.metadata[map]?.[key] ?? '';
  }
  const value = valueAt(pod, fieldPath);
  if (fieldPath === 'status.podIPs' || fieldPath === 'status.hostIPs') {
    return ((value as { ip: string }[]) ?? []).map(({ ip }) => ip).join(',');
  }
  if (isObject(value)) {
    return Object.entries(value)
      .map(([name, text]) => `${name}=${JSON.stringify(text)}`)
      .join('\n');
  }
  return String(value ?? '');
}

/** What a container asks for or may have, in whole divisors; without a limit that is what its node has. */
export function resourceValue(
  pod: Pod,
  { containerName, resource, divisor = '1' }: ResourceFieldRef,
  container?: Container,
): string {
  const of =
    allContainers(pod.spec).find(({ name }) => name === containerName) ??
    container;
  const [kind, name] = resource.split('.') as ['limits' | 'requests', string];
  const amount = parseQuantity(of?.resources?.[kind]?.[name]) ?? 0;
  const unit = parseQuantity(divisor) || 1;
  return String(Math.ceil(amount / unit));
}

/**
 * Resolves the environment of a container as its kubelet would.
 * @param given - variables that it has besides
 */
export function environmentOf(
  references: References,
  pod: Pod,
  container: Container,
  given: Record<string, string> = {},
): Environment {
  const variables: Record<string, string> = { ...given };
  let missing: string | undefined;
  const report = (text: string) => {
    missing ??= text;
  };
  for (const from of container.envFrom ?? []) {
    const { configMapRef, secretRef, prefix = '' } = from;
    const ref = configMapRef ?? secretRef;
    if (!ref) continue;
    const kind: Kind = configMapRef ? 'configmap' : 'secret';
    const texts = textsOf(references, kind, ref.name ?? '');
    for (const [key, value] of Object.entries(texts ?? {})) {
      variables[`${prefix}${key}`] = value;
    }
    if (!texts && !ref.optional) report(`${kind} "${ref.name}" not found`);
  }
  for (const { name, value = '', valueFrom } of container.env ?? []) {
    if (!valueFrom) variables[name] = expand(value, variables);
    if (valueFrom?.fieldRef) {
      variables[name] = fieldValue(pod, valueFrom.fieldRef.fieldPath);
    }
    if (valueFrom?.resourceFieldRef) {
      variables[name] = resourceValue(
        pod,
        valueFrom.resourceFieldRef,
        container,
      );
    }
    const ref = valueFrom?.configMapKeyRef ?? valueFrom?.secretKeyRef;
    if (!ref) continue;
    const kind: Kind = valueFrom?.configMapKeyRef ? 'configmap' : 'secret';
    const texts = textsOf(references, kind, ref.name ?? '');
    const found = texts?.[ref.key];
    if (found !== undefined) variables[name] = found;
    else if (ref.optional) continue;
    else if (!texts) report(`${kind} "${ref.name}" not found`);
    else {
      const word = kind === 'secret' ? 'Secret' : 'ConfigMap';
      report(
        `couldn't find key ${ref.key} in ${word} ${pod.metadata.namespace}/${ref.name}`,
      );
    }
  }
  return { variables, missing };
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
  const references = referencesIn(store, namespace);
  for (const volume of pod.spec.volumes ?? []) {
    const { configMap, secret, persistentVolumeClaim: claim, csi } = volume;
    const failed = `MountVolume.SetUp failed for volume "${volume.name}" : `;
    if (configMap && !configMap.optional) {
      const { name = '' } = configMap;
      if (!references.configMap(name)) {
        return `${failed}configmap "${name}" not found`;
      }
    }
    if (secret && !secret.optional) {
      const { secretName: name = '' } = secret;
      if (!references.secret(name)) {
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
