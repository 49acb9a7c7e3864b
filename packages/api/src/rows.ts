import type {
  EnvironmentState,
  PlacedEnvironmentSpec,
  RunState,
} from '@moorline/environment-model';
import type {
  EnvironmentRecord,
  FollowProblem,
  PlanCounts,
  RunFailure,
  RunRecord,
  StageRecord,
} from './records';

/** A row of `runs` with the environment's name; also as JSON, where times are text. */
export interface RunRow {
  id: string;
  environment: string;
  environment_id: string;
  number: number;
  state: RunState;
  build_id: number;
  pipeline_id: number;
  url: string;
  queued_at: Date | string;
  started_at: Date | string | null;
  finished_at: Date | string | null;
  stages: StageRecord[];
  plan: PlanCounts | null;
  failure: RunFailure | null;
  problem: FollowProblem | null;
}

/** A row of `environments` with its last run. */
export interface EnvironmentRow {
  id: string;
  name: string;
  state: EnvironmentState;
  state_reason: string | null;
  spec: PlacedEnvironmentSpec;
  version: number;
  created_at: Date;
  updated_at: Date;
  expires_at: Date | null;
  created_by: string;
  last_run: RunRow | null;
}

/** Selects {@link RunRow}s; conditions follow. */
export const SELECT_RUNS = `
  SELECT r.id, e.name AS environment, r.environment_id, r.number, r.state, r.build_id, r.pipeline_id, r.url,
         r.queued_at, r.started_at, r.finished_at, r.stages, r.plan, r.failure, r.problem
  FROM runs r JOIN environments e ON e.id = r.environment_id`;

/** Selects {@link EnvironmentRow}s; conditions follow. */
export const SELECT_ENVIRONMENTS = `
  SELECT e.id, e.name, e.state, e.state_reason, e.spec, e.version, e.created_at, e.updated_at, e.expires_at,
         e.created_by,
         (SELECT to_jsonb(r) || jsonb_build_object('environment', e.name)
          FROM runs r WHERE r.environment_id = e.id
          ORDER BY r.number DESC LIMIT 1) AS last_run
  FROM environments e`;

export function toRunRecord(row: RunRow): RunRecord {
  return {
    id: row.id,
    environment: row.environment,
    number: row.number,
    state: row.state,
    buildId: row.build_id,
    pipelineId: row.pipeline_id,
    url: row.url,
    queuedAt: iso(row.queued_at),
    startedAt: row.started_at ? iso(row.started_at) : undefined,
    finishedAt: row.finished_at ? iso(row.finished_at) : undefined,
    stages: row.stages,
    plan: optional(row.plan),
    failure: optional(row.failure),
    problem: optional(row.problem),
  };
}

export function toEnvironmentRecord(row: EnvironmentRow): EnvironmentRecord {
  return {
    id: row.id,
    name: row.name,
    state: row.state,
    stateReason: optional(row.state_reason),
    spec: row.spec,
    version: row.version,
    createdAt: iso(row.created_at),
    updatedAt: iso(row.updated_at),
    expiresAt: row.expires_at ? iso(row.expires_at) : undefined,
    createdBy: row.created_by,
    lastRun: row.last_run ? toRunRecord(row.last_run) : undefined,
  };
}

/** ISO 8601 in UTC, whatever form PostgreSQL gave. */
export function iso(time: Date | string): string {
  return new Date(time).toISOString();
}

/** SQL's null is our undefined. */
export function optional<T>(value: T | null): T | undefined {
  return value ?? undefined;
}
