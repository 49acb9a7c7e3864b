import { z } from 'zod';
import { EnvironmentSpec, environmentSpecSchema } from './environmentSpec';

/** One thing wrong with an input. */
export interface SpecIssue {
  /** The field, dotted: `services.0.host`; empty for the whole. */
  path: string;
  /** Names the field and the fix. */
  message: string;
}

/** Thrown for a description that is not an environment. Carries every problem, not only the first. */
export class InvalidEnvironmentError extends Error {
  readonly issues: SpecIssue[];

  constructor(issues: SpecIssue[]) {
    super(issues.map(issue => issue.message).join('\n'));
    this.name = 'InvalidEnvironmentError';
    this.issues = issues;
  }
}

/** The problems of a failed zod parse with dotted paths, in the order of the fields. */
export function specIssues(error: z.ZodError): SpecIssue[] {
  return error.issues.map(({ path, message }) => ({
    path: path.join('.'),
    message,
  }));
}

/**
 * Checks an input from outside.
 * @throws InvalidEnvironmentError naming every wrong field and how to put it right.
 */
export function parseEnvironmentSpec(input: unknown): EnvironmentSpec {
  const result = environmentSpecSchema.safeParse(input);
  if (!result.success) {
    throw new InvalidEnvironmentError(specIssues(result.error));
  }
  return result.data;
}
