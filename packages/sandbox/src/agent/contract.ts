/**
 * The seam between the sandbox's Azure DevOps server, which stores runs, timelines and logs and
 * serves them by REST, and the agent, which reads a pipeline's YAML and runs it.
 *
 * The order of events: the server calls `expandPipeline` when a run is asked for and refuses the
 * request with its errors (HTTP 400, `PipelineValidationException`) when it throws
 * `PipelineValidationError`; then it queues the run and calls `runPipeline`, which reports through
 * a `RunListener` and resolves when everything has ended. `runPipeline` does not throw for a run
 * that fails: its result says so.
 */

/** Where the agent reads pipeline files from; the server answers from its git repositories. */
export interface RepositoryFiles {
  /**
   * The commit (40 hex digits) that a ref, branch, tag or commit names, or undefined.
   * @param repository - the repository's name in the project, e.g. `platform`
   */
  resolveRef(repository: string, ref: string): Promise<string | undefined>;
  /** The text of a file at a commit; `path` has no leading slash. Undefined when there is none. */
  readFile(
    repository: string,
    commit: string,
    path: string,
  ): Promise<string | undefined>;
}

/** A service connection of the project. */
export interface ServiceConnection {
  id: string;
  name: string;
  /** `azurerm` is the only type that the agent's tasks accept. */
  type: string;
  tenantId: string;
  subscriptionId: string;
  subscriptionName: string;
  servicePrincipalId: string;
  /** A short-lived token for the federation with Entra (`idToken` in AzureCLI@2). */
  idToken(): Promise<string>;
}

/** A repository that a run uses. */
export interface RunRepository {
  /** The alias in the YAML: `self`, or the resource's name. */
  alias: string;
  /** Its name in the project. */
  name: string;
  /** Full ref, e.g. `refs/heads/main`. */
  ref: string;
  /** Commit, 40 hex digits. */
  commit: string;
}

/** What `expandPipeline` needs besides the YAML. */
export interface ExpandContext {
  /** Organisation URL with a trailing slash, e.g. `https://localhost:7443/moorline/`. */
  organizationUrl: string;
  project: { id: string; name: string };
  pipeline: { id: number; name: string; folder?: string };
  /** Variables set on the definition or for the run; readable in `${{ variables.x }}`. */
  variables: Record<string, PipelineVariable>;
  /** Names of the project's service connections: any other is refused, as Azure DevOps does. */
  serviceConnections: string[];
  reason?: 'manual' | 'individualCI' | 'pullRequest' | 'schedule';
  requestedFor?: Identity;
}

export interface PipelineVariable {
  value: string;
  isSecret?: boolean;
}

export interface Identity {
  id: string;
  displayName: string;
  email?: string;
}

/** The root YAML: which file of which repository at which ref. */
export interface PipelineRoot {
  repository: string;
  /** Full ref, e.g. `refs/heads/main`. */
  ref: string;
  /** Commit; when left out, what the ref names now. */
  commit?: string;
  /** Path in the repository, with or without a leading slash. */
  path: string;
  /** Text to use in the file's place (`yamlOverride` of a preview). */
  override?: string;
}

/** A pipeline without templates and compile-time expressions, ready to run. */
export interface ExpandedPipeline {
  /** Build number format (`name:`), still with macros; undefined: `$(Date:yyyyMMdd).$(Rev:r)`. */
  name?: string;
  /** The whole as YAML, as `preview` answers it (`finalYaml`). */
  yaml: string;
  stages: ExpandedStage[];
  variables: ExpandedVariable[];
  /** `self` first, then resources in the order of the file. */
  repositories: RunRepository[];
  /** Names of the service connections that tasks use. */
  serviceConnections: string[];
  /** Names of the ADO environments that deployment jobs use. */
  environments: string[];
}

/** A position in a YAML file, counted from one. */
export interface SourcePosition {
  /** Path as Azure DevOps prints it, e.g. `/infra/pipelines/environment.yml@platform`. */
  file: string;
  line: number;
  column: number;
}

export interface ExpandedVariable {
  name: string;
  /** May hold macros and `$[ ]`. */
  value: string;
  readonly: boolean;
}

export interface ExpandedStage {
  /** Identifier, e.g. `plan`. */
  name: string;
  displayName: string;
  dependsOn: string[];
  condition?: string;
  variables: ExpandedVariable[];
  jobs: ExpandedJob[];
  position: SourcePosition;
}

export interface ExpandedJob {
  /** Identifier, e.g. `Job1` when the YAML gives none. */
  name: string;
  displayName: string;
  kind: 'job' | 'deployment';
  dependsOn: string[];
  condition?: string;
  continueOnError: boolean;
  /** Minutes; 0 means no limit. Azure DevOps' default is 60. */
  timeoutInMinutes: number;
  /** Minutes that steps have after a cancel before they are killed; default 5. */
  cancelTimeoutInMinutes: number;
  variables: ExpandedVariable[];
  /** Name of the ADO environment; deployment jobs only. */
  environment?: string;
  /** One part for a plain job (`run`), one for each life-cycle hook of a deployment job. */
  parts: ExpandedJobPart[];
  position: SourcePosition;
}

export type JobPartName =
  | 'run'
  | 'preDeploy'
  | 'deploy'
  | 'routeTraffic'
  | 'postRouteTraffic'
  | 'onSuccess'
  | 'onFailure';

export interface ExpandedJobPart {
  name: JobPartName;
  steps: ExpandedStep[];
}

/** A step; shorthand steps (`bash`, `publish`, …) are already the task that they stand for. */
export interface ExpandedStep {
  /** `name:` of the step, for output variables. */
  name?: string;
  displayName?: string;
  /** Lower case name and major version, e.g. `azurecli@2`, `bash@3`, `cmdline@2`, `checkout@1`. */
  task: string;
  /** Canonical (schema) name to value; aliases are resolved. Values may hold macros. */
  inputs: Record<string, string>;
  env: Record<string, string>;
  condition?: string;
  continueOnError: boolean;
  enabled: boolean;
  timeoutInMinutes: number;
  retryCountOnTaskFailure: number;
  /** Put in by the agent's own rules: the checkout of a job, the download of a deployment. */
  implicit?: boolean;
  position: SourcePosition;
}

/** Real binaries; each is an absolute path. One that is missing is refused by the step that needs it. */
export interface ToolPaths {
  git: string;
  helm?: string;
  terraform?: string;
  kubectl?: string;
  az?: string;
}

/** What a run is and where it works. */
export interface RunOptions {
  run: {
    /** Build id. */
    id: number;
    /** Build number as already formatted by the server (`Build.BuildNumber`). */
    number: string;
    /** UTC. */
    queuedAt: Date;
    requestedFor: Identity;
    reason: 'manual' | 'individualCI' | 'pullRequest' | 'schedule';
    tags?: string[];
  };
  context: ExpandContext;
  /** `System.AccessToken`: git and REST of the server must accept it; masked in every log. */
  accessToken: string;
  /** HTTPS clone URL of a repository of the project, without credentials. */
  cloneUrl(repository: string): string;
  serviceConnections: ServiceConnection[];
  /** Kubeconfig (YAML) of a cluster by resource group and name; undefined: there is none. */
  kubeconfig(resourceGroup: string, cluster: string): string | undefined;
  tools: ToolPaths;
  /**
   * Added to every step's environment: TF_REATTACH_PROVIDERS, SSL_CERT_FILE, GIT_SSL_CAINFO,
   * NODE_EXTRA_CA_CERTS, … The rest of the server's own environment is not handed on, but for PATH,
   * LANG, TMPDIR and proxy settings; HOME is an empty folder of the job.
   */
  environment: Record<string, string>;
  /** Folder for work; the agent makes `<workFolder>/<run id>/<n>` for each job and removes it after the job. */
  workFolder: string;
  /** Folder where artifacts of this run are kept, one folder an artifact; made when needed. */
  artifactsFolder: string;
  /** Folder for Terraform's local states, e.g. `<data>/terraform-state`. */
  terraformStateFolder: string;
  /** Jobs at once; default 2. */
  parallelJobs?: number;
  /** Abort to cancel the run: `always()` and `canceled()` steps still run, the others stop. */
  signal: AbortSignal;
  /** Abort to end the run at once, without grace: the sandbox itself stops. Nothing is left running. */
  abandon?: AbortSignal;
  /** Counters for `counter(prefix, seed)`; refused with a message when left out. */
  nextCounter?: (prefix: string, seed: number) => number;
}

export type TimelineRecordType =
  | 'Stage'
  | 'Phase'
  | 'Job'
  | 'Task'
  | 'Checkpoint';
export type TimelineState = 'pending' | 'inProgress' | 'completed';
export type TaskResult =
  | 'succeeded'
  | 'succeededWithIssues'
  | 'failed'
  | 'canceled'
  | 'skipped';

export interface TimelineIssue {
  type: 'error' | 'warning';
  message: string;
  /** 1-based line of the log in which it stands, when it stands in one. */
  logLine?: number;
}

/**
 * A record as it is now. The same id is reported again at each change; every report is complete, so
 * the server replaces what it has.
 */
export interface TimelineRecord {
  /** UUID. */
  id: string;
  /** Undefined for stages. */
  parentId?: string;
  type: TimelineRecordType;
  /** Display name. */
  name: string;
  /** As Azure DevOps: `plan`, `plan.job`, `plan.job.__default`, `plan.job.__default.step`. */
  identifier: string;
  /** Name in the YAML. */
  refName: string;
  /** 1, 2, … among its siblings. */
  order: number;
  state: TimelineState;
  result?: TaskResult;
  startTime?: Date;
  finishTime?: Date;
  issues: TimelineIssue[];
  errorCount: number;
  warningCount: number;
  attempt: number;
  /** For tasks: name and version of the task, e.g. `AzureCLI` `2`. */
  task?: { name: string; version: string };
  workerName?: string;
  /** What is happening, for people, e.g. `Waiting for a free agent`. */
  currentOperation?: string;
}

/** What the server is told while a run goes on. Calls are in order and must not throw. */
export interface RunListener {
  /**
   * Every stage, phase and job is reported `pending` before anything starts, tasks when their job
   * starts.
   */
  record(record: TimelineRecord): void;
  /**
   * Lines for the log of a Task or Job record, live, already masked, without timestamps or line
   * ends (the log store adds `2026-11-21T10:00:00.0000000Z ` as Azure does). A Job's log has its
   * tasks' lines only where the agent says so: the store need not copy.
   */
  log(recordId: string, lines: string[]): void;
  /** An artifact was published (or added to). */
  artifact(artifact: RunArtifact): void;
  /** `##vso[task.uploadsummary]`: Markdown of a summary; the path is inside the artifacts' folder. */
  summary?(summary: { name: string; markdown: string }): void;
  /** `##vso[build.addbuildtag]`. */
  tag?(tag: string): void;
  /** `##vso[build.updatebuildnumber]`. */
  buildNumber?(number: string): void;
}

export interface RunArtifact {
  name: string;
  /** Absolute folder with the artifact's files. */
  folder: string;
  /** Bytes of all files. */
  size: number;
  /** Timeline record of the job that published it. */
  recordId: string;
}

export interface RunResult {
  /** As a build's result; `partiallySucceeded`: something failed with continueOnError. */
  result: 'succeeded' | 'partiallySucceeded' | 'failed' | 'canceled';
}

/** `(files, root, parameters, context)`: reads, expands and validates; parameters as REST has them (strings). */
export type ExpandPipeline = (
  files: RepositoryFiles,
  root: PipelineRoot,
  parameters: Record<string, unknown>,
  context: ExpandContext,
) => Promise<ExpandedPipeline>;

/** Runs an expanded pipeline to its end. */
export type RunPipeline = (
  pipeline: ExpandedPipeline,
  options: RunOptions,
  listener: RunListener,
) => Promise<RunResult>;

/**
 * A pipeline that Azure DevOps would not start. `message` is what the REST answer carries: one line
 * an error, `/azure-pipelines.yml (Line: 3, Col: 5): Unexpected value 'foo'`.
 */
export class PipelineValidationError extends Error {
  readonly errors: string[];
  constructor(errors: string[]) {
    super(errors.join('\n'));
    this.name = 'PipelineValidationError';
    this.errors = errors;
  }
}
