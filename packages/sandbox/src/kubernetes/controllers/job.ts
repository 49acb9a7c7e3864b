import { ApiError } from '../api/errors';
import { Condition, timestamp } from '../objects/meta';
import { isActive, isReady, Pod } from '../objects/pod';
import { Job } from '../objects/workloads';
import { TYPES } from '../schema/builtin';
import { deleteObject } from '../store/deletion';
import { Change } from '../store/store';
import {
  conditionOf,
  Controller,
  ControllerContext,
  controllerKey,
  nonZero,
  ownKey,
  withCondition,
} from './controller';
import { createPod, deletePod } from './pods';
import { Key } from './queue';

const FIRST_BACK_OFF_MS = 10_000;
const LONGEST_BACK_OFF_MS = 360_000;

const failuresIn = (pod: Pod) =>
  (pod.status?.containerStatuses ?? []).reduce(
    (sum, status) => sum + status.restartCount,
    0,
  );

/** Runs a Job's pods to their end. */
export class JobController extends Controller {
  constructor(context: ControllerContext) {
    super('job-controller', context);
  }

  keys(change: Change): Key[] {
    const own = ownKey(change, TYPES.jobs);
    if (change.resource.key !== TYPES.pods.key) return own;
    return controllerKey(change, 'Job');
  }

  reconcile({ namespace, name }: Key) {
    const job = this.store.get<Job>(TYPES.jobs, namespace, name);
    if (!job || job.metadata.deletionTimestamp) return;
    if (this.finished(job)) {
      this.expire(job);
      return;
    }
    if (job.spec.suspend) this.suspend(job);
    else this.run(job);
  }

  private finished({ status }: Job): Condition | undefined {
    return status?.conditions?.find(
      c => ['Complete', 'Failed'].includes(c.type) && c.status === 'True',
    );
  }

  /** Removes a finished job when its time to live is over. */
  private expire(job: Job) {
    const { ttlSecondsAfterFinished: ttl } = job.spec;
    if (ttl === undefined) return;
    const since = this.finished(job)?.lastTransitionTime ?? timestamp();
    const left = Date.parse(since) + ttl * 1000 - Date.now();
    if (left > 0) {
      this.later(left + 50, job.metadata);
      return;
    }
    const { namespace, name } = job.metadata;
    deleteObject(this.store, TYPES.jobs, namespace, name, {
      propagationPolicy: 'Foreground',
    });
  }

  private podsOf(job: Job): Pod[] {
    return this.context.owners.controlled<Pod>(TYPES.pods, job.metadata.uid);
  }

  private suspend(job: Job) {
    this.podsOf(job)
      .filter(isActive)
      .forEach(pod => deletePod(this.context, pod));
    if (conditionOf(job.status?.conditions, 'Suspended')?.status === 'True') {
      return;
    }
    this.setStatus(TYPES.jobs, job, {
      ...job.status,
      active: undefined,
      ready: 0,
      startTime: undefined,
      conditions: withCondition(
        job.status?.conditions,
        'Suspended',
        'True',
        'JobSuspended',
        'Job suspended',
      ),
    });
    this.event(job, 'Normal', 'Suspended', 'Job suspended');
  }

  private run(job: Job) {
    const pods = this.podsOf(job);
    const succeeded = pods.filter(p => p.status?.phase === 'Succeeded').length;
    const failed = pods.filter(p => p.status?.phase === 'Failed').length;
    const { completions, parallelism, backoffLimit } = job.spec;
    const active = pods.filter(isActive);
    const done =
      completions === undefined
        ? succeeded > 0 && !active.length
        : succeeded >= completions;
    if (done) {
      this.finish(
        job,
        'Complete',
        'CompletionsReached',
        'Reached expected number of succeeded pods',
      );
      return;
    }
    const restarts = active.reduce((sum, pod) => sum + failuresIn(pod), 0);
    const onFailure = job.spec.template.spec.restartPolicy === 'OnFailure';
    if (failed > backoffLimit || (onFailure && restarts > backoffLimit)) {
      this.finish(
        job,
        'Failed',
        'BackoffLimitExceeded',
        'Job has reached the specified backoff limit',
      );
      return;
    }
    if (this.tooLate(job)) {
      this.finish(
        job,
        'Failed',
        'DeadlineExceeded',
        'Job was active longer than specified deadline',
      );
      return;
    }
    const wanted =
      completions === undefined
        ? Number(succeeded === 0) * parallelism
        : Math.min(parallelism, completions - succeeded);
    const pause = this.pause(pods, failed);
    let failure: unknown;
    if (pause > 0) this.later(pause + 20, job.metadata);
    else failure = this.start(job, wanted - active.length, pods);
    this.writeStatus(job);
    if (failure) throw failure;
  }

  private tooLate({ spec, status, metadata }: Job): boolean {
    if (spec.activeDeadlineSeconds === undefined || !status?.startTime) {
      return false;
    }
    const end =
      Date.parse(status.startTime) + spec.activeDeadlineSeconds * 1000;
    if (end > Date.now()) this.later(end - Date.now() + 50, metadata);
    return end <= Date.now();
  }

  /** Milliseconds to wait after failures before the next pod. */
  private pause(pods: Pod[], failed: number): number {
    if (!failed) return 0;
    const last = Math.max(
      ...pods
        .filter(pod => pod.status?.phase === 'Failed')
        .flatMap(pod => pod.status?.containerStatuses ?? [])
        .map(status => Date.parse(status.state.terminated?.finishedAt ?? '0')),
    );
    const { backOff } = this.context.timing;
    const first = Math.min(FIRST_BACK_OFF_MS, backOff);
    const wait = Math.min(first * 2 ** (failed - 1), LONGEST_BACK_OFF_MS);
    return last + wait - Date.now();
  }

  /** @returns why a pod could not be made */
  private start(job: Job, count: number, pods: Pod[]): unknown {
    const indexed = job.spec.completionMode === 'Indexed';
    const taken = new Set(
      pods
        .filter(pod => isActive(pod) || pod.status?.phase === 'Succeeded')
        .map(
          pod =>
            pod.metadata.labels?.['batch.kubernetes.io/job-completion-index'],
        ),
    );
    for (let i = 0; i < count; i++) {
      let index = 0;
      while (indexed && taken.has(String(index))) index++;
      taken.add(String(index));
      const key = 'batch.kubernetes.io/job-completion-index';
      const marks = indexed ? { [key]: String(index) } : undefined;
      try {
        const pod = createPod(this.context, job, job.spec.template, {
          labels: marks,
          annotations: marks,
        });
        const message = `Created pod: ${pod.metadata.name}`;
        this.event(job, 'Normal', 'SuccessfulCreate', message);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        const message = `Error creating: ${error.message}`;
        this.event(job, 'Warning', 'FailedCreate', message);
        return error;
      }
    }
    return undefined;
  }

  private counts(job: Job) {
    const pods = this.podsOf(job);
    const active = pods.filter(isActive);
    const terminating = pods.filter(pod => pod.metadata.deletionTimestamp);
    return {
      startTime: job.status?.startTime ?? timestamp(),
      active: nonZero(active.length),
      succeeded: nonZero(
        pods.filter(p => p.status?.phase === 'Succeeded').length,
      ),
      failed: nonZero(pods.filter(p => p.status?.phase === 'Failed').length),
      terminating: terminating.length,
      ready: active.filter(isReady).length,
      uncountedTerminatedPods: {},
    };
  }

  private writeStatus(job: Job) {
    let conditions = job.status?.conditions;
    if (conditionOf(conditions, 'Suspended')?.status === 'True') {
      conditions = withCondition(
        conditions,
        'Suspended',
        'False',
        'JobResumed',
        'Job resumed',
      );
      this.event(job, 'Normal', 'Resumed', 'Job resumed');
    }
    this.setStatus(TYPES.jobs, job, { ...this.counts(job), conditions });
  }

  private finish(
    job: Job,
    type: 'Complete' | 'Failed',
    reason: string,
    message: string,
  ) {
    const complete = type === 'Complete';
    for (const pod of this.podsOf(job).filter(isActive)) {
      deletePod(this.context, pod);
    }
    let conditions = job.status?.conditions;
    const first = complete ? 'SuccessCriteriaMet' : 'FailureTarget';
    for (const each of [first, type]) {
      conditions = withCondition(conditions, each, 'True', reason, message).map(
        condition =>
          condition.type === each
            ? {
                ...condition,
                lastProbeTime: condition.lastProbeTime ?? timestamp(),
              }
            : condition,
      );
    }
    this.setStatus(TYPES.jobs, job, {
      ...this.counts(job),
      active: undefined,
      ready: 0,
      completionTime: complete ? timestamp() : undefined,
      conditions,
    });
    if (complete) this.event(job, 'Normal', 'Completed', 'Job completed');
    else this.event(job, 'Warning', reason, message);
  }
}
