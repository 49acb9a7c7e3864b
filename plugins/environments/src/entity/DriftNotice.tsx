import { Alert } from '@backstage/ui';
import type { DriftedResource, EnvironmentRecord } from '@moorline/api/client';
import { RelativeTime } from '../common';
import { RunAgain } from '../run';
import styles from './Overview.module.css';

/** How many resources are shown at once. */
const FEW = 10;

/** That other hands changed in Azure what the environment is made of, what, and how to have it as it was again. */
export function DriftNotice({
  environment,
}: {
  environment: EnvironmentRecord;
}) {
  const { drift, lastRun, state } = environment;
  if (!drift?.resources.length || state !== 'ready') return null;
  const { resources, checkedAt } = drift;
  const more = resources.length - FEW;
  return (
    <Alert
      status="warning"
      icon
      title={
        resources.length === 1
          ? '1 resource was changed by other hands'
          : `${resources.length} resources were changed by other hands`
      }
      description={
        <>
          <ul className={styles.drift} aria-label="Drift">
            {resources.slice(0, FEW).map(resource => (
              <li key={resource.address}>
                <code>{resource.address}</code> {describe(resource)}
              </li>
            ))}
          </ul>
          {more > 0 && `And ${more} more. `}
          Seen <RelativeTime at={checkedAt} />. A run brings all of it back to
          what was applied; to keep a change, write it into the environment's
          repository first.
        </>
      }
      customActions={lastRun && <RunAgain run={lastRun} />}
    />
  );
}

function describe({ action, attributes }: DriftedResource): string {
  return attributes.length > 0 ? `${action}: ${attributes.join(', ')}` : action;
}
