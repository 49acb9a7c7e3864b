import { ExpandedVariable, RunOptions } from '../contract';
import { evaluateText } from '../expressions/evaluate';
import { ExpressionError } from '../expressions/expression-error';
import {
  ExpressionFunction,
  GENERAL_FUNCTIONS,
  counterFunction,
} from '../expressions/functions';
import { Value, toText } from '../expressions/values';
import { runtimeExpression } from '../pipeline/conditions';
import { Variables } from './variables';

/**
 * Sets variables of the YAML, one after the other, with their `$[ … ]` evaluated.
 * @param contexts - `dependencies` and `stageDependencies`, by lower case name
 * @returns the same variables with plain values, to be set again without evaluating twice
 * @throws Error that names the variable
 */
export function setYamlVariables(
  variables: Variables,
  declared: ExpandedVariable[],
  contexts: ReadonlyMap<string, Value>,
  options: RunOptions,
): ExpandedVariable[] {
  return declared.map(variable => {
    const expression = runtimeExpression(variable.value);
    let { value } = variable;
    if (expression !== undefined) {
      try {
        value = toText(
          evaluateText(expression, {
            names: new Map<string, Value>([
              ['dependencies', undefined],
              ['stagedependencies', undefined],
              ...contexts,
              ['variables', variables.context()],
            ]),
            functions: functions(options),
          }),
        );
      } catch (error) {
        if (!(error instanceof ExpressionError)) throw error;
        throw new Error(`The variable '${variable.name}': ${error.message}`);
      }
    }
    variables.set(variable.name, value, {
      readonly: variable.readonly,
      force: true,
    });
    return { ...variable, value };
  });
}

function functions(
  options: RunOptions,
): ReadonlyMap<string, ExpressionFunction> {
  const { nextCounter } = options;
  const counter = counterFunction((prefix, seed) => {
    if (!nextCounter) {
      throw new ExpressionError(
        'counter is not supported by this server: it keeps no counters',
      );
    }
    return nextCounter(prefix, seed);
  });
  return new Map([...GENERAL_FUNCTIONS, ['counter', counter]]);
}
