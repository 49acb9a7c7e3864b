import {
  getEntityRelations,
  useAsyncEntity,
  useEntityRefLink,
} from '@backstage/plugin-catalog-react';
import type { EntityHeaderLayoutProps } from '@backstage/plugin-catalog-react/alpha';
import { configApiRef, useApi } from '@backstage/frontend-plugin-api';
import { Header, HeaderMetadataUsers, Link, Skeleton } from '@backstage/ui';
import { REGIONS, SIZES, TIER_PRESETS } from '@moorline/environment-model';
import { QueryProvider, useEnvironment } from '../api';
import { CopyText, StateBadge, stateLabel, useLinks } from '../common';
import styles from './Overview.module.css';
import { environmentName } from './filter';

/** The order in which our tabs are read; others follow as they come. */
const ORDER = ['overview', 'run', 'workloads', 'kubernetes'];

/** The head of an environment's page: its name, what it is, where it answers, and its state. */
export function EnvironmentHeader(props: EntityHeaderLayoutProps) {
  const { entity } = useAsyncEntity();
  if (!entity) return <Header title="" />;
  return (
    <QueryProvider>
      <HeaderOf {...props} name={environmentName(entity)} />
    </QueryProvider>
  );
}

/** Where a service answers: a link where configuration says what it is. */
function Host({ host }: { host: string }) {
  const pattern = useApi(configApiRef).getOptionalString('moorline.serviceUrl');
  if (!pattern) return <CopyText short={host} full={host} what="host name" />;
  return (
    <Link href={pattern.replace('{host}', host)} target="_blank">
      {host}
    </Link>
  );
}

function HeaderOf(props: EntityHeaderLayoutProps & { name: string }) {
  const { name, tabs, activeTabId } = props;
  const { entity } = useAsyncEntity();
  const entityLink = useEntityRefLink();
  const links = useLinks();
  const { data } = useEnvironment(name);
  const owners = getEntityRelations(entity, 'ownedBy').map(ref => ({
    name: ref.name,
    href: entityLink(ref),
  }));
  const hosts = data?.spec.services.map(({ host }) => host) ?? [];

  const rank = (label: string) => {
    const index = ORDER.indexOf(label.toLowerCase());
    return index < 0 ? ORDER.length : index;
  };
  // The catalog offers Docs to every entity; an environment without docs would lead to an error there.
  const hasDocs = Boolean(
    entity?.metadata.annotations?.['backstage.io/techdocs-ref'],
  );
  const ordered = tabs
    .filter(({ label }) => hasDocs || label !== 'TechDocs')
    .sort((a, b) => rank(a.label) - rank(b.label));
  const spec = data?.spec;
  return (
    <Header
      title={name}
      tags={[{ label: 'Environments', href: links.list }]}
      tabs={ordered}
      activeTabId={activeTabId}
      metadata={[
        {
          label: 'State',
          value: data ? (
            <StateBadge state={data.state} label={stateLabel(data)} />
          ) : (
            <Skeleton width={90} height={20} />
          ),
        },
        ...(spec
          ? [
              { label: 'Tier', value: TIER_PRESETS[spec.tier].label },
              { label: 'Region', value: REGIONS[spec.region].label },
              { label: 'Size', value: SIZES[spec.size].label },
            ]
          : []),
        ...(owners.length
          ? [{ label: 'Owner', value: <HeaderMetadataUsers users={owners} /> }]
          : []),
        ...(hosts.length
          ? [
              {
                label: hosts.length === 1 ? 'Host' : 'Hosts',
                value: (
                  <span className={styles.hosts}>
                    {hosts.map(host => (
                      <Host key={host} host={host} />
                    ))}
                  </span>
                ),
              },
            ]
          : []),
      ]}
    />
  );
}
