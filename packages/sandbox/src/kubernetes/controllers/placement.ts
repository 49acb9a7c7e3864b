import { NodeObject } from '../objects/cluster';
import { NodeSelectorTerm, PodSpec, Toleration } from '../objects/pod';
import { parseQuantity } from '../objects/quantity';

type Taint = NonNullable<NodeObject['spec']['taints']>[number];

function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (!toleration.key) return toleration.operator === 'Exists';
  if (toleration.key !== taint.key) return false;
  return (
    toleration.operator === 'Exists' ||
    (toleration.value ?? '') === (taint.value ?? '')
  );
}

function meets(
  {
    key,
    operator,
    values = [],
  }: { key: string; operator: string; values?: string[] },
  labels: Record<string, string>,
): boolean {
  const value = labels[key];
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return Number(value) > Number(values[0]);
    case 'Lt':
      return Number(value) < Number(values[0]);
    default:
      return false;
  }
}

function matchesAffinity(spec: PodSpec, node: NodeObject): boolean {
  const labels = node.metadata.labels ?? {};
  const selector = Object.entries(spec.nodeSelector ?? {});
  if (!selector.every(([key, value]) => labels[key] === value)) return false;
  const terms =
    spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
      ?.nodeSelectorTerms;
  if (!terms) return true;
  const fields = { 'metadata.name': node.metadata.name };
  return terms.some(
    (term: NodeSelectorTerm) =>
      (term.matchExpressions ?? []).every(e => meets(e, labels)) &&
      (term.matchFields ?? []).every(e => meets(e, fields)),
  );
}

/** Why a pod may not go to a node whatever its room, in the scheduler's words; undefined when it may. */
export function fitsNode(spec: PodSpec, node: NodeObject): string | undefined {
  const tolerations = spec.tolerations ?? [];
  const taint = (node.spec.taints ?? []).find(
    candidate =>
      candidate.effect !== 'PreferNoSchedule' &&
      !tolerations.some(toleration => tolerates(toleration, candidate)),
  );
  const cordoned = {
    key: 'node.kubernetes.io/unschedulable',
    effect: 'NoSchedule',
  };
  if (
    node.spec.unschedulable &&
    !tolerations.some(toleration => tolerates(toleration, cordoned))
  ) {
    return 'node(s) were unschedulable';
  }
  if (taint) {
    return `node(s) had untolerated taint(s)`;
  }
  return matchesAffinity(spec, node)
    ? undefined
    : "node(s) didn't match Pod's node affinity/selector";
}

/** What a pod asks for: the larger of its containers together and any init container. */
export function requestsOf(spec: PodSpec): Record<string, number> {
  const total: Record<string, number> = { pods: 1 };
  for (const { resources } of spec.containers) {
    for (const [name, value] of Object.entries(resources?.requests ?? {})) {
      total[name] = (total[name] ?? 0) + (parseQuantity(value) ?? 0);
    }
  }
  for (const { resources } of spec.initContainers ?? []) {
    for (const [name, value] of Object.entries(resources?.requests ?? {})) {
      total[name] = Math.max(total[name] ?? 0, parseQuantity(value) ?? 0);
    }
  }
  return total;
}
