import { AttributePath, Diagnostic } from '../protocol/messages';
import { Problem } from '../rules/type-rules';

/** A path as Terraform's protocol has it. */
export function toAttributePath(path: (string | number)[]): AttributePath {
  return {
    steps: path.map(step =>
      typeof step === 'number'
        ? { element_key_int: step }
        : { attribute_name: step },
    ),
  };
}

/** Problems as Terraform shows them: as errors, at the attribute where there is one. */
export function toDiagnostics(problems: Problem[]): Diagnostic[] {
  return problems.map(({ summary, detail, path }) => ({
    severity: 1,
    summary,
    detail,
    ...(path && { attribute: toAttributePath(path) }),
  }));
}
