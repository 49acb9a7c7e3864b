import { rm } from 'fs/promises';
import { join } from 'path';
import {
  ExpandedJob,
  ExpandedPipeline,
  ExpandedStage,
  ExpandedVariable,
  RunListener,
  RunOptions,
  RunPipeline,
  RunResult,
  TaskResult,
} from '../contract';
import { Value } from '../expressions/values';
import { contextNode } from '../yaml/node';
import { Outcome, graphCondition, outcomesContext } from './conditions';
import { aggregate, closure, inOrder, named } from './graph';
import { firstVariables, runJob, runMasker } from './job-runner';
import { RecordKeeper } from './records';
import { setYamlVariables } from './resolve-variables';
import { RunRecords } from './run-records';
import { Slots } from './slots';

class PipelineRun {
  private readonly slots: Slots;
  private readonly records: RunRecords;
  private readonly stageOutcomes = new Map<string, Outcome>();
  private readonly jobOutcomes = new Map<string, Map<string, Outcome>>();
  private jobCount = 0;
  private variables: ExpandedVariable[] = [];

  constructor(
    private readonly pipeline: ExpandedPipeline,
    private readonly options: RunOptions,
    private readonly listener: RunListener,
  ) {
    this.slots = new Slots(options.parallelJobs ?? 2);
    this.records = new RunRecords(pipeline, listener);
  }

  async run(): Promise<RunResult> {
    const { stages } = this.pipeline;
    let fault: string | undefined;
    try {
      const variables = firstVariables(
        this.pipeline,
        this.options,
        runMasker(this.options),
      );
      this.variables = setYamlVariables(
        variables,
        this.pipeline.variables,
        new Map(),
        this.options,
      );
    } catch (error) {
      fault = (error as Error).message;
    }
    if (fault !== undefined) {
      for (const stage of stages) this.failStage(stage, fault);
      return { result: 'failed' };
    }
    await inOrder(stages, stage => this.runStage(stage));
    await rm(join(this.options.workFolder, String(this.options.run.id)), {
      recursive: true,
      force: true,
    });
    if (this.options.signal.aborted) return { result: 'canceled' };
    switch (aggregate([...this.stageOutcomes.values()].map(o => o.result))) {
      case 'failed':
        return { result: 'failed' };
      case 'canceled':
        return { result: 'canceled' };
      case 'succeededWithIssues':
        return { result: 'partiallySucceeded' };
      default:
        return { result: 'succeeded' };
    }
  }

  private async runStage(stage: ExpandedStage): Promise<void> {
    const record = this.records.stage(stage);
    const before = closure(this.pipeline.stages, stage, this.stageOutcomes);
    const direct = named(stage.dependsOn, this.stageOutcomes);
    try {
      const variables = this.jobVariables(this.variables);
      const stageVariables = setYamlVariables(
        variables,
        stage.variables,
        new Map(),
        this.options,
      );
      const wanted = graphCondition(stage.condition, {
        before,
        canceled: this.options.signal.aborted,
        names: new Map<string, Value>([
          ['variables', variables.context()],
          ['dependencies', outcomesContext(direct)],
        ]),
      });
      if (!wanted) {
        this.skipStage(stage, before);
        return;
      }
      record.start();
      const outer = [...this.variables, ...stageVariables];
      const outcomes = new Map<string, Outcome>();
      this.jobOutcomes.set(stage.name, outcomes);
      await inOrder(stage.jobs, async job => {
        outcomes.set(job.name, await this.runJob(stage, job, outer, outcomes));
      });
      const result = aggregate([...outcomes.values()].map(o => o.result));
      const outputs: Record<string, string> = {};
      for (const [job, outcome] of outcomes) {
        for (const [name, value] of Object.entries(outcome.outputs)) {
          outputs[`${job}.${name}`] = value;
        }
      }
      this.stageOutcomes.set(stage.name, { result, outputs });
      record.complete(result);
    } catch (error) {
      this.failStage(stage, (error as Error).message);
    }
  }

  private async runJob(
    stage: ExpandedStage,
    job: ExpandedJob,
    outer: ExpandedVariable[],
    outcomes: Map<string, Outcome>,
  ): Promise<Outcome> {
    const { phase, jobs } = this.records.job(job);
    const before = closure(stage.jobs, job, outcomes);
    const contexts = new Map<string, Value>([
      ['dependencies', outcomesContext(named(job.dependsOn, outcomes))],
      ['stagedependencies', this.stageDependencies(stage)],
    ]);
    const wanted = () =>
      graphCondition(job.condition, {
        before,
        canceled: this.options.signal.aborted,
        names: new Map([
          ...contexts,
          ['variables', this.jobVariables(outer).context()],
        ]),
      });
    const end = (result: TaskResult, reason: string): Outcome => {
      for (const record of jobs) {
        this.listener.log(record.id, [reason]);
        record.complete(result);
      }
      phase.complete(result);
      return { result, outputs: {} };
    };
    try {
      if (!wanted()) return end('skipped', skipReason('job', job.condition));
    } catch (error) {
      const message = `The condition '${job.condition}': ${
        (error as Error).message
      }`;
      phase.issue({ type: 'error', message });
      return end('failed', `##[error]${message}`);
    }
    if (this.slots.full) jobs[0]?.note('Waiting for a free agent');
    const release = await this.slots.acquire(this.options.signal);
    try {
      if (this.options.signal.aborted && !wanted()) {
        return end('canceled', 'The run was canceled before the job began.');
      }
      phase.start();
      const outcome = await this.runPartsOf(stage, job, outer, contexts, jobs);
      if (outcome.result === 'failed' && job.continueOnError) {
        outcome.result = 'succeededWithIssues';
      }
      phase.complete(outcome.result);
      return outcome;
    } finally {
      release();
    }
  }

  /** Runs the parts of a job; of a deployment, `on` follows what came before it. */
  private async runPartsOf(
    stage: ExpandedStage,
    job: ExpandedJob,
    outerVariables: ExpandedVariable[],
    contexts: ReadonlyMap<string, Value>,
    records: RecordKeeper[],
  ): Promise<Outcome> {
    const results: TaskResult[] = [];
    const outputs: Record<string, string> = {};
    for (const [i, part] of job.parts.entries()) {
      const failed = results.includes('failed');
      const canceled = results.includes('canceled');
      const wanted =
        part.name === 'onFailure' ? failed || canceled : !failed && !canceled;
      if (!wanted) {
        records[i].complete('skipped');
      } else {
        this.jobCount += 1;
        const outcome = await runJob({
          pipeline: this.pipeline,
          options: this.options,
          listener: this.listener,
          stage,
          job,
          part,
          record: records[i],
          number: this.jobCount,
          outerVariables,
          contexts,
        });
        results.push(outcome.result);
        for (const [name, value] of Object.entries(outcome.outputs)) {
          // A deployment's outputs carry the job's name: dependencies.A.outputs['A.step.name'].
          const key = job.kind === 'deployment' ? `${job.name}.${name}` : name;
          outputs[key] = value;
        }
      }
    }
    return { result: aggregate(results), outputs };
  }

  /** `stageDependencies`: the jobs of the stages that this one depends on directly. */
  private stageDependencies(stage: ExpandedStage): Value {
    const entries = stage.dependsOn.flatMap(name =>
      [...this.jobOutcomes]
        .filter(([known]) => known.toLowerCase() === name.toLowerCase())
        .map(([known, jobs]) => [known, outcomesContext(jobs)] as const),
    );
    return contextNode(Object.fromEntries(entries));
  }

  private jobVariables(declared: ExpandedVariable[]) {
    const variables = firstVariables(
      this.pipeline,
      this.options,
      runMasker(this.options),
    );
    setYamlVariables(variables, declared, new Map(), this.options);
    return variables;
  }

  private skipStage(
    stage: ExpandedStage,
    before: ReadonlyMap<string, Outcome>,
  ): void {
    const unlucky = [...before].find(
      ([, { result }]) => result !== 'succeeded',
    );
    const reason = this.options.signal.aborted
      ? 'The run was canceled before the stage began.'
      : `${skipReason('stage', stage.condition)}${
          unlucky ? ` Stage ${unlucky[0]}: ${unlucky[1].result}.` : ''
        }`;
    this.records.endJobs(stage, 'skipped', reason);
    this.records.stage(stage).complete('skipped');
    this.stageOutcomes.set(stage.name, { result: 'skipped', outputs: {} });
  }

  private failStage(stage: ExpandedStage, message: string): void {
    const masked = runMasker(this.options).mask(message);
    const record = this.records.stage(stage);
    record.issue({ type: 'error', message: masked });
    this.records.endJobs(stage, 'skipped', `##[error]${masked}`);
    record.complete('failed');
    this.stageOutcomes.set(stage.name, { result: 'failed', outputs: {} });
  }
}

function skipReason(what: string, condition: string | undefined): string {
  return `The ${what} was skipped: its condition ${
    condition ?? 'succeeded()'
  } is false.`;
}

/**
 * Runs an expanded pipeline: stages and jobs in the order of their dependencies, independent jobs
 * side by side.
 */
export const runPipeline: RunPipeline = (pipeline, options, listener) =>
  new PipelineRun(pipeline, options, listener).run();
