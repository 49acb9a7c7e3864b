import { isActive, isReady, Pod } from '../objects/pod';
import { PodDisruptionBudget } from '../objects/workloads';
import { TYPES } from '../schema/builtin';
import { selects } from '../store/selectors';
import { Change } from '../store/store';
import {
  Controller,
  ControllerContext,
  ownKey,
  scaledValue,
  withCondition,
} from './controller';
import { Key } from './queue';

/** Counts how many pods each PodDisruptionBudget can spare. */
export class DisruptionController extends Controller {
  constructor(context: ControllerContext) {
    super('disruption-controller', context);
  }

  keys(change: Change): Key[] {
    const own = ownKey(change, TYPES.disruptionBudgets);
    if (change.resource.key !== TYPES.pods.key) return own;
    const { namespace, labels } = change.object.metadata;
    return this.store
      .list<PodDisruptionBudget>(TYPES.disruptionBudgets, namespace)
      .filter(({ spec }) => selects(spec.selector)(labels))
      .map(budget => budget.metadata);
  }

  reconcile({ namespace, name }: Key) {
    const budget = this.store.get<PodDisruptionBudget>(
      TYPES.disruptionBudgets,
      namespace,
      name,
    );
    if (!budget) return;
    const { selector, minAvailable, maxUnavailable } = budget.spec;
    const chosen = selects(selector);
    const pods = this.store
      .list<Pod>(TYPES.pods, namespace)
      .filter(pod => chosen(pod.metadata.labels) && isActive(pod));
    const healthy = pods.filter(isReady).length;
    const needed =
      minAvailable === undefined
        ? pods.length - scaledValue(maxUnavailable, pods.length, 'up')
        : scaledValue(minAvailable, pods.length, 'up');
    const spare = pods.length ? Math.max(0, healthy - needed) : 0;
    this.setStatus(TYPES.disruptionBudgets, budget, {
      observedGeneration: budget.metadata.generation,
      disruptionsAllowed: spare,
      currentHealthy: healthy,
      desiredHealthy: Math.max(0, needed),
      expectedPods: pods.length,
      conditions: withCondition(
        budget.status?.conditions,
        'DisruptionAllowed',
        spare ? 'True' : 'False',
        spare ? 'SufficientPods' : 'InsufficientPods',
        '',
      ),
    });
  }
}
