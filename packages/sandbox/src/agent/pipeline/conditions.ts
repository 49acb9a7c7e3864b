import { ExpressionError } from '../expressions/expression-error';
import { GENERAL_FUNCTIONS } from '../expressions/functions';
import { Arity, Vocabulary, parseExpression } from '../expressions/parser';
import { Refusal } from '../problems';
import { Mark } from '../yaml/node';

export type ConditionScope = 'stage' | 'job' | 'step';

const NAMES: Record<ConditionScope | 'variable', string[]> = {
  stage: ['variables', 'dependencies'],
  job: ['variables', 'dependencies', 'stagedependencies'],
  step: ['variables'],
  variable: ['variables', 'dependencies', 'stagedependencies'],
};

function vocabulary(where: ConditionScope | 'variable'): Vocabulary {
  const functions = new Map<string, Arity>(GENERAL_FUNCTIONS);
  if (where === 'variable') {
    functions.set('counter', { min: 0, max: 2 });
  } else {
    // Stages and jobs may name what they ask about; a step asks about its job.
    const arity: Arity = where === 'step' ? { min: 0, max: 0 } : { min: 0 };
    for (const name of ['succeeded', 'failed', 'succeededorfailed']) {
      functions.set(name, arity);
    }
    functions.set('always', { min: 0, max: 0 });
    functions.set('canceled', { min: 0, max: 0 });
  }
  return { names: new Set(NAMES[where]), functions };
}

/** Checks a condition's syntax and names. @throws Refusal */
export function checkCondition(
  text: string | undefined,
  where: ConditionScope,
  mark: Mark,
): string | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  check(text, where, mark);
  return text;
}

/** The inside of `$[ … ]`, or undefined when a variable's value is plain text. */
export function runtimeExpression(value: string): string | undefined {
  const match = /^\s*\$\[([\s\S]*)\]\s*$/.exec(value);
  return match ? match[1] : undefined;
}

/** Checks a variable's `$[ … ]`. @throws Refusal */
export function checkVariableValue(value: string, mark: Mark): void {
  const expression = runtimeExpression(value);
  if (expression !== undefined) check(expression, 'variable', mark);
}

function check(
  text: string,
  where: ConditionScope | 'variable',
  mark: Mark,
): void {
  try {
    parseExpression(text, vocabulary(where));
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw Refusal.at(mark, error.message);
  }
}
