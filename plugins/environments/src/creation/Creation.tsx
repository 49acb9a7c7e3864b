import { useState } from 'react';
import { CreationProgress, FollowTask } from './CreationProgress';

/**
 * Follows the task that creates an environment, through retries.
 *
 * @param props.onDone - told when the task has done all its steps
 */
export function Creation(props: { taskId: string; onDone?: JSX.Element }) {
  const [attempt, setAttempt] = useState(0);
  return (
    <FollowTask key={attempt} taskId={props.taskId}>
      {stream => {
        const done = stream.completed && !stream.error && !stream.cancelled;
        if (done && props.onDone) return props.onDone;
        return (
          <CreationProgress
            taskId={props.taskId}
            stream={stream}
            onRetried={() => setAttempt(value => value + 1)}
          />
        );
      }}
    </FollowTask>
  );
}
