import { TRPCError } from '@trpc/server';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { EnvironmentRecord } from './records';

/** One wrong field of an input. */
export interface InputIssue {
  /** The field, dotted from the root of the input: `spec.services.0.host`. */
  path: string;
  /** Names the field and the fix. */
  message: string;
}

/** Carries the fields of an error that the caller can put right. */
class FieldError extends Error {
  constructor(readonly issues: InputIssue[]) {
    super(issues.map(issue => issue.message).join('\n'));
    this.name = 'FieldError';
  }
}

/** A field has a value that cannot be used. */
export function invalidField(path: string, message: string): TRPCError {
  const cause = new FieldError([{ path, message }]);
  return new TRPCError({ code: 'BAD_REQUEST', message, cause });
}

/** A field has a value that somebody else has. */
export function conflict(path: string, message: string): TRPCError {
  const cause = new FieldError([{ path, message }]);
  return new TRPCError({ code: 'CONFLICT', message, cause });
}

/** Carries what is there and what was to be, when somebody else was faster. */
class StaleError extends Error {
  constructor(readonly stale: StaleWrite) {
    super('stale');
    this.name = 'StaleError';
  }
}

/** Two versions of an environment that exclude each other. */
export interface StaleWrite {
  /** As it is by now. */
  current: EnvironmentRecord;
  /** The version that the caller knew, and what they wanted of it. */
  yours: { version: number; change: unknown };
}

/** The caller changes a version that is not the last one. */
export function staleWrite(stale: StaleWrite): TRPCError {
  const { current, yours } = stale;
  return new TRPCError({
    code: 'CONFLICT',
    message: `version: "${current.name}" has changed since version ${yours.version} and is at version ${current.version}; look at what changed, then send your change with version ${current.version}`,
    cause: new StaleError(stale),
  });
}

/** Both versions, when an error is about them. */
export function staleOf({ cause }: TRPCError): StaleWrite | undefined {
  return cause instanceof StaleError ? cause.stale : undefined;
}

/** What was asked for does not exist. */
export function notFound(message: string): TRPCError {
  return new TRPCError({ code: 'NOT_FOUND', message });
}

/** Carries when to try again. */
class RetryLater extends Error {
  constructor(readonly seconds: number) {
    super(`try again in ${seconds} s`);
    this.name = 'RetryLater';
  }
}

/** The caller asks too often, or too much at once. */
export function tooManyRequests(message: string, seconds: number): TRPCError {
  return new TRPCError({
    code: 'TOO_MANY_REQUESTS',
    message,
    cause: new RetryLater(seconds),
  });
}

/** After how many seconds the caller may try again, when an error says so. */
export function retryAfterSeconds(
  error: TRPCError | undefined,
): number | undefined {
  return error?.cause instanceof RetryLater ? error.cause.seconds : undefined;
}

/** The wrong fields that an error names; none when it is of another kind. */
export function issuesOf(error: TRPCError): InputIssue[] | undefined {
  const { cause } = error;
  if (cause instanceof FieldError) return cause.issues;
  // Of any other error it is an answer or a job that is not as it should be.
  if (cause instanceof z.ZodError && error.code === 'BAD_REQUEST') {
    return cause.issues.map(({ path, message }) => ({
      path: path.join('.'),
      message,
    }));
  }
  return undefined;
}

const references = new WeakMap<TRPCError, string>();

/**
 * A short id for an error that is not the caller's: the answer shows it instead of the error, and whoever writes the log
 * adds it there.
 */
export function errorReference(error: TRPCError): string {
  let reference = references.get(error);
  if (!reference) {
    reference = randomUUID().slice(0, 8);
    references.set(error, reference);
  }
  return reference;
}

/** Whether the fault is on our side: then callers see a reference instead of the message. */
export function isInternal(error: TRPCError): boolean {
  return error.code === 'INTERNAL_SERVER_ERROR';
}
