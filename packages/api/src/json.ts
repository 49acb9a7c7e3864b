import { z } from 'zod';
import type { Context } from './context';

declare const meaning: unique symbol;

/** The JSON of a value, as PostgreSQL has written it. */
export type JsonText<T> = string & { readonly [meaning]?: T };

/** An answer that is JSON already: a server that knows it sends the text as it is. */
export class WrittenAnswer {
  constructor(readonly json: string) {}
}

/**
 * Schema of an answer that PostgreSQL may have written, which is then passed on unread: rows.test.ts proves that it is what
 * the schema says.
 */
export function written<S extends z.ZodType>(schema: S): S {
  // Only our own server ever sees the text, so that it is no part of what a client is told.
  return z.union([z.instanceof(WrittenAnswer), schema]) as unknown as S;
}

/** What a text of JSON says. */
export function parseJson<T>(text: JsonText<T>): T {
  return JSON.parse(text);
}

/**
 * What a procedure answers whose answer PostgreSQL has written. Most of the time of a list goes into reading its JSON and
 * writing the same again, which our own server leaves out; for any other it is read.
 */
export function answer<T>(
  { passesJson }: Pick<Context, 'passesJson'>,
  text: JsonText<T>,
): T {
  return passesJson ? (new WrittenAnswer(text) as T) : parseJson(text);
}
