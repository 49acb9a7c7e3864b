import { TRPCError } from '@trpc/server';
import type { Database, Queryable } from '../database/database';
import { Keyset, keyset } from '../database/keyset';
import type { JsonText } from '../json';
import type { EnvironmentRecord, Page } from '../records';
import { EnvironmentRow, SELECT_ENVIRONMENTS, listOf } from '../rows';
import type { EnvironmentFilter } from './queries';

/** In which order a list comes. */
export const ENVIRONMENT_ORDERS = ['newest', 'oldest', 'name'] as const;
export type EnvironmentOrder = (typeof ENVIRONMENT_ORDERS)[number];

/** What part of which list. */
export interface EnvironmentPageRequest extends EnvironmentFilter {
  order: EnvironmentOrder;
  limit: number;
  /** Id of the last environment of the page before. */
  cursor?: string;
}

const TABLE = { table: 'environments', alias: 'e' };
const ORDERS: Record<EnvironmentOrder, Keyset> = {
  newest: { ...TABLE, columns: ['created_at', 'id'], direction: 'DESC' },
  oldest: { ...TABLE, columns: ['created_at', 'id'], direction: 'ASC' },
  name: { ...TABLE, columns: ['name'], direction: 'ASC' },
};

/**
 * Part of a list of environments. Goes on behind the last of the page before, wherever that is by now: what is created
 * meanwhile neither repeats nor hides any other.
 *
 * @throws BAD_REQUEST for a cursor of another list.
 */
export async function pageEnvironments(
  db: Database,
  request: EnvironmentPageRequest,
): Promise<JsonText<Page<EnvironmentRecord>>> {
  const { limit, cursor } = request;
  const { text, values } = pageStatement(request);
  return db.use(async connection => {
    const { rows } = await connection.query<EnvironmentRow>(text, values);
    if (rows.length === 0 && cursor) await checkCursor(connection, cursor);
    const items = rows.slice(0, limit);
    const next = rows.length > limit ? `,"next":"${items.at(-1)?.id}"` : '';
    return `{"items":${listOf(items)}${next}}`;
  });
}

/** Only the conditions that are asked for, so that each statement has the plan that suits it. */
export function pageStatement(request: EnvironmentPageRequest): {
  text: string;
  values: unknown[];
} {
  const { tier, state, owner, search, order, limit, cursor } = request;
  const values: unknown[] = [];
  const value = (item: unknown) => `$${values.push(item)}`;
  const where = [
    state === 'retired' ? "e.state = 'retired'" : "e.state <> 'retired'",
  ];
  if (state && state !== 'retired') where.push(`e.state = ${value(state)}`);
  if (tier) where.push(`e.spec->>'tier' = ${value(tier)}`);
  if (owner) where.push(`e.spec->>'owner' = lower(${value(owner)})`);
  if (search) {
    const wanted = value(search);
    where.push(
      `(position(lower(${wanted}) IN e.name) > 0
        OR position(lower(${wanted}) IN e.spec->>'owner') > 0
        OR EXISTS (SELECT 1 FROM jsonb_array_elements(e.spec->'services') service
                   WHERE position(lower(${wanted}) IN service->>'host') > 0))`,
    );
  }
  const last = cursor && value(cursor);
  const { behind, orderBy } = keyset(ORDERS[order], last);
  return {
    text: `${SELECT_ENVIRONMENTS} WHERE ${where.join(' AND ')} AND ${behind}
     ORDER BY ${orderBy} LIMIT ${value(limit + 1)}::int`,
    values,
  };
}

async function checkCursor(
  connection: Queryable,
  cursor: string,
): Promise<void> {
  const { rows } = await connection.query(
    'SELECT 1 FROM environments WHERE id = $1',
    [cursor],
  );
  if (rows.length === 0) {
    throw new TRPCError({
      code: 'BAD_REQUEST',
      message: 'cursor: give the `next` of the page before, as it was',
    });
  }
}
