import { ExpressionError } from './expression-error';
import { ExpressionFunction } from './functions';
import { Expression, parseExpression } from './parser';
import { Value, every, index } from './values';

/** What the names and functions of an expression mean; keys in lower case. */
export interface Environment {
  names: ReadonlyMap<string, Value>;
  functions: ReadonlyMap<string, ExpressionFunction>;
}

/** Reads and evaluates in one go. @throws ExpressionError */
export function evaluateText(text: string, environment: Environment): Value {
  const expression = parseExpression(text, {
    names: new Set(environment.names.keys()),
    functions: environment.functions,
  });
  return evaluate(expression, environment);
}

/** @throws ExpressionError */
export function evaluate(
  expression: Expression,
  environment: Environment,
): Value {
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'name':
      return environment.names.get(expression.name);
    case 'index':
      return index(
        evaluate(expression.target, environment),
        evaluate(expression.index, environment),
      );
    case 'every':
      return every(evaluate(expression.target, environment));
    default: {
      const called = environment.functions.get(expression.name);
      if (!called) {
        throw new ExpressionError(`Unrecognized value: '${expression.name}'`);
      }
      return called.call(
        expression.args.map(arg => () => evaluate(arg, environment)),
      );
    }
  }
}
