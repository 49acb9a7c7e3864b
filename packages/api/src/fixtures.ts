/** What the tests of this package begin with. */
import type { EnvironmentSpec } from '@moorline/environment-model';
import type { Actor, Context } from './context';
import type { Database } from './database/database';
import { createCaller } from './router';

export const OWNER = 'group:default/team-orders';
export const ACTOR: Actor = { ref: 'user:default/ada', groups: [OWNER] };

/** A valid specification of an environment with this name. */
export function specOf(
  name: string,
  change: Partial<EnvironmentSpec> = {},
): EnvironmentSpec {
  return {
    name,
    tier: 'dev',
    owner: OWNER,
    region: 'westeurope',
    size: 'small',
    database: 'statefulset',
    services: [
      {
        name: 'api',
        image: 'ghcr.io/moorline/trpc-api:0.1.0',
        replicas: 2,
        host: `api.${name}.moorline.localhost`,
      },
    ],
    ...change,
  };
}

/** The procedures, called as ADA, in a catalog that knows one owner. */
export function callerOf(db: Database, change: Partial<Context> = {}) {
  return createCaller({
    db,
    actor: ACTOR,
    directory: { ownerExists: async ref => ref === OWNER },
    ...change,
  });
}
