import { Database, query } from '../database/database';

/** Writes down where what is kept of a run can be found. */
export async function recordArchive(
  db: Database,
  runId: string,
  folder: string,
): Promise<void> {
  await query(db, 'UPDATE runs SET archive = $2 WHERE id = $1', [
    runId,
    folder,
  ]);
}
