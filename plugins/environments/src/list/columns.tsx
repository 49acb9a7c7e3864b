import { Cell, CellText, ColumnConfig, Link, Text } from '@backstage/ui';
import type { EnvironmentRecord } from '@moorline/api/client';
import {
  DATABASE_KINDS,
  REGIONS,
  TIER_PRESETS,
} from '@moorline/environment-model';
import {
  RelativeTime,
  StateBadge,
  ownerName,
  parseImage,
  stateLabel,
} from '../common';
import styles from './List.module.css';

type Environment = EnvironmentRecord;

/** Where a row and its parts lead. */
export interface RowLinks {
  home: (environment: Environment) => string;
  run: (environment: Environment) => string;
}

/** The columns of the list. */
export function environmentColumns(
  links: RowLinks,
): ColumnConfig<Environment>[] {
  return [
    {
      id: 'name',
      label: 'Name',
      isRowHeader: true,
      isSortable: true,
      defaultWidth: '1.4fr',
      minWidth: 150,
      cell: environment => (
        <CellText
          title={environment.name}
          description={REGIONS[environment.spec.region].label}
          href={links.home(environment)}
        />
      ),
    },
    {
      id: 'tier',
      label: 'Tier',
      isSortable: true,
      defaultWidth: '0.8fr',
      minWidth: 110,
      cell: ({ spec }) => <CellText title={TIER_PRESETS[spec.tier].label} />,
    },
    {
      id: 'state',
      label: 'State',
      isSortable: true,
      defaultWidth: '1.5fr',
      minWidth: 180,
      cell: environment => (
        <Cell>
          <StateCell environment={environment} href={links.run(environment)} />
        </Cell>
      ),
    },
    {
      id: 'releases',
      label: 'Releases',
      defaultWidth: '1.6fr',
      minWidth: 160,
      cell: ({ spec }) => (
        <Cell>
          <ul className={styles.releases}>
            {spec.services.map(({ name, image }) => (
              <li key={name} title={image}>
                {name} <code>{parseImage(image).version}</code>
              </li>
            ))}
            <li title={DATABASE_KINDS[spec.database].label}>postgres</li>
          </ul>
        </Cell>
      ),
    },
    {
      id: 'owner',
      label: 'Owner',
      isSortable: true,
      defaultWidth: '1fr',
      minWidth: 110,
      cell: ({ spec }) => <CellText title={ownerName(spec.owner)} />,
    },
    {
      id: 'run',
      label: 'Last run',
      isSortable: true,
      defaultWidth: '1.1fr',
      minWidth: 150,
      cell: environment => (
        <Cell>
          <RunCell environment={environment} href={links.run(environment)} />
        </Cell>
      ),
    },
  ];
}

function StateCell(props: { environment: Environment; href: string }) {
  const { environment, href } = props;
  const label = stateLabel(environment);
  const badge = <StateBadge state={environment.state} label={label} />;
  if (environment.state !== 'failed') return badge;
  const reason =
    environment.lastRun?.failure?.message ?? environment.stateReason;
  return (
    <div className={styles.state}>
      <Link href={href} standalone>
        {badge}
      </Link>
      {reason && (
        <Text variant="body-small" color="secondary" truncate title={reason}>
          {reason}
        </Text>
      )}
    </div>
  );
}

function RunCell(props: { environment: Environment; href: string }) {
  const run = props.environment.lastRun;
  if (!run) {
    return (
      <Text variant="body-medium" color="secondary">
        none yet
      </Text>
    );
  }
  return (
    <span className={styles.run}>
      <Link href={props.href}>#{run.number}</Link>
      <StateBadge state={run.state} iconOnly />
      <RelativeTime at={run.finishedAt ?? run.startedAt ?? run.queuedAt} />
    </span>
  );
}

const BY: Record<string, (environment: Environment) => string> = {
  name: ({ name }) => name,
  tier: ({ spec }) => spec.tier,
  state: ({ state }) => state,
  owner: ({ spec }) => spec.owner,
  run: ({ lastRun }) => lastRun?.queuedAt ?? '',
};

/** The environments in the order of a column; unknown columns leave them as they are. */
export function sortEnvironments(
  environments: Environment[],
  column: string,
  descending: boolean,
): Environment[] {
  const key = BY[column];
  if (!key) return environments;
  const sign = descending ? -1 : 1;
  return [...environments].sort(
    (a, b) =>
      sign * key(a).localeCompare(key(b)) || a.name.localeCompare(b.name),
  );
}
