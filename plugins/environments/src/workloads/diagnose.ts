import type { PodFetchResponse } from '@backstage/plugin-kubernetes-common';

type Pod = PodFetchResponse['resources'][number];

/** Why pods are not ready, in a sentence, and what to try. */
export interface Diagnosis {
  what: string;
  advice: string;
}

/** Looks for a reason among pods that are not ready. Undefined: they may simply need more time. */
export function diagnose(pods: Pod[]): Diagnosis | undefined {
  for (const pod of pods) {
    const found = podProblem(pod);
    if (found) return found;
  }
  return undefined;
}

function podProblem(pod: Pod): Diagnosis | undefined {
  const containers = [
    ...(pod.status?.initContainerStatuses ?? []),
    ...(pod.status?.containerStatuses ?? []),
  ];
  for (const { name, image, state, lastState, restartCount } of containers) {
    const waiting = state?.waiting?.reason;
    const died = lastState?.terminated ?? state?.terminated;
    if (waiting === 'ImagePullBackOff' || waiting === 'ErrImagePull') {
      return {
        what: `Image not found: ${image}.`,
        advice:
          'Was it pushed to this registry under this tag, and may the cluster read the registry?',
      };
    }
    if (waiting === 'InvalidImageName') {
      return {
        what: `${image} is not the name of an image.`,
        advice: 'Give it as registry/repository:tag.',
      };
    }
    if (
      waiting === 'CreateContainerConfigError' ||
      waiting === 'CreateContainerError'
    ) {
      return {
        what: `Container ${name} cannot be created: ${
          state?.waiting?.message ?? 'its configuration is not complete'
        }.`,
        advice: 'A ConfigMap or Secret that it names may be missing.',
      };
    }
    if (died?.reason === 'OOMKilled') {
      return {
        what: `Container ${name} was stopped because it used more memory than its limit.`,
        advice: 'Raise its memory limit, or find what holds the memory.',
      };
    }
    if (waiting === 'CrashLoopBackOff') {
      return {
        what: `Container ${name} ends again and again${
          died?.exitCode === undefined ? '' : ` with code ${died.exitCode}`
        } (${restartCount} restarts).`,
        advice: 'Its log, in the Kubernetes tab, says why it ends.',
      };
    }
  }
  const unscheduled = pod.status?.conditions?.find(
    ({ type, status, reason }) =>
      type === 'PodScheduled' &&
      status === 'False' &&
      reason === 'Unschedulable',
  );
  if (unscheduled) {
    return {
      what: `No node has room: ${unscheduled.message ?? 'unschedulable'}`,
      advice:
        'The autoscaler may be adding a node; otherwise ask for less or choose a larger size.',
    };
  }
  return undefined;
}
