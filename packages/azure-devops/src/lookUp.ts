import type { Connection } from './connection';

/**
 * Finds a thing by name in a list that is asked for once, and once more when the name is not in it: it may have been
 * made since. Azure DevOps compares names without case.
 */
export async function lookUp<T extends { name: string }>(
  connection: Connection,
  listName: string,
  list: (connection: Connection) => Promise<T[]>,
  name: string,
): Promise<T | undefined> {
  const known = await connection.cached(listName, list);
  const found = byName(known, name);
  if (found) {
    return found;
  }
  connection.forget(listName);
  return byName(await connection.cached(listName, list), name);
}

/** The one of that name, compared without case. */
export function byName<T extends { name: string }>(
  things: T[],
  name: string,
): T | undefined {
  return things.find(
    candidate => candidate.name.toLowerCase() === name.toLowerCase(),
  );
}
