import {
  ExpandedJob,
  ExpandedPipeline,
  ExpandedStage,
  RunListener,
  TaskResult,
} from '../contract';
import { RecordKeeper } from './records';

export interface JobRecords {
  phase: RecordKeeper;
  /** One for each part of the job. */
  jobs: RecordKeeper[];
}

/** The records of a run's stages and jobs, all reported as pending before anything starts. */
export class RunRecords {
  private readonly stages = new Map<ExpandedStage, RecordKeeper>();
  private readonly jobs = new Map<ExpandedJob, JobRecords>();

  constructor(
    pipeline: ExpandedPipeline,
    private readonly listener: RunListener,
  ) {
    for (const [i, stage] of pipeline.stages.entries()) {
      const record = new RecordKeeper(listener, {
        type: 'Stage',
        name: stage.displayName,
        identifier: stage.name,
        refName: stage.name,
        order: i + 1,
      });
      this.stages.set(stage, record);
      for (const [j, job] of stage.jobs.entries()) {
        const identifier = `${stage.name}.${job.name}`;
        const phase = new RecordKeeper(listener, {
          type: 'Phase',
          name: job.displayName,
          identifier,
          refName: job.name,
          order: j + 1,
          parentId: record.id,
        });
        const jobs = job.parts.map((part, k) => {
          const refName = job.parts.length > 1 ? part.name : '__default';
          return new RecordKeeper(listener, {
            type: 'Job',
            name:
              job.parts.length > 1
                ? `${job.displayName} ${part.name}`
                : job.displayName,
            identifier: `${identifier}.${refName}`,
            refName,
            order: k + 1,
            parentId: phase.id,
          });
        });
        this.jobs.set(job, { phase, jobs });
      }
    }
  }

  stage(stage: ExpandedStage): RecordKeeper {
    return this.stages.get(stage) as RecordKeeper;
  }

  job(job: ExpandedJob): JobRecords {
    return this.jobs.get(job) as JobRecords;
  }

  /** Ends the jobs of a stage that does not run, saying why. */
  endJobs(stage: ExpandedStage, result: TaskResult, reason: string): void {
    for (const job of stage.jobs) {
      const { phase, jobs } = this.job(job);
      for (const record of jobs) {
        this.listener.log(record.id, [reason]);
        record.complete(result);
      }
      phase.complete(result);
    }
  }
}
