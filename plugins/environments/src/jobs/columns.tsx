import { Cell, CellText, ColumnConfig, Text } from '@backstage/ui';
import type { BackgroundJobRecord } from '@moorline/api/client';
import { RelativeTime, StateBadge } from '../common';
import { JobActions } from './JobActions';
import styles from './Jobs.module.css';
import { describeJob } from './describeJob';

type Job = BackgroundJobRecord;

/** The columns of the list of jobs. */
export function jobColumns(
  environmentHref: (name: string) => string,
): ColumnConfig<Job>[] {
  return [
    {
      id: 'job',
      label: 'Job',
      isRowHeader: true,
      defaultWidth: '1.4fr',
      minWidth: 180,
      cell: job => (
        <CellText
          title={describeJob(job)}
          description={job.environment}
          href={job.environment && environmentHref(job.environment)}
        />
      ),
    },
    {
      id: 'state',
      label: 'State',
      defaultWidth: '2fr',
      minWidth: 200,
      cell: job => (
        <Cell>
          <div className={styles.state}>
            <JobState job={job} />
            {job.error && (
              <Text variant="body-small" color="secondary">
                {job.error}
              </Text>
            )}
          </div>
        </Cell>
      ),
    },
    {
      id: 'queued',
      label: 'Asked for',
      defaultWidth: '0.8fr',
      minWidth: 110,
      cell: ({ queuedAt }) => (
        <Cell>
          <RelativeTime at={queuedAt} />
        </Cell>
      ),
    },
    {
      id: 'actions',
      label: 'Actions',
      defaultWidth: '1fr',
      minWidth: 190,
      cell: job => (
        <Cell>{job.state === 'parked' && <JobActions job={job} />}</Cell>
      ),
    },
  ];
}

function JobState({ job }: { job: Job }) {
  switch (job.state) {
    case 'parked':
      return (
        <StateBadge state="failed" label={`Failed ${job.attempts} times`} />
      );
    case 'running':
      return <StateBadge state="running" />;
    default:
      return (
        <span className={styles.waiting}>
          <StateBadge state="queued" label={waitingLabel(job)} />
          {job.runAt && <RelativeTime at={job.runAt} />}
        </span>
      );
  }
}

function waitingLabel({ state, attempts }: Job): string {
  if (state === 'scheduled') return 'Waiting for its time';
  return attempts > 0 ? 'Waiting to try again' : 'Waiting';
}
