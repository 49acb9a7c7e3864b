import { ApiError } from '../api/errors';
import { canonical, copy } from '../objects/json';
import { JsonObject, KubeObject } from '../objects/meta';
import { isReady, Pod, PodSpec, PodTemplate } from '../objects/pod';
import { TYPES } from '../schema/builtin';
import { deleteObject } from '../store/deletion';
import { ControllerContext } from './controller';
import { controlledBy } from './owners';

const MANAGER = 'kube-controller-manager';

export interface PodExtras {
  /** Left out: the API makes one from the owner's name. */
  name?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  spec?: Partial<PodSpec>;
}

/** Creates a pod from a template for its owner, through admission. @throws ApiError */
export function createPod(
  { writer }: ControllerContext,
  owner: KubeObject,
  template: PodTemplate,
  extras: PodExtras = {},
): Pod {
  const { name, namespace } = owner.metadata;
  const { labels, annotations, finalizers } = template.metadata ?? {};
  const body = copy({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...(extras.name ? { name: extras.name } : { generateName: `${name}-` }),
      namespace,
      labels: { ...labels, ...extras.labels },
      annotations:
        annotations || extras.annotations
          ? { ...annotations, ...extras.annotations }
          : undefined,
      finalizers,
      ownerReferences: [controlledBy(owner)],
    },
    spec: { ...template.spec, ...extras.spec },
  }) as unknown as JsonObject;
  return writer.create(TYPES.pods, namespace, body, {
    manager: MANAGER,
  }) as Pod;
}

/** Deletes a pod with its own grace; one that is gone already is no error. */
export function deletePod({ store }: ControllerContext, pod: Pod) {
  const { namespace, name, uid } = pod.metadata;
  try {
    deleteObject(store, TYPES.pods, namespace, name, {
      preconditions: { uid },
    });
  } catch (error) {
    if (!(error instanceof ApiError && [404, 409].includes(error.code))) {
      throw error;
    }
  }
}

/** True once a pod has been ready for the seconds asked for. */
export function isAvailable(pod: Pod, minReadySeconds = 0): boolean {
  if (!isReady(pod)) return false;
  if (!minReadySeconds) return true;
  const since = pod.status?.conditions?.find(
    condition => condition.type === 'Ready',
  )?.lastTransitionTime;
  return Date.parse(since ?? '') + minReadySeconds * 1000 <= Date.now();
}

const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** A short name for a value, in the letters that Kubernetes uses for hashes. */
export function shortHash(value: unknown): string {
  let hash = 0x811c9dc5;
  for (const letter of canonical(value)) {
    // eslint-disable-next-line no-bitwise
    hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193) >>> 0;
  }
  return [...String(hash)]
    .map(digit => ALPHABET[(digit.charCodeAt(0) * 7) % ALPHABET.length])
    .join('');
}
