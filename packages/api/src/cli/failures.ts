import { TRPCClientError } from '@trpc/client';
import { FieldIssue, describeError } from '../client';

/** What scripts can rely on. */
export const EXIT = {
  ok: 0,
  /** The server failed, or the run that was followed did. */
  failed: 1,
  /** The command or an input is wrong: another try is of no use. */
  wrong: 2,
  /** Not signed in, or not allowed. */
  refused: 3,
  notFound: 4,
  /** Somebody else was faster, or has it. */
  conflict: 5,
  /** No answer, or too busy: another try may help. */
  unavailable: 6,
  interrupted: 130,
} as const;

/** The command line is wrong, or something on this machine. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

const CODES: Record<string, number> = {
  BAD_REQUEST: EXIT.wrong,
  UNPROCESSABLE_CONTENT: EXIT.wrong,
  PAYLOAD_TOO_LARGE: EXIT.wrong,
  METHOD_NOT_SUPPORTED: EXIT.wrong,
  UNAUTHORIZED: EXIT.refused,
  FORBIDDEN: EXIT.refused,
  NOT_FOUND: EXIT.notFound,
  CONFLICT: EXIT.conflict,
  PRECONDITION_FAILED: EXIT.conflict,
  TOO_MANY_REQUESTS: EXIT.unavailable,
  SERVICE_UNAVAILABLE: EXIT.unavailable,
  BAD_GATEWAY: EXIT.unavailable,
  GATEWAY_TIMEOUT: EXIT.unavailable,
};

/** What went wrong, for a person and for a script. */
export interface Failure {
  exit: number;
  /** The API's code; `USAGE` and `UNREACHABLE` are ours. */
  code: string;
  message: string;
  issues: FieldIssue[];
}

/** Reads anything that a command may throw. */
export function failureOf(error: unknown): Failure {
  if (error instanceof UsageError || isParseError(error)) {
    const { message } = error as Error;
    return { exit: EXIT.wrong, code: 'USAGE', message, issues: [] };
  }
  const { code, message, issues } = describeError(error);
  if (code) {
    return { exit: CODES[code] ?? EXIT.failed, code, message, issues };
  }
  if (error instanceof TRPCClientError) {
    const { cause } = error.cause ?? error;
    const why = (cause as Error | undefined)?.message ?? message;
    return {
      exit: EXIT.unavailable,
      code: 'UNREACHABLE',
      message: `The API does not answer as it should: ${why}. Is MOORLINE_URL right, and the API running?`,
      issues: [],
    };
  }
  return { exit: EXIT.failed, code: 'FAILED', message, issues: [] };
}

function isParseError(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return String(code).startsWith('ERR_PARSE_ARGS');
}
