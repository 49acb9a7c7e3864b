// What the servers are asked about: environments that were made by a run, as all are that are in use.

/** Environments that are in use. */
export const FEW = 100;
/** Environments that were retired, in the long list. */
export const MANY = 100_000;

export const specOf = name => ({
  name,
  tier: 'dev',
  owner: 'group:default/team-orders',
  region: 'westeurope',
  size: 'small',
  database: 'statefulset',
  services: [
    {
      name: 'api',
      image: 'ghcr.io/moorline/trpc-api:0.1.0',
      replicas: 2,
      host: `api.${name}.moorline.localhost`,
    },
  ],
});

const over = {
  state: 'succeeded',
  startedAt: '2026-01-05T09:00:00.000Z',
  finishedAt: '2026-01-05T09:01:00.000Z',
};

/** As our pipeline has them. */
const STAGES = ['validate', 'plan', 'apply', 'deploy', 'smoke'].map(name => ({
  name,
  label: name,
  ...over,
  jobs: [
    {
      name,
      ...over,
      steps: ['Check out', 'Sign in', name, 'Publish'].map((step, index) => ({
        name: step,
        logId: index + 5,
        ...over,
        errors: [],
      })),
    },
  ],
}));

/** Environments that stay, without those that a measurement made. */
export async function resetRecord(client) {
  // Events are only ever added, says a trigger; not to those who set up a measurement.
  await client.query(`
    SET session_replication_role = replica;
    TRUNCATE environments, address_ranges CASCADE;
    RESET session_replication_role`);
  const names = Array.from({ length: FEW }, (_, index) => `env-${index}`);
  const ranges = names.map((_, index) => `10.${index + 1}.0.0/20`);
  const specs = names.map((name, index) =>
    JSON.stringify({ ...specOf(name), addressRange: ranges[index] }),
  );
  await client.query(
    'INSERT INTO address_ranges (range) SELECT unnest($1::cidr[])',
    [ranges],
  );
  await client.query(
    `INSERT INTO environments (id, name, state, requested_spec, spec, address_range, idempotency_key, created_by)
     SELECT gen_random_uuid(), name, 'ready', spec, spec, range, name, 'user:default/bench'
     FROM unnest($1::text[], $2::jsonb[], $3::cidr[]) given (name, spec, range)`,
    [names, specs, ranges],
  );
  await insertRuns(client);
  await client.query('VACUUM ANALYZE environments, runs');
}

/** The addresses are limited, so that most of so many are retired. */
export async function insertMany(client) {
  await client.query(
    `INSERT INTO environments (id, name, state, requested_spec, spec, idempotency_key, created_by, created_at)
     SELECT gen_random_uuid(), 'old-' || n, 'retired', $1, $1, 'old-' || n, 'user:default/bench',
            now() - n * interval '1 minute'
     FROM generate_series(1, $2::int) n`,
    [JSON.stringify({ ...specOf('old'), addressRange: '10.9.0.0/20' }), MANY],
  );
  await insertRuns(client);
  await client.query('VACUUM ANALYZE environments, runs');
}

/** One for each environment that has none. */
function insertRuns(client) {
  return client.query(
    `INSERT INTO runs (id, environment_id, number, idempotency_key, build_id, pipeline_id, url, state,
                       queued_at, started_at, finished_at, stages, plan)
     SELECT gen_random_uuid(), id, 1, 'run-' || name, 1, 1, 'https://dev.azure.com/moorline', 'succeeded',
            now(), now(), now(), $1, '{"add": 31, "change": 0, "destroy": 0}'
     FROM environments WHERE id NOT IN (SELECT environment_id FROM runs)`,
    [JSON.stringify(STAGES)],
  );
}
