import { ExpandedPipeline, ExpandedStep, RunListener } from '../contract';
import { branchName } from '../pipeline/predefined';
import { TASKS } from '../tasks/catalog';
import { RecordKeeper } from './records';

export interface StepRecord {
  record: RecordKeeper;
  /** The name that output variables are kept under. */
  name: string;
}

/** The title of a step that has no `displayName`. */
export function stepTitle(
  pipeline: ExpandedPipeline,
  step: ExpandedStep,
): string {
  if (step.displayName) return step.displayName;
  if (step.task === 'checkout@1') {
    const repository = pipeline.repositories.find(
      known => known.alias === step.inputs.repository,
    );
    if (repository) {
      return `Checkout ${repository.name}@${branchName(repository.ref)}`;
    }
  }
  return TASKS.get(step.task)?.name ?? step.task;
}

/** Makes the records of a job's steps. */
export class StepRecords {
  private readonly names = new Set<string>();

  constructor(
    private readonly pipeline: ExpandedPipeline,
    private readonly job: RecordKeeper,
    private readonly listener: RunListener,
    steps: ExpandedStep[],
  ) {
    for (const { name } of steps) {
      if (name) this.names.add(name.toLowerCase());
    }
  }

  step(step: ExpandedStep, order: number): StepRecord {
    const task = TASKS.get(step.task);
    const name = step.name ?? this.unused(task?.name ?? 'Step');
    return {
      name,
      record: this.keeper(stepTitle(this.pipeline, step), name, order, {
        name: task?.name ?? step.task,
        version: task?.version ?? '',
      }),
    };
  }

  /** A step of the agent itself. */
  agentStep(title: string, order: number): RecordKeeper {
    const name = title.replace(/ /g, '_');
    return this.keeper(title, `__${name}`, order, undefined);
  }

  private keeper(
    title: string,
    refName: string,
    order: number,
    task: { name: string; version: string } | undefined,
  ): RecordKeeper {
    return new RecordKeeper(this.listener, {
      type: 'Task',
      name: title,
      identifier: `${this.job.identifier}.${refName}`,
      refName,
      order: order + 1,
      parentId: this.job.id,
      task,
    });
  }

  private unused(base: string): string {
    let name = base;
    for (let i = 1; this.names.has(name.toLowerCase()); i += 1) {
      name = `${base}${i}`;
    }
    this.names.add(name.toLowerCase());
    return name;
  }
}
