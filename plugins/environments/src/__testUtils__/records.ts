import type {
  EnvironmentRecord,
  RunRecord,
  StageRecord,
} from '@moorline/api/client';
import { defaultHost } from '@moorline/environment-model';

const LABELS = ['Validate', 'Plan', 'Apply', 'Deploy', 'Smoke'];

/** A stage with one job of two steps, in a state. */
export function stageRecord(
  label: string,
  state: StageRecord['state'],
): StageRecord {
  const started = state === 'pending' || state === 'skipped';
  const startedAt = started ? undefined : '2026-11-21T10:00:00.000Z';
  const over = state === 'succeeded' || state === 'failed';
  const finishedAt = over ? '2026-11-21T10:00:31.000Z' : undefined;
  const logId = (LABELS.indexOf(label) + 1) * 10;
  return {
    name: label.toLowerCase(),
    label,
    state,
    startedAt,
    finishedAt,
    jobs: [
      {
        name: 'Terraform',
        state,
        startedAt,
        finishedAt,
        steps: [
          {
            name: 'Check out',
            state: started ? state : 'succeeded',
            logId: started ? undefined : logId,
            startedAt,
            finishedAt,
            errors: [],
          },
          {
            name: `${label} it`,
            state,
            logId: started ? undefined : logId + 1,
            startedAt,
            finishedAt,
            errors: state === 'failed' ? ['Error: not ready'] : [],
          },
        ],
      },
    ],
  };
}

/** A run that has come as far as its states say, in the order of the pipeline. */
export function runRecord(
  states: StageRecord['state'][],
  more: Partial<RunRecord> = {},
): RunRecord {
  return {
    id: 'run-1',
    environment: 'orders-dev',
    number: 1,
    state: 'running',
    buildId: 41,
    pipelineId: 3,
    url: 'https://dev.azure.com/moorline/_build/results?buildId=41',
    queuedAt: '2026-11-21T10:00:00.000Z',
    startedAt: '2026-11-21T10:00:02.000Z',
    stages: LABELS.map((label, index) => stageRecord(label, states[index])),
    ...more,
  };
}

/** A run that failed in Deploy. */
export function failedRun(): RunRecord {
  return runRecord(
    ['succeeded', 'succeeded', 'succeeded', 'failed', 'skipped'],
    {
      state: 'failed',
      finishedAt: '2026-11-21T10:03:00.000Z',
      plan: { add: 23, change: 0, destroy: 0 },
      failure: {
        stage: 'Deploy',
        step: 'Deploy it',
        message: 'The release api was not ready within 10 minutes',
        logId: 41,
      },
    },
  );
}

/** An environment of one service. */
export function environmentRecord(
  name: string,
  more: Partial<EnvironmentRecord> = {},
): EnvironmentRecord {
  return {
    id: name,
    name,
    state: 'ready',
    version: 1,
    createdAt: '2026-11-20T10:00:00.000Z',
    updatedAt: '2026-11-21T10:00:00.000Z',
    createdBy: 'user:default/guest',
    spec: {
      name,
      tier: 'dev',
      owner: 'group:default/team-orders',
      region: 'westeurope',
      size: 'small',
      addressRange: '10.1.0.0/20',
      database: 'statefulset',
      services: [
        {
          name: 'api',
          image: 'ghcr.io/moorline/trpc-api:0.1.0',
          replicas: 2,
          host: defaultHost('api', name),
        },
      ],
    },
    ...more,
  };
}
