import {
  ANNOTATION_LOCATION,
  ANNOTATION_ORIGIN_LOCATION,
  ResourceEntityV1alpha1,
} from '@backstage/catalog-model';
import type { EnvironmentRecord } from '@moorline/api/client';
import {
  REGIONS,
  TIER_PRESETS,
  clusterName,
  namespaceName,
} from '@moorline/environment-model';
import {
  ENVIRONMENT_ANNOTATION,
  ENVIRONMENT_ENTITY_TYPE,
  ENVIRONMENT_STATE_LABEL,
  ENVIRONMENT_TIER_LABEL,
  environmentLabelSelector,
} from '@moorline/plugin-environments-common';

/** The catalog's picture of an environment: whose it is, where it answers, and where its workloads are found. */
export function environmentEntity(
  environment: EnvironmentRecord,
): ResourceEntityV1alpha1 {
  const { name, state, spec, lastRun } = environment;
  const location = `moorline:${name}`;
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Resource',
    metadata: {
      name,
      description: `${TIER_PRESETS[spec.tier].label} environment in ${
        REGIONS[spec.region].label
      }`,
      labels: {
        [ENVIRONMENT_STATE_LABEL]: state,
        [ENVIRONMENT_TIER_LABEL]: spec.tier,
      },
      annotations: {
        [ANNOTATION_LOCATION]: location,
        [ANNOTATION_ORIGIN_LOCATION]: location,
        [ENVIRONMENT_ANNOTATION]: name,
        'backstage.io/kubernetes-namespace': namespaceName(name),
        'backstage.io/kubernetes-cluster': clusterName(name),
        'backstage.io/kubernetes-label-selector':
          environmentLabelSelector(name),
      },
      tags: [spec.tier],
      links: [
        ...spec.services.map(service => ({
          title: service.name,
          url: `https://${service.host}`,
        })),
        ...(lastRun
          ? [{ title: `Run #${lastRun.number}`, url: lastRun.url }]
          : []),
      ],
    },
    spec: { type: ENVIRONMENT_ENTITY_TYPE, owner: spec.owner },
  };
}
