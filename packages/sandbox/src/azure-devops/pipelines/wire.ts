import type { ServerContext } from '../context';
import type { DefinitionRecord } from '../store/model';
import { identityWire, projectWire } from '../wire/common';
import type { Build } from './build';
import type { LogRecord, StoredTimelineRecord } from './build-record';

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

const pipelineUrl = (
  { urls }: ServerContext,
  { id, revision }: Pick<DefinitionRecord, 'id' | 'revision'>,
) => urls.api(`pipelines/${id}?revision=${revision}`);

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

/** The timeline of a run. */
export function timelineWire(context: ServerContext, build: Build) {
  const { record } = build;
  const records = build.timeline();
  const url = context.urls.api(
    `build/builds/${record.id}/Timeline/${record.timelineId}`,
  );
  return {
    records: records.map(item =>
      timelineRecordWire(context, build, item, records),
    ),
    lastChangedBy: context.organization.buildService.id,
    lastChangedOn: record.lastChangedDate,
    id: record.timelineId,
    changeId: build.changeId,
    url,
  };
}

function timelineRecordWire(
  context: ServerContext,
  build: Build,
  record: StoredTimelineRecord,
  all: StoredTimelineRecord[],
) {
  const log = build.logOf(record.id);
  return {
    previousAttempts: [],
    id: record.id,
    parentId: record.parentId ?? null,
    type: record.type,
    name: record.name,
    startTime: record.startTime ?? null,
    finishTime: record.finishTime ?? null,
    currentOperation: record.currentOperation ?? null,
    percentComplete: percentOf(record, all),
    state: record.state,
    result: record.result ?? null,
    resultCode: null,
    changeId: record.changeId,
    lastModified: record.lastModified,
    workerName: record.workerName ?? null,
    order: record.order,
    details: null,
    errorCount: record.errorCount,
    warningCount: record.warningCount,
    url: null,
    log: log ? logReferenceWire(context, build, log) : null,
    task: record.task ? { id: taskId(record.task.name), ...record.task } : null,
    attempt: record.attempt,
    identifier: record.identifier,
    refName: record.refName,
    ...(record.issues.length > 0 && {
      issues: record.issues.map(({ type, message, logLine }) => ({
        type,
        category: 'General',
        message,
        data: {
          type,
          ...(logLine !== undefined && {
            logFileLineNumber: String(logLine),
          }),
        },
      })),
    }),
  };
}

/** Of a record with others below it: how many of them are complete. */
function percentOf(
  record: StoredTimelineRecord,
  all: StoredTimelineRecord[],
): number | null {
  if (record.state === 'completed') return 100;
  if (record.state === 'pending') return null;
  const below = all.filter(({ parentId }) => parentId === record.id);
  if (below.length === 0) return null;
  const complete = below.filter(({ state }) => state === 'completed').length;
  return Math.floor((100 * complete) / below.length);
}

/** A stable UUID in the place of the task's own, which only a marketplace knows. */
function taskId(name: string): string {
  const hex = Buffer.from(name.toLowerCase().padEnd(16, '\0'))
    .toString('hex')
    .slice(0, 32);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

const logReferenceWire = (
  { urls }: ServerContext,
  build: Build,
  log: LogRecord,
) => ({
  id: log.id,
  type: 'Container',
  url: urls.api(`build/builds/${build.id}/logs/${log.id}`),
});

/** A log of `build/builds/{id}/logs`. */
export function logWire(context: ServerContext, build: Build, log: LogRecord) {
  return {
    lineCount: log.lineCount,
    createdOn: log.createdOn,
    lastChangedOn: log.lastChangedOn,
    ...logReferenceWire(context, build, log),
  };
}

/** An artifact of `build/builds/{id}/artifacts`. */
export function artifactWire(
  { urls }: ServerContext,
  build: Build,
  artifact: Build['record']['artifacts'][number],
) {
  const url = urls.api(
    `build/builds/${build.id}/artifacts?artifactName=${encodeURIComponent(
      artifact.name,
    )}`,
  );
  return {
    id: artifact.id,
    name: artifact.name,
    source: artifact.recordId,
    resource: {
      type: 'PipelineArtifact',
      data: artifact.name,
      properties: { artifactsize: String(artifact.size) },
      url,
    },
  };
}
