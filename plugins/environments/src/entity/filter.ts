import type { Entity } from '@backstage/catalog-model';

/** The annotation that says which environment an entity stands for. */
const ANNOTATION = 'moorline.dev/environment';

/** Whether a catalog entity is an environment. */
export function isEnvironment(entity: Entity): boolean {
  return (
    entity.kind.toLowerCase() === 'resource' &&
    entity.spec?.type === 'environment'
  );
}

/** The environment's name in the API. */
export function environmentName(entity: Entity): string {
  return entity.metadata.annotations?.[ANNOTATION] ?? entity.metadata.name;
}
