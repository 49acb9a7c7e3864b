import {
  EnvironmentState,
  Tier,
  environmentNameSchema,
  firstFreeAddressRange,
} from '@moorline/environment-model';
import { rangeAvailability, takenRanges } from '../addressing/ranges';
import { Database, Queryable, query } from '../database/database';
import { notFound } from '../errors';
import type { JsonText } from '../json';
import type {
  Availability,
  CheckResult,
  EnvironmentRecord,
  EventRecord,
  Page,
} from '../records';
import { HistoryRequest, pageEvents } from '../events';
import {
  EnvironmentRow,
  SELECT_ENVIRONMENTS,
  listOf,
  toEnvironmentRecord,
} from '../rows';

/** What a list is narrowed to. */
export interface EnvironmentFilter {
  tier?: Tier;
  state?: EnvironmentState;
  owner?: string;
  /** Part of a name, an owner or a host. */
  search?: string;
}

/** The environments that match, newest first; those that are retired only when asked for. */
export async function listEnvironments(
  db: Database,
  filter: EnvironmentFilter = {},
): Promise<JsonText<EnvironmentRecord[]>> {
  const { tier, state, owner, search } = filter;
  const rows = await query<EnvironmentRow>(
    db,
    `${SELECT_ENVIRONMENTS}
     WHERE ($1::text IS NULL OR e.spec->>'tier' = $1)
       AND CASE WHEN $2::text IS NULL THEN e.state <> 'retired' ELSE e.state = $2 END
       AND ($3::text IS NULL OR e.spec->>'owner' = lower($3))
       AND ($4::text IS NULL
            OR position(lower($4) IN e.name) > 0
            OR position(lower($4) IN e.spec->>'owner') > 0
            OR EXISTS (SELECT 1 FROM jsonb_array_elements(e.spec->'services') service
                       WHERE position(lower($4) IN service->>'host') > 0))
     ORDER BY e.created_at DESC, e.name`,
    [tier, state, owner, search],
  );
  return listOf(rows);
}

/** One environment. @throws NOT_FOUND */
export async function getEnvironment(
  db: Database,
  name: string,
): Promise<JsonText<EnvironmentRecord>> {
  const [row] = await query<EnvironmentRow>(
    db,
    `${SELECT_ENVIRONMENTS} WHERE e.name = $1 LIMIT 1`,
    [name],
  );
  if (!row) throw unknownEnvironment(name);
  return row.record;
}

/** Part of what happened to an environment. @throws NOT_FOUND */
export async function environmentHistory(
  db: Database,
  { name, ...request }: HistoryRequest & { name: string },
): Promise<Page<EventRecord>> {
  return db.use(async connection =>
    pageEvents(connection, await environmentId(connection, name), request),
  );
}

/** The id of an environment. @throws NOT_FOUND */
export async function environmentId(
  connection: Queryable,
  name: string,
): Promise<string> {
  const { rows } = await connection.query<{ id: string }>(
    'SELECT id FROM environments WHERE name = $1',
    [name],
  );
  if (rows.length === 0) throw unknownEnvironment(name);
  return rows[0].id;
}

/** The environment that a condition on `e` with one value selects. */
export async function findEnvironment(
  connection: Queryable,
  condition: string,
  value: string,
): Promise<EnvironmentRecord | undefined> {
  const { rows } = await connection.query<EnvironmentRow>(
    `${SELECT_ENVIRONMENTS} WHERE ${condition} LIMIT 1`,
    [value],
  );
  return rows[0] && toEnvironmentRecord(rows[0]);
}

export function unknownEnvironment(name: string) {
  return notFound(
    `There is no environment "${name}". Check the spelling, or choose one from the list of environments.`,
  );
}

/** Answers the form while someone types. Never refuses an input: what is wrong with it is the answer. */
export async function checkEnvironment(
  db: Database,
  input: { name?: string; addressRange?: string },
): Promise<CheckResult> {
  return db.use(async connection => {
    const taken = await takenRanges(connection);
    return {
      name:
        input.name === undefined
          ? undefined
          : await nameAvailability(connection, input.name),
      addressRange:
        input.addressRange === undefined
          ? undefined
          : await rangeAvailability(connection, input.addressRange),
      suggestedRange: firstFreeAddressRange(
        taken.map(({ addressRange }) => addressRange),
      ),
      taken: taken.map(({ addressRange, environment, reservation }) => ({
        name: environment?.name ?? reservation?.purpose ?? '',
        addressRange,
      })),
    };
  });
}

/** Whether a new environment may have this name. */
export async function nameAvailability(
  connection: Queryable,
  name: string,
): Promise<Availability> {
  const parsed = environmentNameSchema.safeParse(name);
  if (!parsed.success) {
    return { available: false, reason: parsed.error.issues[0].message };
  }
  const other = await findEnvironment(
    connection,
    `replace(e.name, '-', '') = replace($1, '-', '')`,
    name,
  );
  if (!other) return { available: true };
  const { owner } = other.spec;
  return {
    available: false,
    reason:
      other.name === name
        ? `name: "${name}" is taken by an environment of ${owner}; choose another name`
        : `name: "${name}" differs only by dashes from "${other.name}" of ${owner}, and their registries would have the same name; choose another name`,
  };
}
