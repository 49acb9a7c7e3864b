import { isObject } from '../objects/json';
import { JsonObject, KubeObject } from '../objects/meta';
import { TYPES } from './builtin';
import { ResourceType } from './resourceType';

const CPU_SHARE = 'targetCPUUtilizationPercentage';

/** A version 1 autoscaler, which knows only the processor, as version 2 keeps it. */
function autoscalerToV2(body: JsonObject): JsonObject {
  if (!isObject(body.spec)) return body;
  const { [CPU_SHARE]: averageUtilization, ...spec } = body.spec;
  const metric = {
    type: 'Resource',
    resource: {
      name: 'cpu',
      target: { type: 'Utilization', averageUtilization },
    },
  };
  const metrics = averageUtilization === undefined ? undefined : [metric];
  return { ...body, spec: { ...spec, metrics } };
}

interface CpuMetric {
  resource?: {
    name: string;
    target?: { averageUtilization?: number };
    current?: { averageUtilization?: number };
  };
}

const ofCpu = (metrics: unknown) =>
  Array.isArray(metrics)
    ? (metrics as CpuMetric[]).find(({ resource }) => resource?.name === 'cpu')
    : undefined;

function autoscalerToV1(object: KubeObject): KubeObject {
  const { spec, status } = object as KubeObject & {
    spec: JsonObject;
    status?: JsonObject;
  };
  const { metrics, behavior: _, ...rest } = spec;
  const share = ofCpu(metrics)?.resource?.target?.averageUtilization;
  const used = ofCpu(status?.currentMetrics)?.resource?.current;
  return {
    ...object,
    spec: { ...rest, [CPU_SHARE]: share },
    status: status && {
      observedGeneration: status.observedGeneration,
      lastScaleTime: status.lastScaleTime,
      currentReplicas: status.currentReplicas ?? 0,
      desiredReplicas: status.desiredReplicas ?? 0,
      currentCPUUtilizationPercentage: used?.averageUtilization,
    },
  } as KubeObject;
}

/** The type in whose form a resource's objects are kept. */
export function storageType(type: ResourceType): ResourceType {
  return type.key === TYPES.autoscalers.key ? TYPES.autoscalers : type;
}

/** A body of some version, in the form that is kept. */
export function toStorage(type: ResourceType, body: JsonObject): JsonObject {
  const kept = storageType(type);
  if (kept.groupVersion === type.groupVersion) return body;
  return { ...autoscalerToV2(body), apiVersion: kept.groupVersion };
}

/** A kept object in the version that a client asks for: versions of custom resources differ in nothing but the name. */
export function inVersion(type: ResourceType, object: KubeObject): KubeObject {
  if (object.apiVersion === type.groupVersion) return object;
  const converted =
    type.key === TYPES.autoscalers.key ? autoscalerToV1(object) : object;
  return { ...converted, apiVersion: type.groupVersion };
}
