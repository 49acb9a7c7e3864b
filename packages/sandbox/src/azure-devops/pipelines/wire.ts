import type { ServerContext } from '../context';
import type { DefinitionRecord } from '../store/model';
import { identityWire, projectWire } from '../wire/common';
import type { Build } from './build';

const link = (href: string) => ({ href });

/** A pipeline as `build/definitions` answers it. */
export function definitionWire(
  context: ServerContext,
  definition: DefinitionRecord,
) {
  const { urls, organization } = context;
  const url = urls.api(
    `build/Definitions/${definition.id}?revision=${definition.revision}`,
  );
  const repository = organization.findRepository(definition.repositoryId);
  return {
    _links: {
      self: link(url),
      web: link(urls.definitionPage(definition.id)),
    },
    ...definitionReferenceWire(context, definition),
    quality: 'definition',
    authoredBy: identityWire(
      context,
      organization.identity(definition.createdBy),
    ),
    drafts: [],
    queue: { id: 1, name: 'Default', pool: { id: 1, name: 'Default' } },
    process: { yamlFilename: definition.yamlPath, type: 2 },
    repository: {
      id: definition.repositoryId,
      type: 'TfsGit',
      name: repository?.name,
      url: repository && urls.clone(repository.name),
      defaultBranch: definition.defaultBranch ?? repository?.defaultBranch,
      clean: null,
      checkoutSubmodules: false,
      properties: {},
    },
    variables: variablesWire(definition.variables),
    triggers: [],
    jobAuthorizationScope: 'project',
    jobTimeoutInMinutes: 60,
    jobCancelTimeoutInMinutes: 5,
    createdDate: definition.createdDate,
  };
}

/** A pipeline as others refer to it. */
export function definitionReferenceWire(
  context: ServerContext,
  definition: Pick<
    DefinitionRecord,
    'id' | 'name' | 'folder' | 'revision' | 'queueStatus'
  >,
) {
  return {
    id: definition.id,
    name: definition.name,
    url: context.urls.api(
      `build/Definitions/${definition.id}?revision=${definition.revision}`,
    ),
    uri: `vstfs:///Build/Definition/${definition.id}`,
    path: definition.folder,
    type: 'build',
    queueStatus: definition.queueStatus,
    revision: definition.revision,
    project: projectWire(context),
  };
}

/** A pipeline as `pipelines` answers it. */
export function pipelineWire(
  context: ServerContext,
  definition: DefinitionRecord,
) {
  return {
    ...pipelineReferenceWire(context, definition),
    _links: {
      self: link(pipelineUrl(context, definition)),
      web: link(context.urls.definitionPage(definition.id)),
    },
    configuration: {
      type: 'yaml',
      path: definition.yamlPath,
      repository: { id: definition.repositoryId, type: 'azureReposGit' },
    },
  };
}

function pipelineUrl(
  { urls }: ServerContext,
  { id, revision }: Pick<DefinitionRecord, 'id' | 'revision'>,
): string {
  return urls.api(`pipelines/${id}?revision=${revision}`);
}

export function pipelineReferenceWire(
  context: ServerContext,
  definition: Pick<DefinitionRecord, 'id' | 'name' | 'folder' | 'revision'>,
) {
  return {
    url: pipelineUrl(context, definition),
    id: definition.id,
    revision: definition.revision,
    name: definition.name,
    folder: definition.folder,
  };
}

function definitionOf(context: ServerContext, { record }: Build) {
  return (
    context.organization.findDefinition(record.definitionId) ?? {
      id: record.definitionId,
      name: record.definitionName,
      folder: '\\',
      revision: record.definitionRevision,
      queueStatus: 'disabled' as const,
    }
  );
}

/** Secret variables go without their values. */
function variablesWire(
  variables: Record<string, { value?: string; isSecret?: boolean }>,
) {
  return Object.fromEntries(
    Object.entries(variables).map(([name, { value, isSecret }]) => [
      name,
      isSecret ? { value: null, isSecret: true } : { value },
    ]),
  );
}

/** A run as `build/builds` answers it. */
export function buildWire(context: ServerContext, build: Build) {
  const { urls, organization } = context;
  const { record } = build;
  const url = urls.api(`build/Builds/${record.id}`);
  const requestedFor = identityWire(
    context,
    organization.identity(record.requestedFor),
  );
  const repository = organization.findRepository(record.repositoryId);
  return {
    _links: {
      self: link(url),
      web: link(urls.buildPage(record.id)),
      timeline: link(urls.api(`build/builds/${record.id}/Timeline`)),
    },
    properties: {},
    tags: record.tags,
    validationResults: [],
    plans: [{ planId: record.planId }],
    triggerInfo: {},
    id: record.id,
    buildNumber: record.buildNumber,
    status: record.status,
    ...(record.result && { result: record.result }),
    queueTime: record.queueTime,
    ...(record.startTime && { startTime: record.startTime }),
    ...(record.finishTime && { finishTime: record.finishTime }),
    url,
    definition: definitionReferenceWire(context, definitionOf(context, build)),
    project: projectWire(context),
    uri: `vstfs:///Build/Build/${record.id}`,
    sourceBranch: record.sourceBranch,
    sourceVersion: record.sourceVersion,
    queue: { id: 1, name: 'Default', pool: { id: 1, name: 'Default' } },
    priority: 'normal',
    reason: 'manual',
    requestedFor,
    requestedBy: requestedFor,
    lastChangedDate: record.lastChangedDate,
    lastChangedBy: requestedFor,
    parameters: JSON.stringify(
      Object.fromEntries(
        Object.entries(record.variables).map(([name, { value }]) => [
          name,
          value ?? null,
        ]),
      ),
    ),
    templateParameters: record.templateParameters,
    orchestrationPlan: { planId: record.planId },
    logs: { id: 0, type: 'Container', url: `${url}/logs` },
    repository: {
      id: record.repositoryId,
      type: 'TfsGit',
      name: repository?.name,
      url: repository && urls.clone(repository.name),
      clean: null,
      checkoutSubmodules: false,
    },
    retainedByRelease: false,
    triggeredByBuild: null,
    appendCommitMessageToRunName: true,
  };
}

const RUN_STATE = {
  notStarted: 'inProgress',
  inProgress: 'inProgress',
  cancelling: 'canceling',
  completed: 'completed',
} as const;

/** A run as `pipelines/{id}/runs` answers it. */
export function runWire(
  context: ServerContext,
  build: Build,
  options: { whole?: boolean } = {},
) {
  const { urls, organization } = context;
  const { record } = build;
  const definition = definitionOf(context, build);
  const url = urls.api(`pipelines/${definition.id}/runs/${record.id}`);
  // The Pipelines API knows no partial success.
  const result =
    record.result === 'partiallySucceeded' ? 'succeeded' : record.result;
  return {
    _links: {
      self: link(url),
      web: link(urls.buildPage(record.id)),
      'pipeline.web': link(urls.definitionPage(definition.id)),
      pipeline: link(pipelineUrl(context, definition)),
    },
    ...(Object.keys(record.variables).length > 0 && {
      variables: variablesWire(record.variables),
    }),
    templateParameters: record.templateParameters,
    pipeline: pipelineReferenceWire(context, definition),
    state: RUN_STATE[record.status],
    ...(result && { result }),
    createdDate: record.queueTime,
    ...(record.finishTime && { finishedDate: record.finishTime }),
    url,
    ...(options.whole && {
      resources: {
        repositories: Object.fromEntries(
          record.repositories.map(({ alias, name, ref, commit }) => [
            alias,
            {
              repository: {
                id: organization.findRepository(name)?.id,
                type: 'azureReposGit',
              },
              refName: ref,
              version: commit,
            },
          ]),
        ),
      },
      finalYaml: record.finalYaml,
    }),
    id: record.id,
    name: record.buildNumber,
  };
}
