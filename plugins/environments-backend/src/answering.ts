import { AzureDevOpsError } from '@moorline/azure-devops';
import { TRPCError } from '@trpc/server';

/** What Azure DevOps says when it cannot, passed on in the form of the API; its messages name the fix. */
export async function answering<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof AzureDevOpsError)) throw cause;
    throw new TRPCError({ code: codeOf(cause), message: cause.message, cause });
  }
}

function codeOf({ code }: AzureDevOpsError): TRPCError['code'] {
  switch (code) {
    case 'notFound':
      return 'NOT_FOUND';
    case 'throttled':
      return 'TOO_MANY_REQUESTS';
    case 'invalid':
      // It understood and does not want to: the YAML is broken, say.
      return 'PRECONDITION_FAILED';
    default:
      return 'BAD_GATEWAY';
  }
}
