import type { Tier } from '@moorline/environment-model';
import type { Database, Queryable } from '../database/database';
import { EventRow, lastEvent, toEventRecord } from '../events';
import type { ChangeRecord } from '../records';

/** A change with what it can be selected by. */
export interface TailEntry {
  change: ChangeRecord;
  environmentId: string;
  owner: string;
  tier: Tier;
}

/** Some of the events after a place. */
export interface TailPart {
  entries: TailEntry[];
  /** The place after them. */
  upTo: number;
  /** Whether there is more already. */
  more: boolean;
}

const KEPT = 1_000;
const AT_ONCE = 500;

/**
 * The end of the table of events, read once for all who follow it. Places in it are ids of events: they are given in the
 * order of commits (see the migration 0006_live.sql), so that there never comes anything before a place that was read.
 */
export class Tail {
  #entries: TailEntry[] = [];
  /** All after this are in the memory. */
  #from = 0;
  #place: number | undefined;

  /** Where the table ended when it was last read; undefined before. */
  get place(): number | undefined {
    return this.#place;
  }

  /** Reads what has come. */
  async read(connection: Queryable): Promise<boolean> {
    if (this.#place === undefined) {
      this.#place = await lastEvent(connection);
      this.#from = this.#place;
      return true;
    }
    const before = this.#place;
    for (;;) {
      const entries = await readAfter(connection, this.#place);
      this.#entries.push(...entries);
      this.#place = entries.at(-1)?.change.id ?? this.#place;
      if (entries.length < AT_ONCE) break;
    }
    const spare = this.#entries.length - KEPT;
    if (spare > 0) {
      this.#from = this.#entries[spare - 1].change.id;
      this.#entries = this.#entries.slice(spare);
    }
    return this.#place > before;
  }

  /** What came after a place: from memory or, for whoever was away for long, from the table. */
  async after(db: Database, place: number): Promise<TailPart> {
    if (place >= this.#from) {
      const entries = this.#entries.filter(({ change }) => change.id > place);
      const upTo = Math.max(place, this.#place ?? 0);
      return { entries, upTo, more: false };
    }
    const entries = await db.use(connection => readAfter(connection, place));
    return {
      entries,
      upTo: entries.at(-1)?.change.id ?? this.#from,
      more: true,
    };
  }
}

interface TailRow extends EventRow {
  environment_id: string;
  environment: string;
  owner: string;
  tier: Tier;
}

async function readAfter(
  connection: Queryable,
  place: number,
): Promise<TailEntry[]> {
  const { rows } = await connection.query<TailRow>(
    `SELECT v.id, v.at, v.kind, v.message, v.actor, v.run_id, v.difference, v.environment_id,
            e.name AS environment, e.spec->>'owner' AS owner, e.spec->>'tier' AS tier
     FROM events v JOIN environments e ON e.id = v.environment_id
     WHERE v.id > $1 ORDER BY v.id LIMIT ${AT_ONCE}`,
    [place],
  );
  return rows.map(row => ({
    change: { ...toEventRecord(row), environment: row.environment },
    environmentId: row.environment_id,
    owner: row.owner,
    tier: row.tier,
  }));
}
