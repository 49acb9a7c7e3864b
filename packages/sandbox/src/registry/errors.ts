import type { ErrorRequestHandler } from 'express';

/** The error codes of the distribution specification, and the status that each is answered with. */
const STATUS = {
  BLOB_UNKNOWN: 404,
  BLOB_UPLOAD_INVALID: 400,
  BLOB_UPLOAD_UNKNOWN: 404,
  DENIED: 403,
  DIGEST_INVALID: 400,
  MANIFEST_BLOB_UNKNOWN: 400,
  MANIFEST_INVALID: 400,
  MANIFEST_UNKNOWN: 404,
  NAME_INVALID: 400,
  NAME_UNKNOWN: 404,
  PAGINATION_NUMBER_INVALID: 400,
  RANGE_INVALID: 416,
  SIZE_INVALID: 400,
  TAG_INVALID: 400,
  UNAUTHORIZED: 401,
  UNKNOWN: 500,
  UNSUPPORTED: 405,
} as const;

/** A code of the distribution specification. */
export type ErrorCode = keyof typeof STATUS;

/** A request that the registry refuses, in the distribution protocol's words. */
export class RegistryError extends Error {
  /** HTTP status of the answer. */
  readonly status: number;

  /**
   * @param code - for programs
   * @param message - for people: what is wrong and, where there is one, the fix
   * @param options - what the body's `detail` says; a status other than the code's; headers of the answer
   */
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly options: {
      detail?: unknown;
      status?: number;
      headers?: Record<string, string>;
    } = {},
  ) {
    super(message);
    this.name = 'RegistryError';
    this.status = options.status ?? STATUS[code];
  }
}

/** Answers errors with the body that the distribution specification wants. */
export const answerErrors: ErrorRequestHandler = (
  error,
  _request,
  response,
  next,
) => {
  if (response.headersSent || response.destroyed) {
    // Nobody is there to be told, or the answer has begun: the connection's end says it.
    response.destroy();
    return;
  }
  if (!(error instanceof RegistryError)) {
    next(error);
    return;
  }
  const { code, message, status, options } = error;
  response
    .status(status)
    .set(options.headers ?? {})
    .json({ errors: [{ code, message, detail: options.detail ?? null }] });
};
