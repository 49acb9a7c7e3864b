import { useEntity } from '@backstage/plugin-catalog-react';
import { Skeleton, Text } from '@backstage/ui';
import type { EnvironmentRecord } from '@moorline/api/client';
import { StateBadge, parseImage } from '../common';
import { Release, useReleases } from '../workloads';
import styles from './Overview.module.css';
import { Panel } from './Panel';

/** Each release as it is in the cluster now, or as asked for while there is no cluster yet. */
export function NowCard(props: { environment: EnvironmentRecord | undefined }) {
  const { environment } = props;
  const { entity } = useEntity();
  const { releases, isLoading } = useReleases(entity);
  if (!environment || (isLoading && !releases)) {
    return (
      <Panel title="Now">
        <Skeleton width="100%" height={92} />
      </Panel>
    );
  }
  const names = [
    ...environment.spec.services.map(({ name }) => name),
    'postgres',
  ];
  const extra = (releases ?? [])
    .map(({ name }) => name)
    .filter(name => !names.includes(name));
  return (
    <Panel title="Now">
      <ul className={styles.now}>
        {[...names, ...extra].map(name => (
          <NowRow
            key={name}
            name={name}
            release={releases?.find(release => release.name === name)}
            image={
              environment.spec.services.find(service => service.name === name)
                ?.image
            }
          />
        ))}
      </ul>
    </Panel>
  );
}

function NowRow(props: {
  name: string;
  release: Release | undefined;
  image: string | undefined;
}) {
  const { name, release } = props;
  const image = release?.workloads[0]?.image ?? props.image;
  return (
    <li>
      <strong>{name}</strong>
      <span className={styles.ready}>
        {release ? `${release.ready}/${release.wanted}` : '–'}
      </span>
      <code title={image}>{image ? parseImage(image).version : ''}</code>
      {release ? (
        <StateBadge state={release.health} />
      ) : (
        <Text variant="body-medium" color="secondary">
          not there yet
        </Text>
      )}
      {release?.problem && (
        <Text variant="body-small" color="secondary" className={styles.problem}>
          {release.problem}
        </Text>
      )}
    </li>
  );
}
