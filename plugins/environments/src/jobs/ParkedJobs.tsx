import { Alert } from '@backstage/ui';
import { RelativeTime } from '../common';
import { JobActions } from './JobActions';
import { describeJob } from './describeJob';
import { useJobs } from './useJobs';

/** What was to be done in an environment and failed too often. Most often nothing: then nothing is shown. */
export function ParkedJobs({ environment }: { environment: string }) {
  const { data = [] } = useJobs({ environment, state: 'parked' });
  return (
    <>
      {data.map(job => (
        <Alert
          key={job.id}
          status="danger"
          icon
          title={`Failed ${job.attempts} times: ${describeJob(job)}`}
          description={
            <>
              {job.error} It was asked for <RelativeTime at={job.queuedAt} />.
              Put the cause right, then retry.
            </>
          }
          customActions={<JobActions job={job} />}
        />
      ))}
    </>
  );
}
