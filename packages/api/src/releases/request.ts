import { randomUUID } from 'node:crypto';
import type { Context } from '../context';
import { Queryable, transaction } from '../database/database';
import { lockEnvironment, writeChange } from '../environments/change';
import { unknownEnvironment } from '../environments/queries';
import { conflict, invalidField } from '../errors';
import type { EnvironmentRecord } from '../records';
import {
  ReleaseRow,
  findRelease,
  getRelease,
  toReleaseRecord,
} from './queries';
import type { ReleaseKind, ReleaseRecord } from './records';

const titleOf = (kind: ReleaseKind) =>
  `${kind[0].toUpperCase()}${kind.slice(1)}`;

type Caller = Pick<Context, 'db' | 'actor'>;

/** A version of a service that is to come into an environment. */
interface Wish {
  kind: ReleaseKind;
  service: string;
  image: string;
  commit?: { sha: string; committedAt: string };
  source?: string;
  takesBack?: string;
}

/** Brings a version of a service into an environment. @throws NOT_FOUND, CONFLICT, BAD_REQUEST for an unknown service */
export async function createRelease(
  ctx: Caller,
  request: { key: string; environment: string } & Omit<Wish, 'kind'>,
): Promise<ReleaseRecord> {
  const { key, environment, ...wish } = request;
  const release = await place(ctx, key, environment, async () => ({
    kind: 'release',
    ...wish,
  }));
  if (release.image !== wish.image || release.service !== wish.service) {
    throw conflict(
      'key',
      `key: was already used to release ${release.image} as ${release.service}; send a new key`,
    );
  }
  return release;
}

/** Brings into another environment what has proved itself in one. @throws CONFLICT unless it has succeeded */
export function promoteRelease(
  ctx: Caller,
  request: { key: string; id: string; to: string },
): Promise<ReleaseRecord> {
  return place(ctx, request.key, request.to, async connection => {
    const source = await getRelease(connection, request.id);
    if (source.state !== 'succeeded') {
      throw conflict(
        'id',
        `id: release #${source.number} of ${source.service} in "${source.environment}" is ${source.state}; promote one that has succeeded`,
      );
    }
    const { service, image, commit } = toReleaseRecord(source);
    return { kind: 'promotion', service, image, commit, source: source.id };
  });
}

/** Brings back the version that was good before the last one. @throws CONFLICT when there is none */
export function rollBack(
  ctx: Caller,
  request: { key: string; environment: string; service: string },
): Promise<ReleaseRecord> {
  const { key, environment, service } = request;
  return place(ctx, key, environment, async (connection, { id }) => {
    const last = await findRelease(
      connection,
      'r.environment_id = $1 AND r.service = $2 ORDER BY r.number DESC',
      [id, service],
    );
    const good =
      last &&
      (await findRelease(
        connection,
        `r.environment_id = $1 AND r.service = $2 AND r.number < $3 AND r.image <> $4 AND r.state = 'succeeded'
         AND NOT EXISTS (SELECT 1 FROM releases t WHERE t.takes_back_id = r.id)
         ORDER BY r.number DESC`,
        [id, service, last.number, last.image],
      ));
    if (!good) {
      throw conflict(
        'service',
        `service: no other version of ${service} has succeeded in "${environment}" before; release one`,
      );
    }
    const { image, commit } = toReleaseRecord(good);
    return {
      kind: 'rollback',
      service,
      image,
      commit,
      source: good.id,
      takesBack: last.id,
    };
  });
}

async function place(
  { db, actor }: Caller,
  key: string,
  environment: string,
  wishFor: (connection: Queryable, row: EnvironmentRecord) => Promise<Wish>,
): Promise<ReleaseRecord> {
  return transaction(db, async connection => {
    const row = await lockTarget(connection, environment);
    const before = await findRelease(connection, 'r.idempotency_key = $1', [
      key,
    ]);
    if (before) return same(before, environment);
    const wish = await wishFor(connection, row);
    const { id, number } = await insert(connection, row, key, wish, actor.ref);
    const { kind, service, image } = wish;
    await writeChange(
      connection,
      row,
      {
        spec: withImage(row, wish),
        event: {
          kind: 'release.requested',
          message: `${titleOf(kind)} #${number} of ${service}: ${image}`,
        },
      },
      actor.ref,
    );
    return toReleaseRecord(await getRelease(connection, id));
  });
}

async function lockTarget(
  connection: Queryable,
  name: string,
): Promise<EnvironmentRecord> {
  const environment = await lockEnvironment(connection, 'e.name = $1', name);
  if (!environment) throw unknownEnvironment(name);
  const { state } = environment;
  if (state === 'retiring' || state === 'retired') {
    throw conflict(
      'environment',
      `environment: "${name}" is ${state}; nothing can be released there any more`,
    );
  }
  return environment;
}

function same(before: ReleaseRow, environment: string): ReleaseRecord {
  if (before.environment === environment) return toReleaseRecord(before);
  throw conflict(
    'key',
    `key: was already used for release #${before.number} of ${before.service} in "${before.environment}"; send a new key`,
  );
}

async function insert(
  connection: Queryable,
  row: EnvironmentRecord,
  key: string,
  wish: Wish,
  actor: string,
): Promise<{ id: string; number: number }> {
  const { rows } = await connection.query<{ id: string; number: number }>(
    `INSERT INTO releases (id, environment_id, service, number, idempotency_key, image, kind, source_id, takes_back_id,
                           commit_sha, committed_at, created_by)
     SELECT $1, $2, $3, coalesce(max(number), 0) + 1, $4, $5, $6, $7::uuid, $8::uuid, $9, $10::timestamptz, $11
     FROM releases WHERE environment_id = $2 AND service = $3
     ON CONFLICT ON CONSTRAINT releases_idempotency_key_key DO NOTHING
     RETURNING id, number`,
    [
      randomUUID(),
      row.id,
      wish.service,
      key,
      wish.image,
      wish.kind,
      wish.source,
      wish.takesBack,
      wish.commit?.sha,
      wish.commit?.committedAt,
      actor,
    ],
  );
  if (rows.length > 0) return rows[0];
  // Taken at this very moment for another environment; its row is not the one locked here.
  throw conflict('key', 'key: is in use for another release; send a new key');
}

/** The environment should have this version from now on: its next run brings it. */
function withImage(
  { name, spec }: EnvironmentRecord,
  { service, image }: Wish,
): EnvironmentRecord['spec'] {
  const known = spec.services.map(candidate => candidate.name);
  if (!known.includes(service)) {
    throw invalidField(
      'service',
      `service: "${name}" has no service "${service}"; choose one of ${known.join(
        ', ',
      )}`,
    );
  }
  const services = spec.services.map(candidate =>
    candidate.name === service ? { ...candidate, image } : candidate,
  );
  return { ...spec, services };
}
