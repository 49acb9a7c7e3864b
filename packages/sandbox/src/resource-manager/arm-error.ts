import { NextFunction, Request, Response } from 'express';

/** An error as Azure Resource Manager answers it. */
export class ArmError extends Error {
  /**
   * @param status - HTTP status.
   * @param code - Azure's code, such as `ResourceNotFound`.
   */
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly headers: Record<string, string> = {},
  ) {
    super(message);
    this.name = 'ArmError';
  }
}

/** Answers errors in Azure's form: `{ error: { code, message } }`. */
export function answerErrors(
  error: unknown,
  _request: Request,
  response: Response,
  next: NextFunction,
): void {
  if (response.headersSent) {
    next(error);
    return;
  }
  if (error instanceof ArmError) {
    response
      .status(error.status)
      .set(error.headers)
      .json({ error: { code: error.code, message: error.message } });
    return;
  }
  const status = Number((error as { status?: number }).status ?? 500);
  response.status(status).json({
    error:
      status < 500
        ? {
            code: 'InvalidRequestContent',
            message: `The request content was invalid and could not be deserialized: '${
              (error as Error).message
            }'.`,
          }
        : {
            code: 'InternalServerError',
            message: 'Encountered internal server error.',
          },
  });
}
