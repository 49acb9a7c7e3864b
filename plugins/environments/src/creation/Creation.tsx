import { ReactNode, useState } from 'react';
import { CreationProgress, FollowTask } from './CreationProgress';

/**
 * Follows the task that creates an environment, through retries.
 *
 * @param props.whenDone - stands below the steps when all are done
 */
export function Creation(props: { taskId: string; whenDone?: ReactNode }) {
  const [attempt, setAttempt] = useState(0);
  return (
    <FollowTask key={attempt} taskId={props.taskId}>
      {stream => (
        <CreationProgress
          taskId={props.taskId}
          stream={stream}
          whenDone={props.whenDone}
          onRetried={() => setAttempt(value => value + 1)}
        />
      )}
    </FollowTask>
  );
}
