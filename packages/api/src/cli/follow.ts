import { isFinished } from '@moorline/environment-model';
import type { ChangeRecord, MoorlineClient, RunRecord } from '../client';

/** What timers can count. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Follows the newest run of an environment to its end, as the API tells of it.
 *
 * @param tell Told a line for each stage that begins or ends.
 * @returns The run when it is over; as it was last when that was not in time, undefined when there was none.
 */
export async function followRun(
  client: MoorlineClient,
  environment: string,
  options: {
    signal: AbortSignal;
    deadline: number;
    tell: (line: string) => void;
  },
): Promise<RunRecord | undefined> {
  const { signal, deadline, tell } = options;
  const left = Math.max(0, deadline - Date.now());
  const inTime = AbortSignal.timeout(Math.min(left, LONGEST_MS));
  const stop = AbortSignal.any([signal, inTime]);
  const told = new Set<string>();
  const once = (line: string) => {
    if (told.has(line)) return;
    told.add(line);
    tell(line);
  };
  let run = await newestRun(client, environment, signal);
  if (!run) {
    once(`${environment} has no run yet`);
    run = await firstRun(client, environment, signal, stop);
  }
  if (run) {
    const { id } = run;
    await receive<RunRecord>(
      handlers => client.runs.changes.subscribe({ id }, handlers),
      now => {
        run = now;
        for (const line of story(now)) once(line);
        return isFinished(now.state);
      },
      stop,
    );
  }
  signal.throwIfAborted();
  return run;
}

async function newestRun(
  client: MoorlineClient,
  name: string,
  signal: AbortSignal,
): Promise<RunRecord | undefined> {
  const { lastRun } = await client.environments.get.query({ name }, { signal });
  return lastRun;
}

async function firstRun(
  client: MoorlineClient,
  name: string,
  signal: AbortSignal,
  stop: AbortSignal,
): Promise<RunRecord | undefined> {
  const { items } = await client.environments.history.query(
    { name, limit: 1 },
    { signal },
  );
  // What happened since is told, so that no run can begin unseen.
  const lastEventId = String(items[0].id);
  let run = await newestRun(client, name, signal);
  if (run) return run;
  await receive<ChangeRecord[]>(
    handlers =>
      client.environments.changes.subscribe({ name, lastEventId }, handlers),
    changes => changes.some(({ kind }) => kind === 'run.queued'),
    stop,
  );
  if (!stop.aborted) run = await newestRun(client, name, signal);
  return run;
}

interface Handlers<T> {
  onData(message: { data: T }): void;
  onError(error: unknown): void;
  onComplete(): void;
}

/** Receives messages until one was enough, there are no more, or it is to stop. */
async function receive<T>(
  subscribe: (handlers: Handlers<T>) => { unsubscribe(): void },
  isEnough: (data: T) => boolean,
  stop: AbortSignal,
): Promise<void> {
  let subscription: { unsubscribe(): void } | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      stop.addEventListener('abort', () => resolve());
      if (stop.aborted) resolve();
      subscription = subscribe({
        onData: ({ data }) => isEnough(data) && resolve(),
        onError: reject,
        onComplete: resolve,
      });
    });
  } finally {
    subscription?.unsubscribe();
  }
}

/** What can be said of a run by now, in its order. */
function story(run: RunRecord): string[] {
  const lines = [`run #${run.number} queued: ${run.url}`];
  for (const { label, state } of run.stages) {
    if (state === 'pending') continue;
    if (state !== 'skipped') lines.push(`${label}: running`);
    if (state !== 'running') lines.push(`${label}: ${state}`);
  }
  if (run.plan) {
    const { add, change, destroy } = run.plan;
    lines.push(
      `plan: ${add} to add, ${change} to change, ${destroy} to destroy`,
    );
  }
  if (run.problem)
    lines.push(`not followed at the moment: ${run.problem.message}`);
  if (run.failure) {
    const { stage, step, message } = run.failure;
    lines.push(`failed in ${stage}, ${step}: ${message}`);
  }
  if (isFinished(run.state)) lines.push(`run #${run.number} ${run.state}`);
  return lines;
}
