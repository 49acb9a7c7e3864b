import type { JobRecord } from '@moorline/api/client';
import { Link as RouterLink } from 'react-router-dom';
import { Duration, StateBadge } from '../common';
import styles from './Run.module.css';

/** The steps of a job; the one whose log is open is marked. */
export function StepList(props: {
  job: JobRecord;
  selected: number;
  hrefOf: (step: number) => string;
}) {
  return (
    <ol className={styles.steps} aria-label="Steps">
      {props.job.steps.map((step, index) => (
        <li key={index}>
          <RouterLink
            to={props.hrefOf(index)}
            className={styles.step}
            data-state={step.state}
            aria-current={index === props.selected || undefined}
          >
            <StateBadge state={step.state} iconOnly />
            <span className={styles.stepName}>{step.name}</span>
            <span className={styles.took}>
              <Duration from={step.startedAt} to={step.finishedAt} />
            </span>
          </RouterLink>
        </li>
      ))}
    </ol>
  );
}
