import { Flex, SearchField, Select } from '@backstage/ui';
import {
  ENVIRONMENT_STATES,
  EnvironmentState,
  TIERS,
  TIER_PRESETS,
  Tier,
} from '@moorline/environment-model';
import type { ReactNode } from 'react';
import { stateWord } from '../common';
import type { ListFilters } from './filters';
import styles from './List.module.css';

const ALL = 'all';

const tierOptions = [
  { value: ALL, label: 'All tiers' },
  ...TIERS.map(tier => ({ value: tier, label: TIER_PRESETS[tier].label })),
];
const stateOptions = [
  { value: ALL, label: 'All states' },
  ...ENVIRONMENT_STATES.map(state => ({
    value: state,
    label: stateWord(state),
  })),
];
const ownerOptions = [
  { value: ALL, label: 'All owners' },
  { value: 'mine', label: 'My teams' },
];

/** Search and filters above the list. */
export function ListToolbar(props: {
  filters: ListFilters;
  onChange: (filters: ListFilters) => void;
  /** What can be done, at the right end. */
  children?: ReactNode;
}) {
  const { filters, onChange } = props;
  const choice = (key: unknown) => (key === ALL ? undefined : String(key));
  return (
    <Flex gap="3" align="end" className={styles.toolbar}>
      <SearchField
        aria-label="Search environments"
        placeholder="Search name, owner, host"
        size="small"
        className={styles.search}
        value={filters.search}
        onChange={search => onChange({ ...filters, search })}
      />
      <Select
        aria-label="Tier"
        size="small"
        className={styles.filter}
        options={tierOptions}
        value={filters.tier ?? ALL}
        onChange={key =>
          onChange({ ...filters, tier: choice(key) as Tier | undefined })
        }
      />
      <Select
        aria-label="State"
        size="small"
        className={styles.filter}
        options={stateOptions}
        value={filters.state ?? ALL}
        onChange={key =>
          onChange({
            ...filters,
            state: choice(key) as EnvironmentState | undefined,
          })
        }
      />
      <Select
        aria-label="Owner"
        size="small"
        className={styles.filter}
        options={ownerOptions}
        value={filters.mine ? 'mine' : ALL}
        onChange={key => onChange({ ...filters, mine: key === 'mine' })}
      />
      <span className={styles.actions}>{props.children}</span>
    </Flex>
  );
}
