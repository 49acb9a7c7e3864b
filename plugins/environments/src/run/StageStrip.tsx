import type { StageRecord } from '@moorline/api/client';
import { RiArrowRightLine } from '@remixicon/react';
import { Fragment } from 'react';
import { Link as RouterLink } from 'react-router-dom';
import { Duration, StateBadge } from '../common';
import styles from './Run.module.css';

/**
 * The stages of a run from left to right, with state and duration.
 *
 * @param props.hrefOf - where a stage leads
 * @param props.selected - the name of the stage that is open below
 */
export function StageStrip(props: {
  stages: StageRecord[];
  hrefOf: (stage: StageRecord) => string;
  selected?: string;
  /** For a card: all stages in one row. */
  compact?: boolean;
}) {
  if (props.stages.length === 0) {
    return (
      <p className={styles.none}>
        Waiting for an agent; the stages appear when it has read the pipeline.
      </p>
    );
  }
  return (
    <ol
      className={styles.strip}
      data-compact={props.compact || undefined}
      aria-label="Stages"
    >
      {props.stages.map((stage, index) => (
        <Fragment key={stage.name}>
          {index > 0 && (
            <li className={styles.arrow} role="presentation" aria-hidden>
              <RiArrowRightLine size={16} />
            </li>
          )}
          <li>
            <RouterLink
              to={props.hrefOf(stage)}
              className={styles.stage}
              data-state={stage.state}
              aria-current={stage.name === props.selected || undefined}
            >
              <span className={styles.stageName}>{stage.label}</span>
              <StateBadge state={stage.state} iconOnly />
              <span className={styles.took}>
                {stage.startedAt ? (
                  <Duration from={stage.startedAt} to={stage.finishedAt} />
                ) : (
                  ' '
                )}
              </span>
            </RouterLink>
          </li>
        </Fragment>
      ))}
    </ol>
  );
}
