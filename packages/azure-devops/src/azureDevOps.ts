import { getArtifactFile } from './artifact';
import { commitFiles } from './commit';
import type { CommitOptions, CommitResult } from './commit';
import { Connection } from './connection';
import { getLog } from './log';
import type { LogPart } from './log';
import type { AzureDevOpsOptions, CallContext } from './options';
import { authorizePipeline } from './permissions';
import type { AuthorizeOptions } from './permissions';
import { ensurePipeline } from './pipeline';
import type { PipelineOptions, PipelineResult } from './pipeline';
import { ensureResources } from './resources';
import type { PipelineResource, ResourceNames } from './resources';
import { cancelRun, getRun, runPipeline } from './run';
import type { PipelineRun, RunOptions, RunResult } from './run';
import { getTimeline } from './timeline';
import type { StageProgress } from './timeline';

/**
 * One project of Azure DevOps, as the product needs it.
 *
 * Everything that makes something finds it first, so each call may be repeated; failures that may pass are tried
 * again, no faster than Azure DevOps allows. Errors are `AzureDevOpsError`s whose message names the fix.
 */
export interface AzureDevOps {
  /** Brings files into a branch by one commit. */
  commitFiles(options: CommitOptions): Promise<CommitResult>;
  /** Finds or creates a pipeline. */
  ensurePipeline(options: PipelineOptions): Promise<PipelineResult>;
  /** Finds what a pipeline uses; makes environments of Azure Pipelines that are not there. */
  ensureResources(names: ResourceNames): Promise<PipelineResource[]>;
  /** Lets a pipeline use its resources. */
  authorizePipeline(options: AuthorizeOptions): Promise<void>;
  /** Queues a run once for a key. */
  runPipeline(options: RunOptions): Promise<RunResult>;
  getRun(buildId: number): Promise<PipelineRun>;
  getTimeline(buildId: number): Promise<StageProgress[]>;
  getLog(buildId: number, logId: number, from?: number): Promise<LogPart>;
  /** Reads a text file of an artifact that a run published. */
  getArtifactFile(
    buildId: number,
    artifact: string,
    file: string,
  ): Promise<string>;
  cancelRun(buildId: number): Promise<void>;
  /** The same client with a signal to stop it and an ear for its pauses. */
  with(context: CallContext): AzureDevOps;
  /** Closes idle connections. */
  close(): void;
}

/** Makes a client. Nothing is sent until it is used; keep it, so that what it learns is learned once. */
export function createAzureDevOps(options: AzureDevOpsOptions): AzureDevOps {
  return over(Connection.open(options));
}

function over(connection: Connection): AzureDevOps {
  return {
    commitFiles: options => commitFiles(connection, options),
    ensurePipeline: options => ensurePipeline(connection, options),
    ensureResources: names => ensureResources(connection, names),
    authorizePipeline: options => authorizePipeline(connection, options),
    runPipeline: options => runPipeline(connection, options),
    getRun: buildId => getRun(connection, buildId),
    getTimeline: buildId => getTimeline(connection, buildId),
    getLog: (buildId, logId, from) => getLog(connection, buildId, logId, from),
    getArtifactFile: (buildId, artifact, file) =>
      getArtifactFile(connection, buildId, artifact, file),
    cancelRun: buildId => cancelRun(connection, buildId),
    with: context => over(connection.with(context)),
    close: () => connection.close(),
  };
}
