/**
 * Azure DevOps as the product needs it: find or create, retry, follow.
 *
 * @packageDocumentation
 */
export { createAzureDevOps } from './azureDevOps';
export type { AzureDevOps } from './azureDevOps';
export type { CommitFile, CommitOptions, CommitResult } from './commit';
export { AzureDevOpsError } from './errors';
export type { AzureDevOpsErrorCode, AzureDevOpsErrorDetails } from './errors';
export type { LogPart } from './log';
export type {
  AzureDevOpsOptions,
  CallContext,
  RequestInfo,
  RetryInfo,
  RetryOptions,
} from './options';
export type { AuthorizeOptions } from './permissions';
export type { PipelineOptions, PipelineResult } from './pipeline';
export type { PipelineResource, ResourceNames } from './resources';
export { DEFAULT_KEY_PARAMETER } from './run';
export type {
  PipelineRun,
  PipelineRunState,
  RunOptions,
  RunResult,
} from './run';
export { failureOf } from './timeline';
export type {
  JobProgress,
  RunFailure,
  StageProgress,
  StepProgress,
  StepState,
} from './timeline';
export { readAzureDevOpsSettings } from './settings';
export type { AzureDevOpsSettings, SettingsSource } from './settings';
