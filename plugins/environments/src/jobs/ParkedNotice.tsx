import { Alert, ButtonLink } from '@backstage/ui';
import { useLinks } from '../common';
import { useJobs } from './useJobs';

/** On the list of environments: that there are jobs which wait for a person. */
export function ParkedNotice() {
  const { data } = useJobs({ state: 'parked' });
  const links = useLinks();
  if (!data?.length) return null;
  return (
    <Alert
      status="warning"
      icon
      title={
        data.length === 1
          ? '1 job failed too often'
          : `${data.length} jobs failed too often`
      }
      description="Nobody tries again before somebody looks: retry, or discard what is no longer wanted."
      customActions={
        <ButtonLink size="small" variant="secondary" href={links.jobs}>
          Show
        </ButtonLink>
      }
    />
  );
}
