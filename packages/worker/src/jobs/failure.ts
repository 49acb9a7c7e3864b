import { errorReference, isInternal } from '@moorline/api';
import { AzureDevOpsError } from '@moorline/azure-devops';
import { TRPCError } from '@trpc/server';

/** What a person is told of a failed job, and what only the log is. */
export interface Failure {
  message: string;
  /** Set when the message does not tell all. */
  detail?: string;
}

/** Errors that are meant for people are shown; any other may hold what is not, and is given a reference. */
export function describeFailure(error: unknown): Failure {
  if (error instanceof AzureDevOpsError) return { message: error.message };
  const known =
    error instanceof TRPCError
      ? error
      : new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause: error });
  if (!isInternal(known)) return { message: known.message };
  const reference = errorReference(known);
  return {
    message: `Something went wrong on our side; an operator finds ${reference} in the log.`,
    detail: `${reference}: ${error instanceof Error ? error.stack : error}`,
  };
}
