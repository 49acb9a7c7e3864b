import type { Request } from 'express';
import { invalidArgument } from './errors';

/** A list as it is on the wire (the Swagger says array). */
export const asList = <T>(value: T[]) => ({ count: value.length, value });

/** A query parameter by name in any case of letters; undefined when absent or empty. */
export function queryOf(request: Request, name: string): string | undefined {
  const key = Object.keys(request.query).find(
    candidate => candidate.toLowerCase() === name.toLowerCase(),
  );
  const value = key === undefined ? undefined : request.query[key];
  const text = Array.isArray(value) ? value[0] : value;
  return typeof text === 'string' && text !== '' ? text : undefined;
}

/** A query parameter with comma-separated values. */
export function queryListOf(
  request: Request,
  name: string,
): string[] | undefined {
  return queryOf(request, name)
    ?.split(',')
    .map(part => part.trim())
    .filter(Boolean);
}

/**
 * A query parameter that is a whole number from 0.
 * @throws AzureDevOpsError 400 when it is something else.
 */
export function queryNumberOf(
  request: Request,
  name: string,
): number | undefined {
  const text = queryOf(request, name);
  if (text === undefined) return undefined;
  return wholeNumber(text, name);
}

/**
 * A whole number from 0, e.g. of a path.
 * @throws AzureDevOpsError 400 when it is something else.
 */
export function wholeNumber(text: string, name: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) {
    throw invalidArgument(
      `The value '${text}' is not valid for ${name}: use a whole number.\r\nParameter name: ${name}`,
    );
  }
  return value;
}

/** The body of a request as an object. */
export function bodyOf(request: Request): Record<string, unknown> {
  const body: unknown = request.body;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalidArgument(
      'Value cannot be null: send a JSON object with Content-Type application/json.\r\nParameter name: body',
    );
  }
  return body as Record<string, unknown>;
}
