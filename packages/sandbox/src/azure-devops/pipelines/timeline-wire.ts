import type { ServerContext } from '../context';
import type { Build } from './build';
import type { LogRecord, StoredTimelineRecord } from './build-record';

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

function logReferenceWire(
  { urls }: ServerContext,
  build: Build,
  log: LogRecord,
) {
  return {
    id: log.id,
    type: 'Container',
    url: urls.api(`build/builds/${build.id}/logs/${log.id}`),
  };
}

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
      downloadUrl: urls.api(
        `artifact/${build.id}-${artifact.id}/content?format=zip`,
      ),
    },
  };
}
