// kubectl get pods --output json | node explain-pods.mjs: one error for each reason why pods are not well, in the words
// of Kubernetes, and what to try. Pods of one release that fail for one reason are one error.
import fs from 'node:fs';

const { items } = JSON.parse(fs.readFileSync(0, 'utf8'));

const ADVICE = {
  ImagePullBackOff: 'Was the image pushed, and is its name right?',
  ErrImagePull: 'Was the image pushed, and is its name right?',
  CrashLoopBackOff: 'Its log says why: kubectl logs --previous.',
  CreateContainerConfigError: 'A Secret or ConfigMap that it names is missing.',
  OOMKilled: 'It used more memory than its limit: raise resources.limits.',
  Unschedulable: 'No node has room: raise the largest number of nodes.',
};

/** Why a container is not well, if it is not. */
function containerTrouble({ name, ready, state = {}, lastState = {} }) {
  if (state.waiting && state.waiting.reason !== 'ContainerCreating') {
    const { reason, message } = state.waiting;
    const { terminated } = lastState;
    return terminated
      ? {
          reason: terminated.reason === 'OOMKilled' ? 'OOMKilled' : reason,
          message: `container ${name} ended with exit code ${terminated.exitCode}`,
        }
      : { reason, message };
  }
  if (state.terminated && state.terminated.exitCode !== 0) {
    const { reason, exitCode } = state.terminated;
    return {
      reason,
      message: `container ${name} ended with exit code ${exitCode}`,
    };
  }
  if (state.running && !ready) {
    return { reason: 'NotReady', message: `container ${name} fails its probe` };
  }
  return undefined;
}

function troubles({ status = {} }) {
  const unscheduled = (status.conditions ?? []).find(
    ({ type, status: holds }) => type === 'PodScheduled' && holds === 'False',
  );
  const containers = [
    ...(status.initContainerStatuses ?? []),
    ...(status.containerStatuses ?? []),
  ];
  return [
    unscheduled && { reason: unscheduled.reason, message: unscheduled.message },
    ...(status.phase === 'Succeeded' ? [] : containers.map(containerTrouble)),
  ].filter(Boolean);
}

const said = new Set();
for (const pod of items) {
  const labels = pod.metadata.labels ?? {};
  const release = labels['app.kubernetes.io/instance'] ?? pod.metadata.name;
  for (const { reason, message } of troubles(pod)) {
    const line = [
      `${release}: ${reason}`,
      message && `: ${message.replace(/\s+/g, ' ')}`,
      ADVICE[reason] && `. ${ADVICE[reason]}`,
    ]
      .filter(Boolean)
      .join('');
    if (said.has(line)) continue;
    said.add(line);
    console.log(`##vso[task.logissue type=error]${line}`);
  }
}
