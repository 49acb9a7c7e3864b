import { FieldErrors } from '../api/fieldErrors';
import { KubeObject } from '../objects/meta';
import { TYPES } from '../schema/builtin';
import { ResourceType } from '../schema/resourceType';
import {
  dnsLabel,
  dnsSubdomain,
  labelValue,
  NameRule,
  pathSegment,
  qualifiedName,
  serviceName,
} from './names';

const RULES: Record<string, NameRule> = {
  [TYPES.namespaces.key]: dnsLabel,
  [TYPES.services.key]: serviceName,
  'rbac.authorization.k8s.io/roles': pathSegment,
  'rbac.authorization.k8s.io/rolebindings': pathSegment,
  'rbac.authorization.k8s.io/clusterroles': pathSegment,
  'rbac.authorization.k8s.io/clusterrolebindings': pathSegment,
};

/** Labels as a map under a field: their keys and values. */
export function checkLabels(
  labels: Record<string, string> | undefined,
  field: string,
  errors: FieldErrors,
) {
  for (const [key, value] of Object.entries(labels ?? {})) {
    const badKey = qualifiedName(key);
    if (badKey) errors.invalid(field, key, badKey);
    const badValue = labelValue(String(value));
    if (badValue) errors.invalid(field, value, badValue);
  }
}

const MAX_ANNOTATIONS = 256 * 1024;

export function checkMetadata(
  type: ResourceType,
  { metadata }: KubeObject,
  errors: FieldErrors,
) {
  if (!metadata.name) {
    errors.required('metadata.name', 'name or generateName is required');
  } else {
    const wrong = (RULES[type.key] ?? dnsSubdomain)(metadata.name);
    if (wrong) errors.invalid('metadata.name', metadata.name, wrong);
  }
  checkLabels(metadata.labels, 'metadata.labels', errors);
  let size = 0;
  for (const [key, value] of Object.entries(metadata.annotations ?? {})) {
    const wrong = qualifiedName(key.toLowerCase());
    if (wrong) errors.invalid('metadata.annotations', key, wrong);
    size += key.length + String(value).length;
  }
  if (size > MAX_ANNOTATIONS) {
    errors.invalid(
      'metadata.annotations',
      '',
      `must have at most ${MAX_ANNOTATIONS} bytes`,
    );
  }
  metadata.ownerReferences?.forEach((owner, i) => {
    const field = `metadata.ownerReferences[${i}]`;
    for (const key of ['apiVersion', 'kind', 'name', 'uid'] as const) {
      if (!owner[key])
        errors.invalid(`${field}.${key}`, '', 'must not be empty');
    }
  });
}
