import { Environment } from '../expressions/evaluate';
import { GENERAL_FUNCTIONS } from '../expressions/functions';
import { Value } from '../expressions/values';
import { Scalar, contextNode } from '../yaml/node';

/** The names that compile-time expressions see at one place of a template. Never changed: `with…` copies. */
export class Scope {
  private constructor(
    private readonly names: ReadonlyMap<string, Value>,
    private readonly variables: Readonly<Record<string, Scalar>>,
  ) {}

  static of(
    parameters: Value,
    variables: Readonly<Record<string, Scalar>>,
  ): Scope {
    return new Scope(new Map([['parameters', parameters]]), variables);
  }

  get environment(): Environment {
    return {
      names: new Map([
        ...this.names,
        ['variables', contextNode(this.variables)],
      ]),
      functions: GENERAL_FUNCTIONS,
    };
  }

  /** For another template: its own parameters, the same variables, no loop variables. */
  forTemplate(parameters: Value): Scope {
    return Scope.of(parameters, this.variables);
  }

  withName(name: string, value: Value): Scope {
    const names = new Map(this.names);
    names.set(name.toLowerCase(), value);
    return new Scope(names, this.variables);
  }

  withVariable(name: string, value: string): Scope {
    const variables = { ...this.variables };
    for (const known of Object.keys(variables)) {
      if (known.toLowerCase() === name.toLowerCase()) delete variables[known];
    }
    variables[name] = value;
    return new Scope(this.names, variables);
  }

  /** The same names with the variables of another scope. */
  withVariablesOf(other: Scope): Scope {
    return new Scope(this.names, other.variables);
  }

  has(name: string): boolean {
    const wanted = name.toLowerCase();
    return wanted === 'variables' || this.names.has(wanted);
  }
}
