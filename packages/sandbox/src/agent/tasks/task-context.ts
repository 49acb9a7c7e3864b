import { ExpandedPipeline, RunArtifact, RunOptions } from '../contract';
import { Variables } from '../run/variables';
import { Workspace } from '../run/workspace';

/** A task that did not succeed; its message becomes the step's error. */
export class TaskFailure extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TaskFailure';
  }
}

/** What a task has to work with. Inputs have their macros replaced already. */
export interface TaskContext {
  inputs: Readonly<Record<string, string>>;
  /** The step's environment, whole. */
  env: Readonly<Record<string, string>>;
  workspace: Workspace;
  variables: Variables;
  pipeline: ExpandedPipeline;
  options: RunOptions;
  signal: AbortSignal;
  /** How many repositories the job checks out: more than one go to folders of their names. */
  checkouts: number;
  log(line: string): void;
  warning(message: string): void;
  /** Masks a value in everything that follows. */
  secret(value: string): void;
  /** Runs a process; its lines go to the log, its `##vso[…]` lines are carried out. */
  run(request: RunRequest): Promise<ProcessOutcome>;
  /** Tells of an artifact that was published. */
  published(artifact: Omit<RunArtifact, 'recordId'>): void;
}

export interface RunRequest {
  command: string;
  args: string[];
  /** How the command is shown; left out: it is not shown. */
  shown?: string;
  cwd?: string;
  env?: Record<string, string>;
  /** Lines that are not to be logged but returned. */
  quiet?: boolean;
  /** Lines of standard error become errors of the step. */
  failOnStderr?: boolean;
}

export interface ProcessOutcome {
  code: number;
  stdout: string[];
  stderr: string[];
}

export type TaskRunner = (context: TaskContext) => Promise<void>;

/** A boolean input. */
export function flag(
  context: TaskContext,
  name: string,
  otherwise = false,
): boolean {
  const text = context.inputs[name];
  return text ? text.toLowerCase() === 'true' : otherwise;
}

/** An input that must have a value now that macros are replaced. */
export function needed(context: TaskContext, name: string): string {
  const text = context.inputs[name];
  if (!text) throw new TaskFailure(`Input required: ${name}`);
  return text;
}

/** Where relative paths start: `s`, or where the job's only checkout was told to go. */
export function sourcesOf({ variables, workspace }: TaskContext): string {
  return variables.get('Build.SourcesDirectory') ?? workspace.sources;
}
