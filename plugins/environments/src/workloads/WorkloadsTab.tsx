import { useEntity } from '@backstage/plugin-catalog-react';
import { Alert, Skeleton, Text } from '@backstage/ui';
import {
  Announce,
  CopyText,
  RelativeTime,
  StateBadge,
  parseImage,
  stateWord,
} from '../common';
import styles from './Workloads.module.css';
import type { Release, Workload } from './releases';
import { useReleases } from './useReleases';

/** The Workloads tab: by release, whether it is ready, which image it runs, and why it is unhealthy. */
export function WorkloadsTab() {
  const { entity } = useEntity();
  const { releases, seenAt, isLoading, error } = useReleases(entity);
  return (
    <div className={styles.tab}>
      <Announce>
        {releases
          ?.map(({ name, health }) => `${name}: ${stateWord(health)}`)
          .join('. ')}
      </Announce>
      {error && (
        <Alert
          status="warning"
          icon
          title="The cluster cannot be read now"
          description={
            <>
              {error}{' '}
              {seenAt
                ? 'What is shown was seen '
                : 'The workloads themselves are not affected; this page tries again by itself.'}
              {seenAt && <RelativeTime at={new Date(seenAt).toISOString()} />}
              {seenAt && '.'}
            </>
          }
        />
      )}
      {!releases && isLoading && <Skeleton width="100%" height={220} />}
      {releases?.length === 0 && !error && (
        <Alert
          status="info"
          icon
          title="Nothing is installed yet"
          description="Releases appear here when the run reaches its Deploy stage."
        />
      )}
      {releases?.map(release => (
        <ReleaseCard key={release.name} release={release} />
      ))}
    </div>
  );
}

function ReleaseCard({ release }: { release: Release }) {
  return (
    <section className={styles.release} aria-label={`Release ${release.name}`}>
      <header>
        <Text as="h3" variant="body-large" weight="bold">
          {release.name}
        </Text>
        <span className={styles.ready}>
          {release.ready}/{release.wanted} ready
        </span>
        <StateBadge state={release.health} />
      </header>
      {release.workloads.map(workload => (
        <WorkloadRow
          key={`${workload.kind}/${workload.name}`}
          workload={workload}
        />
      ))}
    </section>
  );
}

function WorkloadRow({ workload }: { workload: Workload }) {
  const { image, diagnosis, pods } = workload;
  const parts = image ? parseImage(image) : undefined;
  return (
    <div className={styles.workload}>
      <dl className={styles.facts}>
        <div>
          <dt>{workload.kind}</dt>
          <dd>{workload.name}</dd>
        </div>
        <div>
          <dt>Ready</dt>
          <dd>
            {workload.ready} of {workload.wanted}
          </dd>
        </div>
        <div>
          <dt>Image</dt>
          <dd>
            {image && parts ? (
              <CopyText
                short={`${parts.name}${parts.pinned ? '@' : ':'}${
                  parts.version
                }`}
                full={image}
                what="image"
              />
            ) : (
              'none'
            )}
          </dd>
        </div>
        <div>
          <dt>Restarts</dt>
          <dd>{workload.restarts}</dd>
        </div>
        <div>
          <dt>Created</dt>
          <dd>
            {workload.createdAt ? (
              <RelativeTime at={workload.createdAt} />
            ) : (
              'unknown'
            )}
          </dd>
        </div>
      </dl>
      {diagnosis && (
        <Alert
          status="warning"
          icon
          title={diagnosis.what}
          description={diagnosis.advice}
        />
      )}
      {pods.length > 0 && (
        <details className={styles.details}>
          <summary>
            {pods.length} {pods.length === 1 ? 'pod' : 'pods'}
          </summary>
          <table className={styles.pods}>
            <thead>
              <tr>
                <th scope="col">Pod</th>
                <th scope="col">Phase</th>
                <th scope="col">Ready</th>
                <th scope="col">Restarts</th>
                <th scope="col">Node</th>
                <th scope="col">Started</th>
              </tr>
            </thead>
            <tbody>
              {pods.map(pod => (
                <tr key={pod.name}>
                  <td>
                    <code>{pod.name}</code>
                  </td>
                  <td>{pod.phase}</td>
                  <td>{pod.ready ? 'yes' : 'no'}</td>
                  <td>{pod.restarts}</td>
                  <td>{pod.node ?? 'none yet'}</td>
                  <td>
                    {pod.startedAt ? (
                      <RelativeTime at={pod.startedAt} />
                    ) : (
                      'not yet'
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
    </div>
  );
}
