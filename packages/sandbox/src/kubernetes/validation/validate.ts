import { FieldErrors } from '../api/fieldErrors';
import { ConfigMap, Secret } from '../objects/cluster';
import { JsonObject, KubeObject } from '../objects/meta';
import { Pod } from '../objects/pod';
import { parseQuantity, QUANTITY_PATTERN } from '../objects/quantity';
import { PersistentVolumeClaim } from '../objects/workloads';
import { TYPES } from '../schema/builtin';
import { missingFields } from '../schema/decode';
import { ResourceType } from '../schema/resourceType';
import { checkMetadata } from './metadata';
import { configKey } from './names';
import { checkIngress, checkService } from './network';
import { checkPodSpec } from './pod';
import {
  checkAutoscaler,
  checkCronJob,
  checkDeployment,
  checkDisruptionBudget,
  checkJob,
  checkStatefulSet,
  checkWorkload,
} from './workloads';

const BASE64 =
  /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const MAX_DATA = 1024 * 1024;

function checkKeys(
  data: Record<string, string> | undefined,
  field: string,
  errors: FieldErrors,
) {
  let size = 0;
  for (const [key, value] of Object.entries(data ?? {})) {
    const wrong = configKey(key);
    if (wrong) errors.invalid(`${field}[${key}]`, key, wrong);
    size += value?.length ?? 0;
  }
  if (size > MAX_DATA) {
    errors.invalid(field, '', `must have at most ${MAX_DATA} bytes`);
  }
}

function checkSecret({ data, type }: Secret, errors: FieldErrors) {
  checkKeys(data, 'data', errors);
  for (const [key, value] of Object.entries(data ?? {})) {
    if (!BASE64.test((value ?? '').replace(/\s/g, ''))) {
      errors.invalid(`data[${key}]`, '<secret>', 'must be base64');
    }
  }
  if (type === 'kubernetes.io/tls') {
    for (const key of ['tls.crt', 'tls.key']) {
      if (!data || !(key in data)) errors.required(`data[${key}]`);
    }
  }
}

function checkConfigMap(map: ConfigMap, errors: FieldErrors) {
  checkKeys(map.data, 'data', errors);
  checkKeys(map.binaryData, 'binaryData', errors);
}

function checkClaim({ spec }: PersistentVolumeClaim, errors: FieldErrors) {
  if (!spec?.accessModes?.length) {
    errors.required('spec.accessModes', 'at least 1 access mode is required');
  }
  const storage = spec?.resources?.requests?.storage;
  if (storage === undefined) errors.required('spec.resources[storage]');
  else if (parseQuantity(storage) === undefined) {
    errors.invalid(
      'spec.resources[storage]',
      storage,
      `quantities must match the regular expression '${QUANTITY_PATTERN}'`,
    );
  }
}

const checks: Record<string, (object: never, errors: FieldErrors) => void> = {
  [TYPES.pods.key]: (pod: Pod, errors) =>
    checkPodSpec(pod.spec, 'spec', errors),
  [TYPES.deployments.key]: checkDeployment,
  [TYPES.replicaSets.key]: checkWorkload,
  [TYPES.daemonSets.key]: checkWorkload,
  [TYPES.statefulSets.key]: checkStatefulSet,
  [TYPES.jobs.key]: checkJob,
  [TYPES.cronJobs.key]: checkCronJob,
  [TYPES.services.key]: checkService,
  [TYPES.ingresses.key]: checkIngress,
  [TYPES.secrets.key]: checkSecret,
  [TYPES.configMaps.key]: checkConfigMap,
  [TYPES.claims.key]: checkClaim,
  [TYPES.autoscalers.key]: checkAutoscaler,
  [TYPES.disruptionBudgets.key]: checkDisruptionBudget,
};

/** Go clients write these kinds' required lists as null. */
const LENIENT = new Set<string>([
  TYPES.endpointSlices.key,
  TYPES.events.key,
  TYPES.nodes.key,
]);

/** Refuses an object that its kind's rules do not allow. @throws ApiError 422 with a cause per field */
export function validate(type: ResourceType, object: KubeObject) {
  const errors = new FieldErrors();
  checkMetadata(type, object, errors);
  const check = checks[type.key] as
    | ((object: KubeObject, errors: FieldErrors) => void)
    | undefined;
  check?.(object, errors);
  if (errors.empty && type.schema && !LENIENT.has(type.key)) {
    missingFields(object as unknown as JsonObject, type.schema).forEach(field =>
      errors.required(field),
    );
  }
  errors.throwFor(type, object.metadata.name);
}
