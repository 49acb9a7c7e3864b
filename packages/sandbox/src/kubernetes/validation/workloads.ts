import { FieldErrors } from '../api/fieldErrors';
import { LabelSelector } from '../objects/meta';
import { PodTemplate } from '../objects/pod';
import {
  CronJob,
  Deployment,
  HorizontalPodAutoscaler,
  IntOrString,
  Job,
  JobSpec,
  PodDisruptionBudget,
  StatefulSet,
} from '../objects/workloads';
import { selects } from '../store/selectors';
import { checkTemplate } from './pod';

interface WithTemplate {
  spec?: {
    replicas?: number;
    selector?: LabelSelector;
    template?: PodTemplate;
  };
}

const isEmpty = (selector: LabelSelector | undefined) =>
  !Object.keys(selector?.matchLabels ?? {}).length &&
  !selector?.matchExpressions?.length;

function notNegative(
  value: number | undefined,
  field: string,
  errors: FieldErrors,
) {
  if (value !== undefined && value < 0) {
    errors.invalid(field, value, 'must be greater than or equal to 0');
  }
}

function amount(
  value: IntOrString | undefined,
  field: string,
  errors: FieldErrors,
) {
  if (typeof value === 'string' && !/^\d+%$/.test(value)) {
    errors.invalid(
      field,
      value,
      "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
    );
  }
  if (typeof value === 'number') notNegative(value, field, errors);
}

/** What Deployments, ReplicaSets, StatefulSets and DaemonSets share: a template that the selector selects. */
export function checkWorkload(
  { spec }: WithTemplate,
  errors: FieldErrors,
  claims: string[] = [],
) {
  if (!spec) {
    errors.required('spec');
    return;
  }
  notNegative(spec.replicas, 'spec.replicas', errors);
  if (!spec.selector) errors.required('spec.selector');
  else if (isEmpty(spec.selector)) {
    errors.invalid(
      'spec.selector',
      spec.selector,
      'empty selector is invalid for deployment',
    );
  }
  const labels = spec.template?.metadata?.labels;
  if (spec.selector && !selects(spec.selector)(labels)) {
    errors.invalid(
      'spec.template.metadata.labels',
      labels ?? {},
      '`selector` does not match template `labels`',
    );
  }
  checkTemplate(spec.template, 'spec.template', errors, claims);
  const policy = spec.template?.spec?.restartPolicy;
  if (policy && policy !== 'Always') {
    errors.notSupported('spec.template.spec.restartPolicy', policy, ['Always']);
  }
}

export function checkDeployment(deployment: Deployment, errors: FieldErrors) {
  checkWorkload(deployment, errors);
  const { strategy } = deployment.spec ?? {};
  if (!strategy) return;
  const types = ['Recreate', 'RollingUpdate'];
  if (strategy.type && !types.includes(strategy.type)) {
    errors.notSupported('spec.strategy.type', strategy.type, types);
  }
  const rolling = strategy.rollingUpdate;
  if (strategy.type === 'Recreate' && rolling) {
    errors.forbidden(
      'spec.strategy.rollingUpdate',
      "may not be specified when strategy `type` is 'Recreate'",
    );
  } else if (rolling) {
    const field = 'spec.strategy.rollingUpdate';
    amount(rolling.maxSurge, `${field}.maxSurge`, errors);
    amount(rolling.maxUnavailable, `${field}.maxUnavailable`, errors);
    const zero = (value: IntOrString) => parseInt(String(value), 10) === 0;
    if (zero(rolling.maxSurge) && zero(rolling.maxUnavailable)) {
      errors.invalid(
        `${field}.maxUnavailable`,
        rolling.maxUnavailable,
        'may not be 0 when `maxSurge` is 0',
      );
    }
  }
}

export function checkStatefulSet(set: StatefulSet, errors: FieldErrors) {
  const claims = (set.spec?.volumeClaimTemplates ?? []).map(
    template => template.metadata?.name,
  );
  checkWorkload(set, errors, claims);
  const policies = ['OrderedReady', 'Parallel'];
  const policy = set.spec?.podManagementPolicy;
  if (policy && !policies.includes(policy)) {
    errors.notSupported('spec.podManagementPolicy', policy, policies);
  }
}

function checkJobSpec(
  spec: JobSpec | undefined,
  field: string,
  errors: FieldErrors,
) {
  if (!spec) {
    errors.required(field);
    return;
  }
  for (const key of [
    'parallelism',
    'completions',
    'backoffLimit',
    'activeDeadlineSeconds',
    'ttlSecondsAfterFinished',
  ] as const) {
    notNegative(spec[key], `${field}.${key}`, errors);
  }
  checkTemplate(spec.template, `${field}.template`, errors);
  const policy = spec.template?.spec?.restartPolicy;
  if (spec.template && policy !== 'OnFailure' && policy !== 'Never') {
    const where = `${field}.template.spec.restartPolicy`;
    if (!policy || policy === 'Always') {
      errors.required(where, 'valid values: "OnFailure", "Never"');
    } else {
      errors.notSupported(where, policy, ['OnFailure', 'Never']);
    }
  }
}

export function checkJob({ spec }: Job, errors: FieldErrors) {
  checkJobSpec(spec, 'spec', errors);
}

const isSchedule = (text: string) =>
  /^@(yearly|annually|monthly|weekly|daily|midnight|hourly|every \S+)$/.test(
    text,
  ) || text.trim().split(/\s+/).length === 5;

export function checkCronJob({ spec }: CronJob, errors: FieldErrors) {
  if (!spec?.schedule) errors.required('spec.schedule');
  else if (!isSchedule(spec.schedule)) {
    errors.invalid(
      'spec.schedule',
      spec.schedule,
      `expected exactly 5 fields, found ${
        spec.schedule.trim().split(/\s+/).length
      }: [${spec.schedule.trim()}]`,
    );
  }
  checkJobSpec(spec?.jobTemplate?.spec, 'spec.jobTemplate.spec', errors);
}

export function checkAutoscaler(
  { spec }: HorizontalPodAutoscaler,
  errors: FieldErrors,
) {
  if (!spec) {
    errors.required('spec');
    return;
  }
  if (!spec.scaleTargetRef?.kind) errors.required('spec.scaleTargetRef.kind');
  if (!spec.scaleTargetRef?.name) errors.required('spec.scaleTargetRef.name');
  if (!(spec.maxReplicas > 0)) {
    errors.invalid(
      'spec.maxReplicas',
      spec.maxReplicas ?? 0,
      'must be greater than 0',
    );
  } else if (spec.maxReplicas < spec.minReplicas) {
    errors.invalid(
      'spec.maxReplicas',
      spec.maxReplicas,
      'must be greater than or equal to `minReplicas`',
    );
  }
}

export function checkDisruptionBudget(
  { spec }: PodDisruptionBudget,
  errors: FieldErrors,
) {
  const { minAvailable, maxUnavailable } = spec ?? {};
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    errors.invalid(
      'spec',
      spec,
      'minAvailable and maxUnavailable cannot be both set',
    );
  }
  amount(minAvailable, 'spec.minAvailable', errors);
  amount(maxUnavailable, 'spec.maxUnavailable', errors);
}
