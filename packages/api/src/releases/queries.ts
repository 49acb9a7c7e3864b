import { Database, Queryable, query } from '../database/database';
import { Keyset, keyset } from '../database/keyset';
import { notFound } from '../errors';
import type { Page } from '../records';
import { iso, optional } from '../rows';
import type { ReleaseKind, ReleaseRecord, ReleaseState } from './records';

/** A row of `releases` with the environment's name. */
export interface ReleaseRow {
  id: string;
  environment: string;
  environment_id: string;
  service: string;
  number: number;
  image: string;
  kind: ReleaseKind;
  state: ReleaseState;
  source_id: string | null;
  takes_back_id: string | null;
  commit_sha: string | null;
  committed_at: Date | null;
  failure: string | null;
  created_at: Date;
  created_by: string;
  finished_at: Date | null;
}

const SELECT_RELEASES = `
  SELECT r.id, e.name AS environment, r.environment_id, r.service, r.number, r.image, r.kind, r.state, r.source_id,
         r.takes_back_id, r.commit_sha, r.committed_at, r.failure, r.created_at, r.created_by, r.finished_at
  FROM releases r JOIN environments e ON e.id = r.environment_id`;

const NEWEST: Keyset = {
  table: 'releases',
  alias: 'r',
  columns: ['created_at', 'id'],
  direction: 'DESC',
};

/** The first release that a condition on `r` and `e` selects. */
export async function findRelease(
  connection: Queryable,
  condition: string,
  values: unknown[],
): Promise<ReleaseRow | undefined> {
  const { rows } = await connection.query<ReleaseRow>(
    `${SELECT_RELEASES} WHERE ${condition} LIMIT 1`,
    values,
  );
  return rows[0];
}

/** One release. @throws NOT_FOUND */
export async function getRelease(
  connection: Queryable,
  id: string,
): Promise<ReleaseRow> {
  const row = await findRelease(connection, 'r.id = $1', [id]);
  if (!row) {
    throw notFound(
      `There is no release "${id}". Choose one from the list of releases.`,
    );
  }
  return row;
}

/** Releases of an environment, of a service or of all, newest first. */
export async function pageReleases(
  db: Database,
  request: {
    environment?: string;
    service?: string;
    limit: number;
    cursor?: string;
  },
): Promise<Page<ReleaseRecord>> {
  const { environment, service, limit, cursor } = request;
  const values: unknown[] = [];
  const value = (item: unknown) => `$${values.push(item)}`;
  const where = ['true'];
  if (environment) {
    where.push(
      `r.environment_id = (SELECT id FROM environments WHERE name = ${value(
        environment,
      )})`,
    );
  }
  if (service) where.push(`r.service = ${value(service)}`);
  const { behind, orderBy } = keyset(NEWEST, cursor && value(cursor));
  const rows = await query<ReleaseRow>(
    db,
    `${SELECT_RELEASES} WHERE ${where.join(' AND ')} AND ${behind}
     ORDER BY ${orderBy} LIMIT ${value(limit + 1)}::int`,
    values,
  );
  const items = rows.slice(0, limit).map(toReleaseRecord);
  return { items, next: rows.length > limit ? items.at(-1)?.id : undefined };
}

export function toReleaseRecord(row: ReleaseRow): ReleaseRecord {
  return {
    id: row.id,
    environment: row.environment,
    service: row.service,
    number: row.number,
    image: row.image,
    kind: row.kind,
    state: row.state,
    source: optional(row.source_id),
    takesBack: optional(row.takes_back_id),
    commit:
      row.commit_sha && row.committed_at
        ? { sha: row.commit_sha, committedAt: iso(row.committed_at) }
        : undefined,
    failure: optional(row.failure),
    createdAt: iso(row.created_at),
    createdBy: row.created_by,
    finishedAt: optional(row.finished_at && iso(row.finished_at)),
  };
}
