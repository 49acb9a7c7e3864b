import { FieldErrors } from '../api/fieldErrors';
import { same, valueAt } from '../objects/json';
import { JsonObject, KubeObject } from '../objects/meta';
import { Container, Pod } from '../objects/pod';
import { StatefulSet } from '../objects/workloads';
import { TYPES } from '../schema/builtin';
import { ResourceType } from '../schema/resourceType';

const FIELDS: Record<string, string[]> = {
  [TYPES.deployments.key]: ['spec.selector'],
  [TYPES.replicaSets.key]: ['spec.selector'],
  [TYPES.daemonSets.key]: ['spec.selector'],
  [TYPES.jobs.key]: ['spec.selector', 'spec.template', 'spec.completionMode'],
  [TYPES.secrets.key]: ['type'],
  'rbac.authorization.k8s.io/rolebindings': ['roleRef'],
  'rbac.authorization.k8s.io/clusterrolebindings': ['roleRef'],
  [TYPES.storageClasses.key]: [
    'provisioner',
    'parameters',
    'reclaimPolicy',
    'volumeBindingMode',
  ],
};

const STATEFUL_SET_MUTABLE = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
];

function without(object: unknown, keys: string[]): JsonObject {
  const rest = { ...(object as JsonObject) };
  keys.forEach(key => delete rest[key]);
  return rest;
}

function checkPodChange(old: Pod, next: Pod, errors: FieldErrors) {
  const images = (containers: Container[] | undefined) =>
    (containers ?? []).map(container => without(container, ['image']));
  const comparable = (pod: Pod) => ({
    ...without(pod.spec, [
      'activeDeadlineSeconds',
      'terminationGracePeriodSeconds',
      'tolerations',
      'ephemeralContainers',
      'nodeName',
    ]),
    containers: images(pod.spec.containers),
    initContainers: images(pod.spec.initContainers),
  });
  if (!same(comparable(old), comparable(next))) {
    errors.forbidden(
      'spec',
      'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
    );
  }
}

function checkStatefulSetChange(
  old: StatefulSet,
  next: StatefulSet,
  errors: FieldErrors,
) {
  const fixed = (set: StatefulSet) => without(set.spec, STATEFUL_SET_MUTABLE);
  if (same(fixed(old), fixed(next))) return;
  errors.forbidden(
    'spec',
    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
  );
}

/** Refuses changes of what may not change. @throws ApiError 422 */
export function checkUnchanged(
  type: ResourceType,
  old: KubeObject,
  next: KubeObject,
) {
  const errors = new FieldErrors();
  for (const field of FIELDS[type.key] ?? []) {
    const value = valueAt(next, field);
    if (!same(valueAt(old, field), value)) {
      errors.invalid(field, value, 'field is immutable');
    }
  }
  if (type.key === TYPES.pods.key) {
    checkPodChange(old as Pod, next as Pod, errors);
  }
  if (type.key === TYPES.statefulSets.key) {
    checkStatefulSetChange(old as StatefulSet, next as StatefulSet, errors);
  }
  if (type.key === TYPES.claims.key) {
    const fixed = (object: KubeObject) =>
      without(valueAt(object, 'spec'), [
        'resources',
        'volumeName',
        'volumeAttributesClassName',
      ]);
    if (!same(fixed(old), fixed(next))) {
      errors.forbidden(
        'spec',
        'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
      );
    }
  }
  if (valueAt(old, 'immutable') === true) {
    for (const field of ['data', 'binaryData']) {
      if (!same(valueAt(old, field), valueAt(next, field))) {
        errors.forbidden(field, 'field is immutable when `immutable` is set');
      }
    }
    if (valueAt(next, 'immutable') !== true) {
      errors.forbidden(
        'immutable',
        'field is immutable when `immutable` is set',
      );
    }
  }
  errors.throwFor(type, old.metadata.name);
}
