import { podUsage } from '../api/metrics';
import { copy } from '../objects/json';
import {
  JsonObject,
  KubeObject,
  LabelSelector,
  timestamp,
} from '../objects/meta';
import { isActive, isReady, Pod } from '../objects/pod';
import { formatCpu, parseQuantity } from '../objects/quantity';
import { HorizontalPodAutoscaler, Metric } from '../objects/workloads';
import { TYPES } from '../schema/builtin';
import { selects } from '../store/selectors';
import { Change } from '../store/store';
import {
  Controller,
  ControllerContext,
  ownKey,
  withCondition,
} from './controller';
import { Key } from './queue';

const EVERY_MS = 15_000;
const TOLERANCE = 0.1;

interface Scalable extends KubeObject {
  spec: { replicas: number; selector: LabelSelector };
  status?: { replicas?: number };
}

interface Reading {
  current?: object;
  /** How much more than wanted is used: 1 is as wanted. */
  ratio?: number;
}

function requested(pod: Pod, resource: string): number {
  return pod.spec.containers.reduce(
    (sum, { resources }) =>
      sum + (parseQuantity(resources?.requests?.[resource]) ?? 0),
    0,
  );
}

function read({ type, resource }: Metric, pods: Pod[]): Reading {
  if (type !== 'Resource' || !resource || !pods.length) return {};
  const { name, target } = resource;
  if (name !== 'cpu' && name !== 'memory') return {};
  const used = pods.reduce((sum, pod) => sum + podUsage(pod)[name], 0);
  const average = used / pods.length;
  const averageValue =
    name === 'cpu' ? formatCpu(average) : String(Math.round(average));
  if (target.averageUtilization !== undefined) {
    const asked = pods.reduce((sum, pod) => sum + requested(pod, name), 0);
    if (!asked) return {};
    const averageUtilization = Math.round((used / asked) * 100);
    return {
      current: {
        type,
        resource: { name, current: { averageUtilization, averageValue } },
      },
      ratio: averageUtilization / target.averageUtilization,
    };
  }
  const wanted = parseQuantity(target.averageValue);
  if (!wanted) return {};
  return {
    current: { type, resource: { name, current: { averageValue } } },
    ratio: average / wanted,
  };
}

/** Follows the use of resources with the number of replicas. */
export class AutoscalerController extends Controller {
  constructor(context: ControllerContext) {
    super('horizontal-pod-autoscaler', context);
  }

  keys(change: Change): Key[] {
    return change.type === 'MODIFIED' &&
      change.object.metadata.generation === change.previous?.metadata.generation
      ? []
      : ownKey(change, TYPES.autoscalers);
  }

  reconcile({ namespace, name }: Key) {
    const autoscaler = this.store.get<HorizontalPodAutoscaler>(
      TYPES.autoscalers,
      namespace,
      name,
    );
    if (!autoscaler || autoscaler.metadata.deletionTimestamp) return;
    this.later(EVERY_MS, { namespace, name });
    const { scaleTargetRef } = autoscaler.spec;
    const type = this.context.registry.ofGroupKind(
      scaleTargetRef.apiVersion ?? 'apps/v1',
      scaleTargetRef.kind,
    );
    const target =
      type && this.store.get<Scalable>(type, namespace, scaleTargetRef.name);
    if (!type || !target) {
      this.noTarget(autoscaler);
      return;
    }
    const chosen = selects(target.spec.selector);
    const pods = this.store
      .list<Pod>(TYPES.pods, namespace)
      .filter(
        pod => chosen(pod.metadata.labels) && isActive(pod) && isReady(pod),
      );
    const readings = (autoscaler.spec.metrics ?? []).map(m => read(m, pods));
    const now = target.spec.replicas;
    const wanted = this.wanted(autoscaler, now, readings);
    if (wanted !== now) {
      const body = copy(target);
      body.spec.replicas = wanted;
      this.context.writer.update(type, target, body as unknown as JsonObject, {
        manager: 'kube-controller-manager',
      });
      const message = `New size: ${wanted}; reason: metrics are above or below target`;
      this.event(autoscaler, 'Normal', 'SuccessfulRescale', message);
    }
    this.writeStatus(autoscaler, target, wanted, readings);
  }

  private wanted(
    { spec }: HorizontalPodAutoscaler,
    now: number,
    readings: Reading[],
  ): number {
    if (now === 0) return 0;
    const proposals = readings.flatMap(({ ratio }) => {
      if (ratio === undefined) return [];
      return Math.abs(ratio - 1) <= TOLERANCE ? now : Math.ceil(now * ratio);
    });
    const wanted = proposals.length ? Math.max(...proposals) : now;
    return Math.min(spec.maxReplicas, Math.max(spec.minReplicas, wanted));
  }

  private noTarget(autoscaler: HorizontalPodAutoscaler) {
    const { kind, name } = autoscaler.spec.scaleTargetRef;
    const message = `the HPA controller was unable to get the target's current scale: ${kind.toLowerCase()}s "${name}" not found`;
    this.event(autoscaler, 'Warning', 'FailedGetScale', message);
    this.setStatus(TYPES.autoscalers, autoscaler, {
      ...autoscaler.status,
      currentReplicas: 0,
      desiredReplicas: 0,
      conditions: withCondition(
        autoscaler.status?.conditions,
        'AbleToScale',
        'False',
        'FailedGetScale',
        message,
      ),
    });
  }

  private writeStatus(
    autoscaler: HorizontalPodAutoscaler,
    target: Scalable,
    wanted: number,
    readings: Reading[],
  ) {
    const known = readings.some(reading => reading.ratio !== undefined);
    const scaled = wanted !== target.spec.replicas;
    let conditions = withCondition(
      autoscaler.status?.conditions,
      'AbleToScale',
      'True',
      scaled ? 'SucceededRescale' : 'ReadyForNewScale',
      scaled
        ? `the HPA controller was able to update the target scale to ${wanted}`
        : 'recommended size matches current size',
    );
    conditions = withCondition(
      conditions,
      'ScalingActive',
      known ? 'True' : 'False',
      known ? 'ValidMetricFound' : 'FailedGetResourceMetric',
      known
        ? 'the HPA was able to successfully calculate a replica count from resource metrics'
        : 'the HPA was unable to compute the replica count: no metrics of ready pods with requests',
    );
    conditions = withCondition(
      conditions,
      'ScalingLimited',
      'False',
      'DesiredWithinRange',
      'the desired count is within the acceptable range',
    );
    const currentMetrics = readings.flatMap(({ current }) => current ?? []);
    this.setStatus(TYPES.autoscalers, autoscaler, {
      ...autoscaler.status,
      lastScaleTime: scaled ? timestamp() : autoscaler.status?.lastScaleTime,
      currentReplicas: target.status?.replicas ?? 0,
      desiredReplicas: wanted,
      currentMetrics: currentMetrics.length ? currentMetrics : null,
      conditions,
    });
  }
}
