import type { EnvironmentRecord } from '@moorline/api/client';
import {
  ENVIRONMENT_STATES,
  EnvironmentState,
  TIERS,
  Tier,
} from '@moorline/environment-model';

/** What narrows the list. Kept in the address, so that a link reopens the same view. */
export interface ListFilters {
  search: string;
  tier?: Tier;
  state?: EnvironmentState;
  /** Only what belongs to the person looking. */
  mine: boolean;
}

const known = <T extends string>(values: readonly T[], value: string | null) =>
  values.find(candidate => candidate === value);

/** Reads the filters from an address; what is not understood is left out. */
export function readFilters(params: URLSearchParams): ListFilters {
  return {
    search: params.get('search') ?? '',
    tier: known(TIERS, params.get('tier')),
    state: known(ENVIRONMENT_STATES, params.get('state')),
    mine: params.get('owner') === 'mine',
  };
}

/** Writes the filters into an address, leaving out those that narrow nothing. */
export function writeFilters(filters: ListFilters): URLSearchParams {
  const params = new URLSearchParams();
  if (filters.search) params.set('search', filters.search);
  if (filters.tier) params.set('tier', filters.tier);
  if (filters.state) params.set('state', filters.state);
  if (filters.mine) params.set('owner', 'mine');
  return params;
}

/** Whether anything is left out by the filters. */
export function isFiltered(filters: ListFilters): boolean {
  return writeFilters(filters).size > 0;
}

/**
 * The environments that pass the filters, in the order given. The search looks at
 * name, owner, hosts and images.
 *
 * @param owners - the refs that count as the person's own
 */
export function applyFilters(
  environments: EnvironmentRecord[],
  filters: ListFilters,
  owners: string[],
): EnvironmentRecord[] {
  const words = filters.search.toLowerCase().split(/\s+/).filter(Boolean);
  return environments.filter(({ name, state, spec }) => {
    if (filters.tier && spec.tier !== filters.tier) return false;
    if (filters.state && state !== filters.state) return false;
    if (filters.mine && !owners.includes(spec.owner.toLowerCase())) {
      return false;
    }
    const text = [
      name,
      spec.owner,
      spec.region,
      ...spec.services.flatMap(({ host, image }) => [host, image]),
    ]
      .join(' ')
      .toLowerCase();
    return words.every(word => text.includes(word));
  });
}
