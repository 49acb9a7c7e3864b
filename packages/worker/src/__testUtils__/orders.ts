import { Context, Database, createCaller } from '@moorline/api';
import type { EnvironmentSpec } from '@moorline/environment-model';

/** The API as a test calls it. */
export function callerOf(
  db: Database,
  change: Partial<Context> = {},
): ReturnType<typeof createCaller> {
  return createCaller({
    db,
    actor: { ref: 'user:default/ada', groups: [] },
    directory: { ownerExists: async () => true },
    ...change,
  });
}

/** A valid specification of an environment with this name. */
export const specOf = (name: string): EnvironmentSpec => ({
  name,
  tier: 'dev',
  owner: 'group:default/team-orders',
  region: 'westeurope',
  size: 'small',
  database: 'statefulset',
  services: [
    {
      name: 'api',
      image: 'ghcr.io/moorline/trpc-api:0.1.0',
      replicas: 1,
      host: `api.${name}.moorline.localhost`,
    },
  ],
});

/** Makes the environment `orders-dev`. */
export function createOrders(db: Database) {
  const spec = specOf('orders-dev');
  return callerOf(db).environments.create({ key: 'create', spec });
}

/** Records that a build of its pipeline was queued. */
export function recordBuild(db: Database, buildId: number) {
  return callerOf(db).runs.record({
    key: `run-${buildId}`,
    environment: 'orders-dev',
    azureDevOps: { buildId, pipelineId: 7, url: 'https://example.org/41' },
  });
}
