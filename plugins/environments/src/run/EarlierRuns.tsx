import type { RunRecord } from '@moorline/api/client';
import { Link as RouterLink } from 'react-router-dom';
import { Duration, RelativeTime, StateBadge } from '../common';
import { PlanCounts } from './PlanCounts';
import styles from './Run.module.css';

/** Every run of the environment, one click away. */
export function EarlierRuns(props: {
  runs: RunRecord[];
  selected: string;
  hrefOf: (run: RunRecord) => string;
}) {
  return (
    <ul className={styles.runs} aria-label="Runs">
      {props.runs.map(run => (
        <li key={run.id}>
          <RouterLink
            to={props.hrefOf(run)}
            className={styles.runRow}
            aria-current={run.id === props.selected || undefined}
          >
            <strong>#{run.number}</strong>
            <StateBadge
              state={run.state}
              label={run.failure ? `Failed in ${run.failure.stage}` : undefined}
            />
            <span>{run.plan && <PlanCounts plan={run.plan} />}</span>
            <span className={styles.took}>
              <Duration from={run.startedAt} to={run.finishedAt} />
            </span>
            <span className={styles.took}>
              <RelativeTime at={run.queuedAt} />
            </span>
          </RouterLink>
        </li>
      ))}
    </ul>
  );
}
