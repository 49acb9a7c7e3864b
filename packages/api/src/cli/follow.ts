import { isFinished } from '@moorline/environment-model';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MoorlineClient, RunRecord } from '../client';

/** How often a run is looked at. */
const PAUSE_MS = 1_000;

/**
 * Follows the newest run of an environment to its end.
 *
 * @param tell Told a line for each stage that begins or ends.
 * @returns The run when it is over; undefined when there was none until the signal or the deadline.
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
  const told = new Set<string>();
  const once = (line: string) => {
    if (told.has(line)) return;
    told.add(line);
    tell(line);
  };
  let run: RunRecord | undefined;
  for (;;) {
    const { lastRun } = await client.environments.get.query(
      { name: environment },
      { signal },
    );
    run = lastRun;
    if (run) for (const line of story(run)) once(line);
    else once(`${environment} has no run yet`);
    if (run && isFinished(run.state)) return run;
    if (Date.now() + PAUSE_MS > deadline) return run;
    await sleep(PAUSE_MS, undefined, { signal });
  }
}

/** What can be said of a run by now, in its order. */
function story(run: RunRecord): string[] {
  const lines = [`run #${run.number} queued: ${run.url}`];
  for (const { label, state } of run.stages) {
    if (state === 'pending') continue;
    lines.push(`${label}: running`);
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
