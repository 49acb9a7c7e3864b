import { Condition, timestamp } from '../../kubernetes/objects/meta';

/** What is to be said of a thing. */
export interface Finding {
  type: string;
  /** Left out: all is well, and the reason is the type's own. */
  problem?: { reason: string; message: string };
  message?: string;
}

/** Conditions of a status; those that say the same as before keep their time. */
export function conditionsOf(
  findings: Finding[],
  generation: number | undefined,
  before: Condition[] = [],
): Condition[] {
  return findings.map(({ type, problem, message = '' }) => {
    const status = problem ? 'False' : 'True';
    const old = before.find(condition => condition.type === type);
    return {
      type,
      status,
      reason: problem?.reason ?? type,
      message: problem?.message ?? message,
      observedGeneration: generation,
      lastTransitionTime:
        old?.status === status ? old.lastTransitionTime : timestamp(),
    };
  });
}
