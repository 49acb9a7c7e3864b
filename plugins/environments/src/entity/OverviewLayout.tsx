import { useEntity } from '@backstage/plugin-catalog-react';
import type { EntityContentLayoutProps } from '@backstage/plugin-catalog-react/alpha';
import {
  Accordion,
  AccordionPanel,
  AccordionTrigger,
  Alert,
  ButtonLink,
} from '@backstage/ui';
import { Fragment } from 'react';
import { QueryProvider, isNotFound, useEnvironment } from '../api';
import { Announce, Problem, stateLabel, stateWord, useLinks } from '../common';
import { Creation, useCreationTask } from '../creation';
import { ParkedJobs } from '../jobs';
import { RunAgain } from '../run';
import { CostCard } from './CostCard';
import { DriftNotice } from './DriftNotice';
import { HistoryCard } from './HistoryCard';
import { NowCard } from './NowCard';
import styles from './Overview.module.css';
import { RunCard } from './RunCard';
import { environmentName } from './filter';

/** The Overview of an environment: what is, what runs and what happened; the catalog's own cards below. */
export function OverviewLayout({ cards }: EntityContentLayoutProps) {
  const { entity } = useEntity();
  return (
    <QueryProvider>
      <div className={styles.overview}>
        <Overview name={environmentName(entity)} />
        {cards.length > 0 && (
          <Accordion>
            <AccordionTrigger title="In the catalog" />
            <AccordionPanel>
              <div className={styles.catalog}>
                {cards.map(({ element }, index) => (
                  <Fragment key={element.key ?? index}>{element}</Fragment>
                ))}
              </div>
            </AccordionPanel>
          </Accordion>
        )}
      </div>
    </QueryProvider>
  );
}

function Overview({ name }: { name: string }) {
  const { data, error, refetch } = useEnvironment(name);
  const links = useLinks();
  if (error && isNotFound(error)) {
    return (
      <Alert
        status="warning"
        icon
        title={`The record has no environment ${name}`}
        description="The catalog still lists it. It disappears from the catalog at its next refresh."
      />
    );
  }
  // Without a run the creation below tells what failed, and has the way on.
  const failure = data?.state === 'failed' && data.lastRun;
  return (
    <>
      <Announce>
        {data && `${name}: ${stateLabel(data) ?? stateWord(data.state)}`}
      </Announce>
      {Boolean(error) && (
        <Problem
          error={error}
          doing={`load ${name}`}
          onRetry={() => refetch()}
        />
      )}
      <ParkedJobs environment={name} />
      {data && <DriftNotice environment={data} />}
      {failure && (
        <Alert
          status="danger"
          icon
          title={stateLabel(data) ?? 'Failed'}
          description={
            <>
              <span className={styles.message}>
                {failure.failure?.message ?? data.stateReason}
              </span>
              <br />
              What was made before this step is kept, and nothing else was
              touched. Put the cause right, then resume: it goes on from there.
            </>
          }
          customActions={
            <>
              <ButtonLink
                size="small"
                variant="secondary"
                href={links.environment(name, 'run')}
              >
                Open the failed step
              </ButtonLink>
              <RunAgain run={failure} />
            </>
          }
        />
      )}
      {data && !data.lastRun ? (
        <BeforeFirstRun name={name} reason={data.stateReason} />
      ) : (
        <div className={styles.cards}>
          <NowCard environment={data} />
          <RunCard
            name={name}
            run={data?.lastRun}
            href={links.environment(name, 'run')}
          />
        </div>
      )}
      <CostCard name={name} />
      <HistoryCard name={name} busy={!data || data.state !== 'ready'} />
    </>
  );
}

/** Before the first run is queued the page is the task's progress. */
function BeforeFirstRun(props: { name: string; reason: string | undefined }) {
  const { taskId, isPending } = useCreationTask(props.name);
  if (isPending) return null;
  if (taskId) return <Creation taskId={taskId} />;
  return props.reason ? (
    <Alert
      status="danger"
      icon
      title="Its creation stopped before the first run"
      description={`${props.reason} What was made is kept. Whoever requested it can try again here, from where it stopped.`}
    />
  ) : (
    <Alert
      status="info"
      icon
      title="Requested; no run is queued yet"
      description="Whoever requested it sees the progress of its creation here."
    />
  );
}
