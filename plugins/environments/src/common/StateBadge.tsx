import type {
  EnvironmentState,
  RunState,
  StageState,
} from '@moorline/environment-model';
import {
  RiAlertFill,
  RiCheckboxCircleFill,
  RiCircleLine,
  RiCloseCircleFill,
  RiForbidLine,
  RiIndeterminateCircleLine,
  RiLoader4Line,
  RiTimeLine,
  RemixiconComponentType,
} from '@remixicon/react';
import styles from './StateBadge.module.css';

/** How a workload in the cluster is. */
export type HealthState = 'healthy' | 'starting' | 'unhealthy';

/** Every state that a page shows. */
export type AnyState = EnvironmentState | RunState | StageState | HealthState;

type Tone = 'neutral' | 'info' | 'success' | 'warning' | 'danger';

interface Look {
  word: string;
  tone: Tone;
  icon: RemixiconComponentType;
  moves?: boolean;
}

const waiting = (word: string): Look => ({
  word,
  tone: 'neutral',
  icon: RiTimeLine,
});
const moving = (word: string): Look => ({
  word,
  tone: 'info',
  icon: RiLoader4Line,
  moves: true,
});
const good = (word: string): Look => ({
  word,
  tone: 'success',
  icon: RiCheckboxCircleFill,
});

const LOOKS: Record<AnyState, Look> = {
  requested: waiting('Requested'),
  provisioning: moving('Provisioning'),
  ready: good('Ready'),
  failed: { word: 'Failed', tone: 'danger', icon: RiCloseCircleFill },
  retiring: moving('Retiring'),
  retired: { word: 'Retired', tone: 'neutral', icon: RiForbidLine },
  queued: waiting('Queued'),
  running: moving('Running'),
  succeeded: good('Succeeded'),
  canceled: { word: 'Canceled', tone: 'neutral', icon: RiForbidLine },
  pending: { word: 'Not started', tone: 'neutral', icon: RiCircleLine },
  skipped: {
    word: 'Skipped',
    tone: 'neutral',
    icon: RiIndeterminateCircleLine,
  },
  healthy: good('Healthy'),
  starting: moving('Starting'),
  unhealthy: { word: 'Unhealthy', tone: 'warning', icon: RiAlertFill },
};

/** The word for a state, for sentences and announcements. */
export function stateWord(state: AnyState): string {
  return LOOKS[state].word;
}

/**
 * A state as an icon, a word and a colour: the same on every page.
 *
 * @param props.label - a fuller word, such as "Failed in Deploy"
 * @param props.iconOnly - leave the word to screen readers, where a row of them would shout
 * @param props.size - of the icon, in pixels
 */
export function StateBadge(props: {
  state: AnyState;
  label?: string;
  iconOnly?: boolean;
  size?: number;
}) {
  const { word, tone, icon: Icon, moves } = LOOKS[props.state];
  const label = props.label ?? word;
  return (
    <span
      className={styles.badge}
      data-tone={tone}
      data-state={props.state}
      title={props.iconOnly ? label : undefined}
    >
      <Icon
        size={props.size ?? 16}
        className={moves ? styles.moving : styles.icon}
        aria-hidden
      />
      <span className={props.iconOnly ? styles.unseen : styles.word}>
        {label}
      </span>
    </span>
  );
}
