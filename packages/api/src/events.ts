import { Queryable, toJsonb } from './database/database';
import type { Difference, EventKind, EventRecord, Page } from './records';
import { iso, optional } from './rows';

/** Who acts when nobody asks for it: the worker, which follows runs and does what is due. */
export const WORKER = 'service:moorline-worker';

/** An event to write. */
export interface NewEvent {
  environmentId: string;
  runId?: string;
  kind: EventKind;
  message: string;
  actor: string;
  /** When it happened, where that is known better than by the time of writing. */
  at?: string;
  difference?: Difference;
}

/**
 * Adds events, in the order given. Belongs into the transaction of the change they tell of, after everything that locks.
 */
export async function addEvents(
  connection: Queryable,
  events: NewEvent[],
): Promise<void> {
  if (events.length === 0) return;
  // Before the place in the queue for events (see 0006_live.sql): whoever has that waits for nobody else.
  await connection.query(
    'SELECT 1 FROM environments WHERE id = ANY ($1) ORDER BY id FOR KEY SHARE',
    [events.map(({ environmentId }) => environmentId)],
  );
  await connection.query(
    `INSERT INTO events (environment_id, run_id, at, kind, message, actor, difference)
     SELECT "environmentId", "runId", coalesce(at, now()), kind, message, actor, difference
     FROM ROWS FROM (jsonb_to_recordset($1)
       AS ("environmentId" uuid, "runId" uuid, at timestamptz, kind text, message text, actor text, difference jsonb)
     ) WITH ORDINALITY
     ORDER BY ordinality`,
    [toJsonb(events)],
  );
}

/** A row of `events`. */
export interface EventRow {
  id: string;
  at: Date;
  kind: EventKind;
  message: string;
  actor: string | null;
  run_id: string | null;
  difference: Difference | null;
}

/** What part of a history. */
export interface HistoryRequest {
  kinds?: readonly EventKind[];
  runId?: string;
  order: 'newest' | 'oldest';
  limit: number;
  /** Id of the last event of the page before. */
  cursor?: number;
}

/** Part of the events of an environment. */
export async function pageEvents(
  connection: Queryable,
  environmentId: string,
  { kinds, runId, order, limit, cursor }: HistoryRequest,
): Promise<Page<EventRecord>> {
  const [sign, direction] = order === 'newest' ? ['<', 'DESC'] : ['>', 'ASC'];
  const { rows } = await connection.query<EventRow>(
    `SELECT id, at, kind, message, actor, run_id, difference FROM events
     WHERE environment_id = $1 AND ($2::bigint IS NULL OR id ${sign} $2)
       AND ($3::text[] IS NULL OR kind = ANY ($3)) AND ($4::uuid IS NULL OR run_id = $4)
     ORDER BY id ${direction} LIMIT $5`,
    [environmentId, cursor, kinds, runId, limit + 1],
  );
  const items = rows.slice(0, limit).map(toEventRecord);
  const next = rows.length > limit ? items.at(-1)?.id : undefined;
  return { items, next: next === undefined ? undefined : String(next) };
}

export function toEventRecord(row: EventRow): EventRecord {
  return {
    id: Number(row.id),
    at: iso(row.at),
    kind: row.kind,
    message: row.message,
    actor: optional(row.actor),
    runId: optional(row.run_id),
    difference: optional(row.difference),
  };
}

/** The id of the event that was written last; 0 without any. */
export async function lastEvent(connection: Queryable): Promise<number> {
  const { rows } = await connection.query<{ id: string }>(
    'SELECT coalesce(max(id), 0) AS id FROM events',
  );
  return Number(rows[0].id);
}
