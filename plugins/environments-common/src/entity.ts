/** The `spec.type` of the catalog's resources that are environments. */
export const ENVIRONMENT_ENTITY_TYPE = 'environment';

/** Annotation and label with an environment's name: on its catalog entity, and on every Kubernetes object of it. */
export const ENVIRONMENT_ANNOTATION = 'moorline.dev/environment';

/** Label of the catalog entity with the environment's state. */
export const ENVIRONMENT_STATE_LABEL = 'moorline.dev/state';

/** Label of the catalog entity with the environment's tier. */
export const ENVIRONMENT_TIER_LABEL = 'moorline.dev/tier';

/** The catalog entity of an environment. */
export const environmentEntityRef = (name: string) =>
  `resource:default/${name}`;

/** Selects the Kubernetes objects of an environment. */
export const environmentLabelSelector = (name: string) =>
  `${ENVIRONMENT_ANNOTATION}=${name}`;
