import { mergeRanges } from './cidr';
import { hasManagedDatabase } from './database';
import type { PlacedEnvironmentSpec } from './environmentSpec';
import type { EnvironmentOptions } from './options';
import { workloadsOf } from './workloads';

/** Who administers an environment in Azure, and hears of its alerts. */
export interface Team {
  /** Object id of a group in Microsoft Entra ID. */
  groupObjectId: string;
  /** The group's display name there: the managed database knows it by this. */
  groupName: string;
  email: string;
}

/** What the stack must know beside the specification. */
export interface Surroundings {
  team: Team;
  /** Ranges of all other environments, in any order. */
  takenAddressRanges: readonly string[];
}

/** The variable of the stack for each option of the specification that is one as it stands. */
const OPTION_VARIABLES: Record<
  Exclude<keyof EnvironmentOptions, 'apiManagement'>,
  string
> = {
  zones: 'zones',
  managedDatabase: 'managed_database_enabled',
  edge: 'edge_enabled',
  monthlyBudget: 'monthly_budget',
  webSourceRanges: 'web_source_ranges',
  deleteLock: 'delete_lock_enabled',
  freeSubscription: 'free_subscription',
};

const typedEntries = <T extends object>(object: T) =>
  Object.entries(object) as [keyof T, unknown][];

/**
 * The variables of the Terraform stack `infra/stacks/environment`, by their names there; what is left to the tier is left
 * out.
 */
export function terraformVariables(
  spec: PlacedEnvironmentSpec,
  { team, takenAddressRanges }: Surroundings,
) {
  const { apiManagement, ...options } = spec.options ?? {};
  const workloads = workloadsOf(spec);
  return {
    name: spec.name,
    tier: spec.tier,
    owner: spec.owner,
    location: spec.region,
    size: spec.size,
    address_range: spec.addressRange,
    taken_address_ranges: mergeRanges(takenAddressRanges),
    team: {
      group_object_id: team.groupObjectId,
      group_name: team.groupName,
      email: team.email,
    },
    ...Object.fromEntries(
      typedEntries(options)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => [OPTION_VARIABLES[name], value]),
    ),
    ...(apiManagement && { api_management: {} }),
    ...(hasManagedDatabase(spec) && { managed_database_enabled: true }),
    ...(Object.keys(workloads).length > 0 && { workloads }),
  };
}

/** See {@link terraformVariables}. */
export type TerraformVariables = ReturnType<typeof terraformVariables>;
