import { Link, Skeleton, Text } from '@backstage/ui';
import type { RunRecord } from '@moorline/api/client';
import { RelativeTime, StateBadge } from '../common';
import { PlanCounts, StageStrip } from '../run';
import styles from './Overview.module.css';
import { Panel } from './Panel';

/** The last run in one picture: its stages, how long each took, and what Terraform planned. */
export function RunCard(props: {
  name: string;
  run: RunRecord | undefined;
  href: string;
}) {
  const { run, href } = props;
  return (
    <Panel
      title={run ? `Run #${run.number}` : 'Run'}
      aside={run && <StateBadge state={run.state} />}
    >
      {run ? (
        <>
          <StageStrip
            compact
            stages={run.stages}
            hrefOf={stage => `${href}?stage=${encodeURIComponent(stage.name)}`}
          />
          {run.problem && (
            <Text as="p" variant="body-small" color="warning">
              Not up to date: {run.problem.message}
            </Text>
          )}
          <div className={styles.foot}>
            {run.plan ? <PlanCounts plan={run.plan} /> : <span />}
            <Text variant="body-small" color="secondary">
              {run.finishedAt ? 'ended ' : 'queued '}
              <RelativeTime at={run.finishedAt ?? run.queuedAt} />
              {' · '}
              <Link href={href} variant="body-small">
                Steps and logs
              </Link>
            </Text>
          </div>
        </>
      ) : (
        <Skeleton width="100%" height={92} />
      )}
    </Panel>
  );
}
