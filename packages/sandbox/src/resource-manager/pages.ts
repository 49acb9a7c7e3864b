import { Request } from 'express';
import { ArmError } from './arm-error';

/** A list as Resource Manager answers it: a page, and where the next one is. */
export interface Page<T> {
  value: T[];
  nextLink?: string;
}

/** Cuts the page out of a list that the request asks for by its `$skiptoken`. */
export function toPage<T>(
  all: T[],
  request: Request,
  pageSize: number,
): Page<T> {
  const token = request.query.$skiptoken ?? '0';
  const start = Number(token);
  if (!Number.isInteger(start) || start < 0) {
    throw new ArmError(
      400,
      'InvalidSkipToken',
      `The skip token '${token}' is invalid: follow the nextLink of the page before.`,
    );
  }
  const end = start + pageSize;
  const value = all.slice(start, end);
  if (end >= all.length) {
    return { value };
  }
  const next = new URL(
    request.originalUrl,
    `${request.protocol}://${request.get('host')}`,
  );
  next.searchParams.set('$skiptoken', String(end));
  return { value, nextLink: next.href };
}
