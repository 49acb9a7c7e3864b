import type { Connection } from './connection';
import { buildRequest } from './run';

/** State of a stage, job or step, in Moorline's words. */
export type StepState =
  | 'pending'
  | 'running'
  | 'succeeded'
  | 'failed'
  | 'skipped'
  | 'canceled';

/** One step of a job. Times are ISO 8601. */
export interface StepProgress {
  name: string;
  state: StepState;
  /** Its log, for `getLog`; undefined until it wrote something. */
  logId?: number;
  startedAt?: string;
  finishedAt?: string;
  errors: string[];
}

/** One job of a stage. */
export interface JobProgress {
  name: string;
  state: StepState;
  startedAt?: string;
  finishedAt?: string;
  steps: StepProgress[];
}

/** One stage of a run. */
export interface StageProgress {
  /** Its name in the YAML. */
  name: string;
  /** What people read. */
  label: string;
  state: StepState;
  startedAt?: string;
  finishedAt?: string;
  jobs: JobProgress[];
}

/** Where and why a run failed first. */
export interface RunFailure {
  stage: string;
  step: string;
  message: string;
  logId?: number;
}

/** A record of Azure DevOps' timeline: a tree of stages, phases, jobs and tasks, as a flat list. */
export interface TimelineRecord {
  id: string;
  parentId?: string | null;
  type: string;
  name: string;
  identifier?: string | null;
  order?: number | null;
  state?: string | null;
  result?: string | null;
  startTime?: string | null;
  finishTime?: string | null;
  log?: { id: number } | null;
  issues?: { type: string; message: string }[] | null;
}

/** Reads the stages of a run in order; none before it has been planned. */
export async function getTimeline(
  connection: Connection,
  buildId: number,
): Promise<StageProgress[]> {
  const timeline = await connection.send<{ records?: TimelineRecord[] }>({
    ...buildRequest(buildId, '/timeline'),
    method: 'GET',
    what: `read the timeline of the run ${buildId}`,
  });
  return stagesOf(timeline?.records ?? []);
}

/** Arranges a timeline's records as stages, jobs and steps. */
export function stagesOf(records: TimelineRecord[]): StageProgress[] {
  const children = (parent: TimelineRecord, type: string) =>
    records
      .filter(record => record.parentId === parent.id && record.type === type)
      .sort(byOrder);
  return records
    .filter(record => record.type === 'Stage')
    .sort(byOrder)
    .map(stage => ({
      name: stage.identifier ?? stage.name,
      label: stage.name,
      ...progressOf(stage),
      jobs: children(stage, 'Phase').flatMap(phase => {
        const jobs = children(phase, 'Job');
        // Until an agent takes it, a job is only a phase.
        return (jobs.length > 0 ? jobs : [phase]).map(job => ({
          name: job.name,
          ...progressOf(job),
          steps: stepsOf(job, children(job, 'Task')),
        }));
      }),
    }));
}

/** The first step that failed; undefined when none did. */
export function failureOf(stages: StageProgress[]): RunFailure | undefined {
  for (const stage of stages) {
    for (const job of stage.jobs) {
      const step = job.steps.find(candidate => candidate.state === 'failed');
      if (step) {
        // Steps that a pipeline runs because one failed (`condition: failed()`) look for the reason and report it.
        const found = job.steps
          .slice(job.steps.indexOf(step) + 1)
          .filter(({ state }) => state === 'succeeded')
          .flatMap(({ errors }) => errors);
        const own = step.errors[0] ?? `${step.name} failed; see its log.`;
        return {
          stage: stage.name,
          step: step.name,
          message: [...new Set([...found, own])].join('\n'),
          logId: step.logId,
        };
      }
    }
    if (stage.state === 'failed') {
      const job = stage.jobs.find(candidate => candidate.state === 'failed');
      return {
        stage: stage.name,
        step: job?.name ?? stage.label,
        message: `${
          job?.name ?? stage.label
        } failed before its first step; see the run in Azure DevOps.`,
      };
    }
  }
  return undefined;
}

function stepsOf(job: TimelineRecord, tasks: TimelineRecord[]): StepProgress[] {
  const steps = tasks.map(task => ({
    name: task.name,
    ...progressOf(task),
    logId: task.log?.id,
    errors: errorsOf(task),
  }));
  const own = errorsOf(job);
  // A job that failed by itself (no agent, a lost agent, a time limit) has its reason on the job.
  if (own.length > 0 && !steps.some(step => step.state === 'failed')) {
    steps.push({
      name: job.name,
      ...progressOf(job),
      logId: job.log?.id,
      errors: own,
    });
  }
  return steps;
}

function errorsOf(record: TimelineRecord): string[] {
  return (record.issues ?? [])
    .filter(issue => issue.type === 'error')
    .map(issue => issue.message);
}

function progressOf(record: TimelineRecord) {
  return {
    state: stateOf(record),
    startedAt: record.startTime ?? undefined,
    finishedAt: record.finishTime ?? undefined,
  };
}

function stateOf({ state, result }: TimelineRecord): StepState {
  if (state === 'inProgress') {
    return 'running';
  }
  if (state !== 'completed') {
    return 'pending';
  }
  switch (result) {
    case 'succeeded':
    case 'succeededWithIssues':
      return 'succeeded';
    case 'skipped':
      return 'skipped';
    case 'canceled':
      return 'canceled';
    default:
      return 'failed';
  }
}

function byOrder(a: TimelineRecord, b: TimelineRecord): number {
  return (a.order ?? 0) - (b.order ?? 0);
}
