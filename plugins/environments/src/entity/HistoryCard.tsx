import { Skeleton, Text } from '@backstage/ui';
import type { EventRecord } from '@moorline/api/client';
import { useState } from 'react';
import { useHistory } from '../api';
import { Problem, RelativeTime, ownerName } from '../common';
import styles from './Overview.module.css';
import { Panel } from './Panel';

const FEW = 8;

/** The worker, of whom nobody needs to read that it did what it always does. */
const WORKER = 'service:moorline-worker';

const TONES: Partial<Record<EventRecord['kind'], string>> = {
  'environment.ready': 'good',
  'environment.failed': 'bad',
  'environment.drift': 'bad',
};

/** What happened, newest first. */
export function HistoryCard(props: { name: string; busy: boolean }) {
  const { data, error, refetch } = useHistory(props.name, props.busy);
  const [all, setAll] = useState(false);
  const events = data && (all ? data : data.slice(0, FEW));
  return (
    <Panel title="What happened">
      {Boolean(error) && !data && (
        <Problem
          error={error}
          doing="load what happened"
          onRetry={() => refetch()}
        />
      )}
      {!data && !error && <Skeleton width="100%" height={120} />}
      {events && (
        <ol className={styles.events} aria-label="Events">
          {events.map(({ id, at, message, actor, kind }) => (
            <li key={id} data-tone={TONES[kind]}>
              <span className={styles.when}>
                <RelativeTime at={at} />
              </span>
              <span>
                {message}
                {actor && actor !== WORKER && (
                  <span className={styles.actor}> by {ownerName(actor)}</span>
                )}
              </span>
            </li>
          ))}
        </ol>
      )}
      {data && data.length > FEW && (
        <button
          type="button"
          className={styles.more}
          onClick={() => setAll(value => !value)}
        >
          <Text variant="body-small">
            {all ? 'Show less' : `Show all ${data.length}`}
          </Text>
        </button>
      )}
    </Panel>
  );
}
