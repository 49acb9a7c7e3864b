import { useApi, useRouteRef } from '@backstage/frontend-plugin-api';
import {
  TaskStream,
  scaffolderApiRef,
  useTaskEventStream,
} from '@backstage/plugin-scaffolder-react';
import type { JsonObject } from '@backstage/types';
import {
  Alert,
  Button,
  ButtonLink,
  Flex,
  Link,
  Skeleton,
  Text,
} from '@backstage/ui';
import { ReactNode, useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { Announce, AnyState, Duration, StateBadge, useLinks } from '../common';
import { taskRouteRef } from '../routes';
import { saveDraft } from '../wizard/useDraft';
import styles from './Creation.module.css';

type Step = TaskStream['steps'][string];

const LOOK: Record<Step['status'], AnyState> = {
  open: 'pending',
  processing: 'running',
  completed: 'succeeded',
  failed: 'failed',
  cancelled: 'canceled',
  skipped: 'skipped',
};

/**
 * What the scaffolder's task is doing for an environment, step by step. When a step
 * fails: what happened, what is safe, and a way to go on from there.
 */
export function CreationProgress(props: {
  taskId: string;
  stream: TaskStream;
  onRetried: () => void;
  /** What stands below the steps when all are done. */
  whenDone?: ReactNode;
}) {
  const { taskId, stream } = props;
  const taskPage = useRouteRef(taskRouteRef)?.({ taskId });
  const steps = stream.task?.spec.steps ?? [];
  const failed = steps.find(({ id }) => stream.steps[id]?.status === 'failed');
  const running = steps.find(
    ({ id }) => stream.steps[id]?.status === 'processing',
  );
  const done = stream.completed && !stream.error && !stream.cancelled;
  return (
    <section className={styles.progress} aria-label="Creating">
      <Announce>
        {failed ? `${failed.name} failed` : running && `${running.name} runs`}
      </Announce>
      <Text as="p" variant="body-medium" color="secondary">
        Writing the environment's files and queueing its first run. This page
        becomes the environment's own when that is done.
      </Text>
      {steps.length === 0 && !stream.error && (
        <Flex direction="column" gap="3">
          {[1, 2, 3, 4].map(row => (
            <Skeleton key={row} width="60%" height={22} />
          ))}
        </Flex>
      )}
      <ol className={styles.steps}>
        {steps.map(step => {
          const { status, startedAt, endedAt } = stream.steps[step.id] ?? {
            status: 'open' as const,
          };
          return (
            <li key={step.id} data-status={status}>
              <StateBadge state={LOOK[status]} iconOnly size={18} />
              <span>{step.name}</span>
              <span className={styles.took}>
                <Duration from={startedAt} to={endedAt} />
              </span>
            </li>
          );
        })}
      </ol>
      {(failed || stream.error) && (
        <Failure
          title={failed ? `"${failed.name}" failed` : 'The task stopped'}
          message={
            stream.error?.message ?? lastLine(stream.stepLogs[failed!.id])
          }
          nothingMade={failed !== undefined && failed === steps[0]}
          entered={stream.task?.spec.parameters}
          taskId={taskId}
          taskPage={taskPage}
          onRetried={props.onRetried}
        />
      )}
      {stream.cancelled && !failed && (
        <Failure
          title="The task was cancelled"
          message="Somebody stopped it before it was done."
          taskId={taskId}
          taskPage={taskPage}
          onRetried={props.onRetried}
        />
      )}
      {done && props.whenDone}
      {!failed && !stream.error && !done && taskPage && (
        <Text as="p" variant="body-small" color="secondary">
          You can leave this page: it goes on without you.{' '}
          <Link href={taskPage} variant="body-small">
            The task's own page
          </Link>{' '}
          has its whole log.
        </Text>
      )}
    </section>
  );
}

function Failure(props: {
  title: string;
  message: string | undefined;
  /** The first step failed: then what was entered can still be changed. */
  nothingMade?: boolean;
  /** What was entered in the form. */
  entered?: JsonObject;
  taskId: string;
  taskPage: string | undefined;
  onRetried: () => void;
}) {
  const scaffolder = useApi(scaffolderApiRef);
  const navigate = useNavigate();
  const links = useLinks();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string>();
  const retry = async () => {
    setBusy(true);
    setRefusal(undefined);
    try {
      await scaffolder.retry(props.taskId);
      props.onRetried();
    } catch (error) {
      setRefusal(`It could not be started again: ${(error as Error).message}`);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Alert
      status="danger"
      icon
      role="alert"
      title={props.title}
      description={
        <Flex direction="column" gap="2">
          <span className={styles.message}>
            {props.message ?? 'No reason was given.'}
          </span>
          <span>
            {props.nothingMade
              ? 'Nothing was made. Change what was entered, or put the cause right and try again.'
              : 'What the steps before it made is kept and safe. Put the cause right, then try again: it goes on from this step and makes nothing twice.'}
          </span>
          {refusal && <strong>{refusal}</strong>}
        </Flex>
      }
      customActions={
        <>
          {props.taskPage && (
            <ButtonLink size="small" variant="tertiary" href={props.taskPage}>
              Open the task
            </ButtonLink>
          )}
          {props.nothingMade && props.entered && (
            <Button
              size="small"
              variant="secondary"
              onPress={() => {
                saveDraft(props.entered!);
                navigate(links.create);
              }}
            >
              Change what was entered
            </Button>
          )}
          <Button
            size="small"
            variant="primary"
            isPending={busy}
            onPress={retry}
          >
            Try again
          </Button>
        </>
      }
    />
  );
}

/** A step's last line without the time that the stream puts before it. */
function lastLine(log: string[] | undefined): string | undefined {
  return log?.at(-1)?.replace(/^\S+ /, '');
}

/** Follows a task by its id. Mount it anew, by key, to follow it after a retry. */
export function FollowTask(props: {
  taskId: string;
  children: (stream: TaskStream) => JSX.Element | null;
}) {
  return props.children(useTaskEventStream(props.taskId));
}
