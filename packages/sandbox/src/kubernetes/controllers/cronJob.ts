import { ApiError } from '../api/errors';
import { copy } from '../objects/json';
import { JsonObject, timestamp } from '../objects/meta';
import { CronJob, Job } from '../objects/workloads';
import { TYPES } from '../schema/builtin';
import { deleteObject } from '../store/deletion';
import { Change } from '../store/store';
import {
  conditionOf,
  Controller,
  ControllerContext,
  controllerKey,
  ownKey,
} from './controller';
import { referenceTo } from './events';
import { controlledBy } from './owners';
import { Key } from './queue';
import { isDue } from './schedule';

const MINUTE_MS = 60_000;

/** Starts Jobs on their schedule (UTC) and keeps the history short. */
export class CronJobController extends Controller {
  private lastMinute = Math.floor(Date.now() / MINUTE_MS);

  constructor(context: ControllerContext) {
    super('cronjob-controller', context);
  }

  keys(change: Change): Key[] {
    const own = ownKey(change, TYPES.cronJobs);
    if (change.resource.key !== TYPES.jobs.key) return own;
    return controllerKey(change, 'CronJob');
  }

  tick() {
    const minute = Math.floor(Date.now() / MINUTE_MS);
    if (minute === this.lastMinute) return;
    this.lastMinute = minute;
    for (const cron of this.store.list<CronJob>(TYPES.cronJobs)) {
      const { schedule, suspend } = cron.spec;
      if (suspend || cron.metadata.deletionTimestamp) continue;
      if (isDue(schedule, new Date(minute * MINUTE_MS)))
        this.start(cron, minute);
    }
  }

  private jobsOf(cron: CronJob): Job[] {
    return this.context.owners
      .controlled<Job>(TYPES.jobs, cron.metadata.uid)
      .sort((a, b) =>
        a.metadata.creationTimestamp.localeCompare(
          b.metadata.creationTimestamp,
        ),
      );
  }

  private start(cron: CronJob, minute: number) {
    const { concurrencyPolicy, jobTemplate } = cron.spec;
    const running = this.jobsOf(cron).filter(job => !ended(job));
    if (running.length && concurrencyPolicy === 'Forbid') {
      this.event(
        cron,
        'Normal',
        'JobAlreadyActive',
        'Not starting job because prior execution is running and concurrency policy is Forbid',
      );
      return;
    }
    if (concurrencyPolicy === 'Replace') {
      running.forEach(({ metadata }) =>
        deleteObject(
          this.store,
          TYPES.jobs,
          metadata.namespace,
          metadata.name,
          {
            propagationPolicy: 'Background',
          },
        ),
      );
    }
    const { name, namespace } = cron.metadata;
    const body = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: {
        name: `${name}-${minute}`,
        namespace,
        labels: jobTemplate.metadata?.labels,
        annotations: {
          ...jobTemplate.metadata?.annotations,
          'batch.kubernetes.io/cronjob-scheduled-timestamp': timestamp(
            minute * MINUTE_MS,
          ),
        },
        ownerReferences: [controlledBy(cron)],
      },
      spec: jobTemplate.spec,
    };
    try {
      this.context.writer.create(
        TYPES.jobs,
        namespace,
        copy(body) as unknown as JsonObject,
        { manager: 'kube-controller-manager' },
      );
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.event(
        cron,
        'Warning',
        'FailedCreate',
        `Error creating job: ${error.message}`,
      );
      return;
    }
    this.event(
      cron,
      'Normal',
      'SuccessfulCreate',
      `Created job ${name}-${minute}`,
    );
    this.setStatus(TYPES.cronJobs, cron, {
      ...cron.status,
      lastScheduleTime: timestamp(minute * MINUTE_MS),
    });
  }

  reconcile({ namespace, name }: Key) {
    const cron = this.store.get<CronJob>(TYPES.cronJobs, namespace, name);
    if (!cron || cron.metadata.deletionTimestamp) return;
    const jobs = this.jobsOf(cron);
    const active = jobs.filter(job => !ended(job)).map(referenceTo);
    const succeeded = jobs.filter(job => ended(job) === 'Complete');
    const { completionTime } = succeeded[succeeded.length - 1]?.status ?? {};
    this.setStatus(TYPES.cronJobs, cron, {
      ...cron.status,
      active: active.length ? active : undefined,
      lastSuccessfulTime: completionTime ?? cron.status?.lastSuccessfulTime,
    });
    const failed = jobs.filter(job => ended(job) === 'Failed');
    this.forget(succeeded, cron.spec.successfulJobsHistoryLimit);
    this.forget(failed, cron.spec.failedJobsHistoryLimit);
  }

  private forget(jobs: Job[], keep: number) {
    for (const { metadata } of jobs.slice(0, Math.max(0, jobs.length - keep))) {
      deleteObject(this.store, TYPES.jobs, metadata.namespace, metadata.name, {
        propagationPolicy: 'Background',
      });
    }
  }
}

function ended({ status }: Job): 'Complete' | 'Failed' | undefined {
  for (const type of ['Complete', 'Failed'] as const) {
    if (conditionOf(status?.conditions, type)?.status === 'True') return type;
  }
  return undefined;
}
