import { arch, hostname, platform } from 'os';
import { ExpandedPipeline, RunOptions } from '../contract';
import {
  branchName,
  compileTimeVariables,
  reasonName,
} from '../pipeline/predefined';
import { Variables } from './variables';
import { Workspace } from './workspace';

/** The name of the agent, as records and logs have it. */
export const AGENT_NAME = 'Moorline sandbox';
const AGENT_VERSION = '4.0.0';

/** Variables of the run that every job has, before any folder exists. */
export function runVariables(
  pipeline: ExpandedPipeline,
  options: RunOptions,
): Record<string, string> {
  const { run, context } = options;
  const [self] = pipeline.repositories;
  const { requestedFor } = run;
  return {
    ...compileTimeVariables(context, self),
    'Build.BuildId': String(run.id),
    'Build.BuildNumber': run.number,
    'Build.BuildUri': `vstfs:///Build/Build/${run.id}`,
    'Build.ContainerId': String(run.id),
    'Build.DefinitionVersion': '1',
    'Build.QueuedBy': requestedFor.displayName,
    'Build.QueuedById': requestedFor.id,
    'Build.Reason': reasonName(run.reason),
    'Build.RequestedFor': requestedFor.displayName,
    'Build.RequestedForEmail': requestedFor.email ?? '',
    'Build.RequestedForId': requestedFor.id,
    'Build.Repository.ID': self.name,
    'Build.Repository.Uri': options.cloneUrl(self.name),
    'Build.Repository.Clean': 'True',
    'Build.SourceBranch': self.ref,
    'Build.SourceBranchName': branchName(self.ref),
    'System.ServerType': 'Hosted',
    'System.EnableAccessToken': 'SecretVariable',
    'System.PipelineStartTime': run.queuedAt.toISOString(),
    'System.DefinitionName': context.pipeline.name,
    'System.WorkFolder': options.workFolder,
    TF_BUILD: 'True',
  };
}

/** Where a job stands in its run. */
export interface JobPlace {
  stage: { name: string; displayName: string };
  job: { name: string; displayName: string };
  /** Timeline record of the job. */
  jobId: string;
  environment?: string;
  /** Life-cycle hook of a deployment job, else undefined. */
  hook?: string;
}

/** Fills in what only the job knows: its folders, its name, its token. */
export function setJobVariables(
  variables: Variables,
  options: RunOptions,
  place: JobPlace,
  workspace: Workspace,
): void {
  const { organizationUrl, project } = options.context;
  const plan = String(options.run.id).padStart(12, '0');
  const planId = `00000000-0000-4000-8000-${plan.slice(-12)}`;
  const values: Record<string, string> = {
    'Agent.Id': '1',
    'Agent.Name': AGENT_NAME,
    'Agent.MachineName': hostname(),
    'Agent.OS': platform() === 'darwin' ? 'Darwin' : 'Linux',
    'Agent.OSArchitecture': arch() === 'arm64' ? 'ARM64' : 'X64',
    'Agent.Version': AGENT_VERSION,
    'Agent.HomeDirectory': workspace.root,
    'Agent.RootDirectory': workspace.work,
    'Agent.WorkFolder': workspace.work,
    'Agent.BuildDirectory': workspace.build,
    'Agent.TempDirectory': workspace.temp,
    'Agent.ToolsDirectory': workspace.tools,
    'Agent.JobName': place.job.displayName,
    'Build.ArtifactStagingDirectory': workspace.staging,
    'Build.StagingDirectory': workspace.staging,
    'Build.BinariesDirectory': workspace.binaries,
    'Build.SourcesDirectory': workspace.sources,
    'Build.Repository.LocalPath': workspace.sources,
    'Common.TestResultsDirectory': workspace.testResults,
    'Pipeline.Workspace': workspace.build,
    'System.ArtifactsDirectory': workspace.staging,
    'System.DefaultWorkingDirectory': workspace.sources,
    'System.Culture': 'en-US',
    'System.JobAttempt': '1',
    'System.JobDisplayName': place.job.displayName,
    'System.JobId': place.jobId,
    'System.JobIdentifier': `${place.stage.name}.${place.job.name}.__default`,
    'System.JobName': '__default',
    'System.JobPositionInPhase': '1',
    'System.PhaseAttempt': '1',
    'System.PhaseDisplayName': place.job.displayName,
    'System.PhaseName': place.job.name,
    'System.PlanId': planId,
    'System.StageAttempt': '1',
    'System.StageDisplayName': place.stage.displayName,
    'System.StageName': place.stage.name,
    'System.TotalJobsInPhase': '1',
    'System.OidcRequestUri': `${organizationUrl}${project.id}/_apis/distributedtask/hubs/build/plans/${planId}/jobs/${place.jobId}/oidctoken`,
  };
  if (place.environment) {
    values['Environment.Name'] = place.environment;
    values['Strategy.Name'] = 'runOnce';
    values['Strategy.CycleName'] = place.hook ?? '';
  }
  for (const [name, value] of Object.entries(values)) {
    variables.set(name, value);
  }
  variables.set('System.AccessToken', options.accessToken, { isSecret: true });
}
