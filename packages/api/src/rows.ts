import { JsonText, parseJson } from './json';
import type { EnvironmentRecord, RunRecord } from './records';

/** A run of `runs`. */
export interface RunRow {
  environment_id: string;
  record: JsonText<RunRecord>;
}

/** An environment of `environments`. */
export interface EnvironmentRow {
  id: string;
  record: JsonText<EnvironmentRecord>;
}

// How PostgreSQL writes a column in JSON; nothing for NULL.
const text = (column: string) => `to_json(${column})::text`;
/** Numbers, and what is JSON already. */
const plain = (column: string) => `${column}::text`;
/** As JavaScript writes times: ISO 8601 in UTC, with milliseconds. */
const moment = (column: string) =>
  String.raw`to_char(${column} AT TIME ZONE 'UTC', '\"YYYY-MM-DD"T"HH24:MI:SS.MS"Z"\"')`;

/** An object of JSON, as an expression of SQL; without the fields that have no value. The first one always has one. */
function object<T>(fields: { [Field in keyof Required<T>]: string }): string {
  const parts = Object.entries(fields).map(
    ([name, value], index) => `'${index ? ',' : '{'}"${name}":' || ${value}`,
  );
  return `concat(${parts.join(', ')}, '}')`;
}

const RUN = object<RunRecord>({
  id: text('r.id'),
  environment: text('e.name'),
  number: plain('r.number'),
  state: text('r.state'),
  buildId: plain('r.build_id'),
  pipelineId: plain('r.pipeline_id'),
  url: text('r.url'),
  queuedAt: moment('r.queued_at'),
  startedAt: moment('r.started_at'),
  finishedAt: moment('r.finished_at'),
  stages: plain('r.stages'),
  plan: plain('r.plan'),
  failure: plain('r.failure'),
  archive: text('r.archive'),
  problem: plain('r.problem'),
});

const ENVIRONMENT = object<EnvironmentRecord>({
  id: text('e.id'),
  name: text('e.name'),
  state: text('e.state'),
  stateReason: text('e.state_reason'),
  spec: plain('e.spec'),
  version: plain('e.version'),
  createdAt: moment('e.created_at'),
  updatedAt: moment('e.updated_at'),
  expiresAt: moment('e.expires_at'),
  createdBy: text('e.created_by'),
  drift: plain('e.drift'),
  lastRun: `(SELECT ${RUN} FROM runs r WHERE r.environment_id = e.id AND r.purpose <> 'drift' ORDER BY r.number DESC LIMIT 1)`,
});

/** Selects {@link RunRow}s; conditions follow. */
export const SELECT_RUNS = `
  SELECT r.environment_id, ${RUN} AS record FROM runs r JOIN environments e ON e.id = r.environment_id`;

/** Selects {@link EnvironmentRow}s, each with its last run; conditions follow. */
export const SELECT_ENVIRONMENTS = `
  SELECT e.id, ${ENVIRONMENT} AS record FROM environments e`;

export function toRunRecord({ record }: RunRow): RunRecord {
  return parseJson(record);
}

export function toEnvironmentRecord({
  record,
}: EnvironmentRow): EnvironmentRecord {
  return parseJson(record);
}

/** The list of some rows' records. */
export function listOf<T>(rows: { record: JsonText<T> }[]): JsonText<T[]> {
  return `[${rows.map(({ record }) => record).join(',')}]`;
}

/** ISO 8601 in UTC, whatever form PostgreSQL gave. */
export function iso(time: Date | string): string {
  return new Date(time).toISOString();
}

/** SQL's null is our undefined. */
export function optional<T>(value: T | null): T | undefined {
  return value ?? undefined;
}
