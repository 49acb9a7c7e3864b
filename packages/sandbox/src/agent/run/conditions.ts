import { TaskResult } from '../contract';
import { evaluateText } from '../expressions/evaluate';
import {
  ExpressionFunction,
  GENERAL_FUNCTIONS,
} from '../expressions/functions';
import { Value, toBoolean, toText } from '../expressions/values';
import { MappingNode, contextNode } from '../yaml/node';

/** What is known of a finished stage or job. */
export interface Outcome {
  result: TaskResult;
  /** `step.variable` (of a job) or `job.step.variable` (of a stage) to value. */
  outputs: Record<string, string>;
}

const PASSED: TaskResult[] = ['succeeded', 'succeededWithIssues'];

/** `succeededWithIssues` → `SucceededWithIssues`, as expressions have it. */
export function resultName(result: TaskResult): string {
  return result[0].toUpperCase() + result.slice(1);
}

function statusFunctions(
  passed: (names: string[]) => boolean,
  failed: (names: string[]) => boolean,
  ended: (names: string[]) => boolean,
  canceled: boolean,
): Map<string, ExpressionFunction> {
  const define = (
    call: (names: string[]) => boolean,
    max?: number,
  ): ExpressionFunction => ({
    min: 0,
    max,
    call: args => call(args.map(arg => toText(arg()))),
  });
  return new Map([
    ...GENERAL_FUNCTIONS,
    ['always', define(() => true, 0)],
    ['canceled', define(() => canceled, 0)],
    ['succeeded', define(passed)],
    ['failed', define(failed)],
    ['succeededorfailed', define(ended)],
  ]);
}

/** Evaluates a step's condition; left out, it is `succeeded()`. @throws ExpressionError */
export function stepCondition(
  condition: string | undefined,
  jobStatus: TaskResult,
  variables: Value,
): boolean {
  const passed = PASSED.includes(jobStatus);
  const functions = statusFunctions(
    () => passed,
    () => jobStatus === 'failed',
    () => passed || jobStatus === 'failed',
    jobStatus === 'canceled',
  );
  return toBoolean(
    evaluateText(condition ?? 'succeeded()', {
      names: new Map([['variables', variables]]),
      functions,
    }),
  );
}

export interface GraphFacts {
  /** Finished stages or jobs that this one depends on, directly or through others. */
  before: ReadonlyMap<string, Outcome>;
  canceled: boolean;
  /** The contexts that the condition may use, by lower case name. */
  names: ReadonlyMap<string, Value>;
}

/** Evaluates the condition of a stage or job; left out, it is `succeeded()`. @throws ExpressionError */
export function graphCondition(
  condition: string | undefined,
  { before, canceled, names }: GraphFacts,
): boolean {
  const results = (wanted: string[]) => {
    if (wanted.length === 0) return [...before.values()].map(o => o.result);
    return wanted.map(name => {
      for (const [known, outcome] of before) {
        if (known.toLowerCase() === name.toLowerCase()) return outcome.result;
      }
      return undefined;
    });
  };
  const functions = statusFunctions(
    wanted =>
      !canceled &&
      results(wanted).every(result => result && PASSED.includes(result)),
    wanted => !canceled && results(wanted).includes('failed'),
    wanted => {
      const found = results(wanted);
      return (
        !canceled &&
        (found.length === 0 ||
          found.some(
            result => result && [...PASSED, 'failed'].includes(result),
          ))
      );
    },
    canceled,
  );
  return toBoolean(
    evaluateText(condition ?? 'succeeded()', { names, functions }),
  );
}

/** `dependencies` (or one stage of `stageDependencies`): results and outputs by name. */
export function outcomesContext(
  outcomes: Iterable<[string, Outcome]>,
): MappingNode {
  return contextNode(
    Object.fromEntries(
      [...outcomes].map(([name, outcome]) => [
        name,
        contextNode({
          result: resultName(outcome.result),
          outputs: contextNode(outcome.outputs),
        }),
      ]),
    ),
  );
}
