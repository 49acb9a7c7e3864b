import { setTimeout as sleep } from 'node:timers/promises';
import { Database, query } from '../database/database';

const BELIEVED_MS = 1_000;
const PATIENCE_MS = 2_000;

/** Whether requests should be sent here. */
export interface Readiness {
  /** undefined when ready, else why not. */
  problem(): Promise<string | undefined>;
}

/** Ready while the database answers. Asked often, it looks once a second. */
export function databaseReadiness(db: Database): Readiness {
  let last: Promise<string | undefined> | undefined;
  let until = 0;
  return {
    problem() {
      if (!last || Date.now() >= until) {
        until = Date.now() + BELIEVED_MS;
        last = look(db);
      }
      return last;
    },
  };
}

async function look(db: Database): Promise<string | undefined> {
  const timer = new AbortController();
  const late = sleep(PATIENCE_MS, 'the database does not answer in time', {
    signal: timer.signal,
  }).catch(() => undefined);
  const answer = query(db, 'SELECT 1').then(
    () => undefined,
    () => 'the database cannot be reached',
  );
  const problem = await Promise.race([answer, late]);
  timer.abort();
  return problem;
}
