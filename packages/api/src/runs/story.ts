import {
  EnvironmentState,
  StageState,
  isFinished,
} from '@moorline/environment-model';
import { storableText } from '../database/database';
import type { NewEvent } from '../events';
import type { EventKind, RunRecord, StageRecord } from '../records';

type Told = Pick<NewEvent, 'kind' | 'message' | 'at' | 'difference'>;

const OVER: Partial<Record<StageState, string>> = {
  succeeded: 'succeeded',
  failed: 'failed',
  skipped: 'was skipped',
  canceled: 'was canceled',
};

/** What happened between two looks at a run, in the order in which it happened. */
export function progressEvents(before: RunRecord, after: RunRecord): Told[] {
  const events: Told[] = [];
  if (before.state === 'queued' && after.state !== 'queued') {
    events.push({
      kind: 'run.started',
      message: `Run #${after.number} started`,
      at: after.startedAt,
      difference: { run: { from: before.state, to: 'running' } },
    });
  }
  for (const stage of after.stages) {
    const known = before.stages.find(other => other.name === stage.name);
    events.push(...stageEvents(known?.state ?? 'pending', stage, after));
  }
  if (isFinished(after.state)) {
    events.push({
      kind: 'run.finished',
      message: `Run #${after.number} ${OVER[after.state as StageState]}`,
      at: after.finishedAt,
      difference: { run: { from: 'running', to: after.state } },
    });
  }
  return events;
}

function stageEvents(
  before: StageState,
  stage: StageRecord,
  run: RunRecord,
): Told[] {
  if (stage.state === before) return [];
  const events: Told[] = [];
  if (before === 'pending' && stage.startedAt) {
    events.push({
      kind: 'stage.started',
      message: `${stage.label} started`,
      at: stage.startedAt,
      difference: { [stage.name]: { from: before, to: 'running' } },
    });
  }
  const over = OVER[stage.state];
  if (over) {
    const failure =
      stage.state === 'failed' && run.failure?.stage === stage.name
        ? `: ${summary(run.failure.message)}`
        : '';
    events.push({
      kind: 'stage.finished',
      message: `${stage.label} ${over}${failure}`,
      at: stage.finishedAt,
      difference: {
        [stage.name]: {
          from: events.length ? 'running' : before,
          to: stage.state,
        },
      },
    });
  }
  return events;
}

/** What the end of a run means for its environment. */
export interface Outcome {
  state: EnvironmentState;
  reason?: string;
  kind: EventKind;
  message: string;
}

/** What the end of a run means that was to make the environment what it should be. */
export function environmentOutcome(run: RunRecord): Outcome {
  if (run.state === 'succeeded') {
    return {
      state: 'ready',
      kind: 'environment.ready',
      message: `${run.environment} is ready`,
    };
  }
  const reason = failureReason(run);
  return {
    state: 'failed',
    reason,
    kind: 'environment.failed',
    message: `${run.environment} failed. ${reason}`,
  };
}

/** What the end of a run means that was to take the environment down. */
export function retirementOutcome({
  state,
  number,
  environment,
}: RunRecord): Outcome {
  if (state === 'succeeded') {
    return {
      state: 'retired',
      kind: 'environment.retired',
      message: `${environment} is gone`,
    };
  }
  const reason = `Run #${number} could not take it down. See the run, then retire it again.`;
  return {
    state: 'retiring',
    reason,
    kind: 'environment.retiring',
    message: `${environment} is still there. ${reason}`,
  };
}

function failureReason({ state, number, failure, stages }: RunRecord): string {
  if (state === 'canceled') {
    return `Run #${number} was canceled. Run the pipeline again to finish the environment.`;
  }
  if (!failure) {
    return `Run #${number} failed; its page in Azure DevOps says why.`;
  }
  const label =
    stages.find(stage => stage.name === failure.stage)?.label ?? failure.stage;
  const place = label ? `Failed in ${label}` : 'Failed';
  const step = failure.step ? `, step ${failure.step}` : '';
  return `${place}${step}: ${summary(failure.message)}`;
}

const ANSI = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*[A-Za-z]`, 'g');

/** A message for one line: without colours, and no longer than a person reads at a glance. */
function summary(message: string): string {
  const line = storableText(message)
    .replace(ANSI, '')
    .replace(/\s+/g, ' ')
    .trim();
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}
