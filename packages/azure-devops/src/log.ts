import type { Connection } from './connection';
import { buildRequest } from './run';
import type { List } from './wire';

/** Part of a step's log. */
export interface LogPart {
  lines: string[];
  /** Where to read on: give it as `from` next time. */
  next: number;
}

/**
 * Reads a step's log from a line on, counted from 0.
 *
 * A log that has no lines yet, or none beyond `from`, gives an empty part; asking again is how it is followed.
 */
export async function getLog(
  connection: Connection,
  buildId: number,
  logId: number,
  from: number = 0,
): Promise<LogPart> {
  const answer = await connection.send<List<string>>({
    ...buildRequest(buildId, `/logs/${logId}`),
    method: 'GET',
    // Azure DevOps counts lines from 1.
    query: { startLine: from + 1 },
    what: `read a log of the run ${buildId}`,
    thing: `log ${logId} of run ${buildId}`,
  });
  const lines = answer?.value ?? [];
  return { lines, next: from + lines.length };
}
