import type { Connection } from './connection';
import { AzureDevOpsError } from './errors';

/** How to look for a thing and how to make it. */
export interface FindOrCreate<T> {
  /** For messages, e.g. `create the pipeline environment-orders`. */
  what: string;
  /** Undefined when it is not there. Must recognise what an earlier `create` made. */
  find: () => Promise<T | undefined>;
  create: () => Promise<T>;
  /**
   * Begin with `create`, which saves a round trip where the thing is mostly new. Only for things that the server refuses
   * to make twice, or that surely nobody asked for before.
   */
  createFirst?: boolean;
}

/**
 * Makes a thing once. When a creation fails in a way that leaves open whether it happened (a cut connection, a 500)
 * or meets another's (409), it looks again before trying again: so there is never a second one.
 */
export async function findOrCreate<T>(
  connection: Connection,
  { what, find, create, createFirst = false }: FindOrCreate<T>,
): Promise<{ value: T; created: boolean }> {
  let inDoubt = false;
  for (let attempt = 1; ; attempt++) {
    if (attempt > 1 || !createFirst) {
      const value = await find();
      if (value !== undefined) {
        return { value, created: inDoubt };
      }
    }
    try {
      return { value: await create(), created: true };
    } catch (error) {
      if (!(error instanceof AzureDevOpsError)) {
        throw error;
      }
      if (attempt === 1 && createFirst && mayMeanThatItExists(error)) {
        continue;
      }
      if (!error.retryable && error.code !== 'conflict') {
        throw error;
      }
      inDoubt = error.retryable;
      await connection.pause(error, attempt, what);
    }
  }
}

/** Azure DevOps refuses a second thing of a name with 409 or, in some rooms, 400. */
function mayMeanThatItExists(error: AzureDevOpsError): boolean {
  return error.code === 'conflict' || error.code === 'invalid';
}
