import type { PlanCounts, StageRecord } from '@moorline/api';
import type { RunSource } from './source';

/** The stage of the shared pipeline that runs `terraform plan`. */
const PLAN_STAGE = 'plan';

const ESCAPES = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');
const COUNTS =
  /Plan: (?:\d+ to import, )?(\d+) to add, (\d+) to change, (\d+) to destroy\./;
const NO_CHANGES = /\bNo changes\. /;

/** What Terraform said it would do; undefined when these lines do not tell. The last word counts. */
export function planCounts(lines: string[]): PlanCounts | undefined {
  for (const line of [...lines].reverse()) {
    const text = line.replace(ESCAPES, '');
    const [, add, change, destroy] = COUNTS.exec(text) ?? [];
    if (add !== undefined) {
      return {
        add: Number(add),
        change: Number(change),
        destroy: Number(destroy),
      };
    }
    if (NO_CHANGES.test(text)) return { add: 0, change: 0, destroy: 0 };
  }
  return undefined;
}

/** The logs in which the counts may stand, the likeliest first; undefined while the plan is not made. */
export function planLogs(stages: StageRecord[]): number[] | undefined {
  const stage = stages.find(({ name }) => name.toLowerCase() === PLAN_STAGE);
  if (stage?.state !== 'succeeded') return undefined;
  const steps = stage.jobs.flatMap(job => job.steps);
  const likely = steps.filter(step => /plan/i.test(step.name));
  const others = steps.filter(step => !likely.includes(step));
  return [...likely, ...others].flatMap(({ logId }) =>
    logId === undefined ? [] : [logId],
  );
}

/** Reads logs until one tells the counts. */
export async function readPlan(
  source: RunSource,
  buildId: number,
  logIds: number[],
): Promise<PlanCounts | undefined> {
  for (const logId of logIds) {
    const { lines } = await source.getLog(buildId, logId);
    const counts = planCounts(lines);
    if (counts) return counts;
  }
  return undefined;
}
