import { useEntity } from '@backstage/plugin-catalog-react';
import { Alert, ButtonLink, Skeleton, Text } from '@backstage/ui';
import type { RunRecord } from '@moorline/api/client';
import { RiExternalLinkLine } from '@remixicon/react';
import { isFinished } from '@moorline/environment-model';
import type { ReactNode } from 'react';
import { useSearchParams } from 'react-router-dom';
import { QueryProvider, useRuns } from '../api';
import {
  Announce,
  Duration,
  Problem,
  RelativeTime,
  StateBadge,
  failedStage,
  stateWord,
} from '../common';
import { environmentName } from '../entity';
import { EarlierRuns } from './EarlierRuns';
import { LogView } from './LogView';
import { PlanCounts } from './PlanCounts';
import { RunAgain } from './RunAgain';
import styles from './Run.module.css';
import { StageStrip } from './StageStrip';
import { StepList } from './StepList';
import { select } from './selection';

/** The Run tab: stages from left to right, the chosen job's steps, and the chosen step's log. */
export function RunTab() {
  const { entity } = useEntity();
  return (
    <QueryProvider>
      <Runs name={environmentName(entity)} />
    </QueryProvider>
  );
}

function Runs({ name }: { name: string }) {
  const { data, error, refetch } = useRuns(name);
  const [params, setParams] = useSearchParams();
  if (error && !data) {
    return (
      <Problem error={error} doing="load the runs" onRetry={() => refetch()} />
    );
  }
  if (!data) return <Skeleton width="100%" height={420} />;
  const run =
    data.find(({ number }) => String(number) === params.get('run')) ?? data[0];
  if (!run) {
    return (
      <Alert
        status="info"
        icon
        title="No run yet"
        description="The first run is queued when the environment's files are committed. The Overview shows how far that is."
      />
    );
  }
  return (
    <div className={styles.tab}>
      <RunDetail
        run={run}
        params={params}
        again={
          run === data[0] &&
          isFinished(run.state) && (
            // What follows is the newest run, with nothing of this one chosen.
            <RunAgain run={run} onStarted={() => setParams({})} />
          )
        }
      />
      {data.length > 1 && (
        <section aria-label="Runs before">
          <Text as="h3" variant="body-large" weight="bold">
            All runs
          </Text>
          <EarlierRuns
            runs={data}
            selected={run.id}
            hrefOf={({ number }) => `?run=${number}`}
          />
        </section>
      )}
    </div>
  );
}

function RunDetail(props: {
  run: RunRecord;
  params: URLSearchParams;
  /** The way to a new run, where there is one. */
  again: ReactNode;
}) {
  const { run, params, again } = props;
  const { stage, job, step } = select(run, params);
  const place = job && step ? job.steps.indexOf(step) : -1;
  const href = (more: Record<string, string>) =>
    `?${new URLSearchParams({ run: String(run.number), ...more })}`;
  const inJob: Record<string, string> =
    stage && job ? { stage: stage.name, job: job.name } : {};
  return (
    <>
      <Announce>
        {`Run ${run.number}: ${stateWord(run.state)}${
          stage ? `, ${stage.label}: ${stateWord(stage.state)}` : ''
        }`}
      </Announce>
      <div className={styles.head}>
        <Text as="h2" variant="title-x-small" weight="bold">
          Run #{run.number}
        </Text>
        <StateBadge state={run.state} />
        {run.plan && <PlanCounts plan={run.plan} />}
        <Text variant="body-small" color="secondary">
          queued <RelativeTime at={run.queuedAt} />
          {run.startedAt && (
            <>
              {', '}
              {run.finishedAt ? 'took ' : 'running for '}
              <Duration from={run.startedAt} to={run.finishedAt} />
            </>
          )}
        </Text>
        <ButtonLink
          size="small"
          variant="tertiary"
          href={run.url}
          iconEnd={<RiExternalLinkLine />}
          className={styles.out}
        >
          Azure DevOps
        </ButtonLink>
      </div>
      {run.problem && (
        <Alert
          status="warning"
          icon
          title="What is shown may be old"
          description={
            <>
              {run.problem.message} Since{' '}
              <RelativeTime at={run.problem.since} />. The run itself goes on;
              this page follows as soon as it can.
            </>
          }
        />
      )}
      <StageStrip
        stages={run.stages}
        selected={stage?.name}
        hrefOf={({ name }) => href({ stage: name })}
      />
      {!run.failure && again}
      {run.failure && (
        <Alert
          status="danger"
          icon
          customActions={again}
          title={`${run.failure.step} failed in ${failedStage(run)}`}
          description={
            <>
              <span className={styles.message}>{run.failure.message}</span>
              <br />
              What was made before this step is kept. Put the cause right in the
              environments repository, then resume: Terraform goes on from what
              is there.
            </>
          }
        />
      )}
      {stage && stage.jobs.length > 1 && (
        <nav className={styles.jobs} aria-label={`Jobs of ${stage.label}`}>
          {stage.jobs.map(({ name, state }) => (
            <ButtonLink
              key={name}
              size="small"
              variant={name === job?.name ? 'primary' : 'secondary'}
              href={href({ stage: stage.name, job: name })}
              iconStart={<StateBadge state={state} iconOnly size={14} />}
            >
              {name}
            </ButtonLink>
          ))}
        </nav>
      )}
      {job && job.steps.length > 0 ? (
        <div className={styles.detail}>
          <StepList
            job={job}
            selected={place}
            hrefOf={index => href({ ...inJob, step: String(index) })}
          />
          {step && (
            <LogView
              key={`${run.id}/${step.logId}`}
              run={run}
              step={step}
              search={href({ ...inJob, step: String(place) })}
            />
          )}
        </div>
      ) : (
        stage && (
          <Text as="p" variant="body-medium" color="secondary">
            {stage.state === 'pending'
              ? `${stage.label} has not started.`
              : `${stage.label} has no steps yet.`}
          </Text>
        )
      )}
    </>
  );
}
