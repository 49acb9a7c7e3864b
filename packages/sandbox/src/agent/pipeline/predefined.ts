import { ExpandContext, RunRepository } from '../contract';

/** The predefined variables that templates can read before a run exists. */
export function compileTimeVariables(
  context: ExpandContext,
  self: RunRepository,
): Record<string, string> {
  const { organizationUrl, project, pipeline } = context;
  return {
    'System.CollectionUri': organizationUrl,
    'System.TeamFoundationCollectionUri': organizationUrl,
    'System.TeamProject': project.name,
    'System.TeamProjectId': project.id,
    'System.DefinitionId': String(pipeline.id),
    'System.IsScheduled': 'False',
    'System.HostType': 'build',
    'Build.DefinitionName': pipeline.name,
    'Build.Reason': reasonName(context.reason ?? 'manual'),
    'Build.Repository.Name': self.name,
    'Build.Repository.Provider': 'TfsGit',
    'Build.SourceBranch': self.ref,
    'Build.SourceBranchName': branchName(self.ref),
    'Build.SourceVersion': self.commit,
    'Build.RequestedFor': context.requestedFor?.displayName ?? '',
    'Build.RequestedForId': context.requestedFor?.id ?? '',
  };
}

/** `manual` → `Manual`, `individualCI` → `IndividualCI`. */
export function reasonName(reason: string): string {
  return reason[0].toUpperCase() + reason.slice(1);
}

/** The last part of a ref: `refs/heads/feature/x` → `x`. */
export function branchName(ref: string): string {
  return ref.split('/').pop() ?? ref;
}
