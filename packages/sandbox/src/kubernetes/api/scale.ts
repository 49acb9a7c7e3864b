import { isObject, valueAt } from '../objects/json';
import { JsonObject, KubeObject, LabelSelector } from '../objects/meta';
import { ResourceType } from '../schema/resourceType';
import { selectorText } from '../store/selectors';
import { badRequest } from './errors';

const path = (type: ResourceType, which: 'spec' | 'status') => {
  const scale = type.custom?.scale;
  if (!scale) return `${which}.replicas`;
  const declared =
    which === 'spec' ? scale.specReplicasPath : scale.statusReplicasPath;
  return declared.replace(/^\./, '');
};

/** The `Scale` of a scalable object. */
export function scaleOf(type: ResourceType, object: KubeObject) {
  const { name, namespace, uid, resourceVersion, creationTimestamp } =
    object.metadata;
  const selector = valueAt(object, 'spec.selector');
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: Number(valueAt(object, path(type, 'spec')) ?? 0) },
    status: {
      replicas: Number(valueAt(object, path(type, 'status')) ?? 0),
      selector: selectorText(selector as LabelSelector | undefined),
    },
  };
}

/** Puts the replicas of a `Scale` into an object (a copy of the caller's own). @throws ApiError 400 */
export function setScale(
  type: ResourceType,
  object: KubeObject,
  scale: unknown,
): JsonObject {
  const replicas = valueAt(scale, 'spec.replicas') ?? 0;
  if (!Number.isInteger(replicas) || Number(replicas) < 0) {
    throw badRequest('spec.replicas of a Scale must be 0 or more');
  }
  const steps = path(type, 'spec').split('.');
  let at = object as unknown as JsonObject;
  for (const step of steps.slice(0, -1)) {
    if (!isObject(at[step])) at[step] = {};
    at = at[step] as JsonObject;
  }
  at[steps[steps.length - 1]] = replicas;
  return object as unknown as JsonObject;
}
