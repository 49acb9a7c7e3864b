// The API's own server against bare node:http + pg and against tRPC's stock adapters, in turn in one run:
//
//   npm run bench -- api [--seconds 0.5] [--rounds 12] [--connections 16] [--only get]
//
// Every server runs in a process of its own, checks the caller's key, and asks the same PostgreSQL with the same named
// statements. Prints answers a second and ratios; the last line is one JSON object.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { startPostgres } from '../../scripts/postgres.mjs';
import { load, requestBytes } from './load.mjs';

const require = createRequire(import.meta.url);
require('@backstage/cli/config/nodeTransform.cjs');
const api = require('@moorline/api');
const { createApiKey } = require('../../packages/api/src/apiKeys/apiKeys.ts');

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '0.5' },
    rounds: { type: 'string', default: '12' },
    connections: { type: 'string', default: '16' },
    only: { type: 'string', default: '' },
  },
});
const seconds = Number(values.seconds);
const rounds = Number(values.rounds);
const connections = Number(values.connections);

const KINDS = ['bare', 'moorline', 'standalone', 'express', 'fastify'];
const WARM_UP = 3;
const FEW = 100;
const MANY = 100_000;

const specOf = name => ({
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

const encode = input => encodeURIComponent(JSON.stringify(input));
const some = () => `env-${Math.floor(Math.random() * FEW)}`;
let created = 0;

/** What is asked; each gives its request for bare, and for tRPC. */
const SCENARIOS = {
  get: {
    bare: () => ({ path: `/get/${some()}` }),
    trpc: () => ({
      path: `/trpc/environments.get?input=${encode({ name: some() })}`,
    }),
  },
  'list 50': {
    bare: () => ({ path: '/list' }),
    trpc: () => ({
      path: `/trpc/environments.page?input=${encode({ limit: 50 })}`,
    }),
  },
  create: {
    bare: () => ({ method: 'POST', path: '/create', body: creation() }),
    trpc: () => ({
      method: 'POST',
      path: '/trpc/environments.create',
      body: creation(),
    }),
  },
  'batch of 10': {
    bare: () => ({ path: `/batch/${Array.from({ length: 10 }, some)}` }),
    trpc: () => ({
      path: `/trpc/${Array(10).fill('environments.get')}?batch=1&input=${encode(
        Object.fromEntries(
          Array.from({ length: 10 }, (_, index) => [index, { name: some() }]),
        ),
      )}`,
    }),
  },
};

function creation() {
  created += 1;
  return JSON.stringify({
    key: `bench-${created}`,
    spec: specOf(`new-${created.toString(36)}`),
  });
}

const median = numbers =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** The message with a field; what compiles TypeScript sends others. */
function answerOf(child, field) {
  return new Promise((resolve, reject) => {
    const onExit = code => reject(new Error(`a server ended: ${code}`));
    const onMessage = message => {
      if (message[field] === undefined) return;
      child.off('message', onMessage).off('exit', onExit);
      resolve(message);
    };
    child.on('message', onMessage).once('exit', onExit);
  });
}

async function startServer(kind, database) {
  const child = fork(
    fileURLToPath(new URL('./server.ts', import.meta.url)),
    [kind],
    {
      execArgv: [
        '--require',
        require.resolve('@backstage/cli/config/nodeTransform.cjs'),
      ],
      env: {
        ...process.env,
        NODE_ENV: 'production',
        MOORLINE_BENCH_DATABASE: database,
      },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    },
  );
  const { port } = await answerOf(child, 'port');
  return {
    kind,
    port,
    /** Bytes of memory, and microseconds of processor so far. */
    async usage() {
      child.send('usage');
      return answerOf(child, 'rss');
    },
    async stop() {
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

/** Environments that stay, without those that a measurement made. */
async function resetRecord(client) {
  await client.query(
    `TRUNCATE environments CASCADE; ALTER SEQUENCE events_id_seq RESTART`,
  );
  for (let index = 0; index < FEW; index += 1) {
    await insert(client, `env-${index}`, 'ready', `10.${index + 1}.0.0/20`);
  }
  await client.query('ANALYZE environments');
}

function insert(client, name, state, range) {
  const spec = JSON.stringify({ ...specOf(name), addressRange: range });
  return client.query(
    `INSERT INTO environments (id, name, state, requested_spec, spec, address_range, idempotency_key, created_by)
     VALUES (gen_random_uuid(), $1, $2, $3, $3, $4, $1, 'user:default/bench')`,
    [name, state, spec, range],
  );
}

/** The addresses are limited, so that most of so many are retired. */
async function insertMany(client) {
  await client.query(
    `INSERT INTO environments (id, name, state, requested_spec, spec, idempotency_key, created_by, created_at)
     SELECT gen_random_uuid(), 'old-' || n, 'retired', $1, $1, 'old-' || n, 'user:default/bench',
            now() - n * interval '1 minute'
     FROM generate_series(1, $2::int) n`,
    [JSON.stringify({ ...specOf('old'), addressRange: '10.9.0.0/20' }), MANY],
  );
  await client.query('VACUUM ANALYZE environments');
}

async function measure(server, make, key) {
  const next = () => requestBytes({ key, ...make() });
  const before = await server.usage();
  const result = await load({
    port: server.port,
    next,
    seconds,
    connections,
  });
  const { cpu } = await server.usage();
  return { ...result, cpu: (cpu - before.cpu) / result.answers };
}

async function compare(servers, client, key) {
  const rows = [];
  for (const [scenario, { bare, trpc }] of Object.entries(SCENARIOS)) {
    if (values.only && values.only !== scenario) continue;
    const results = Object.fromEntries(KINDS.map(kind => [kind, []]));
    for (let round = 0; round < rounds + WARM_UP; round += 1) {
      for (const server of servers) {
        if (scenario === 'create') await resetRecord(client);
        const make = server.kind === 'bare' ? bare : trpc;
        const result = await measure(server, make, key);
        // The first rounds warm up.
        if (round >= WARM_UP) results[server.kind].push(result);
      }
    }
    if (scenario === 'create') await resetRecord(client);
    const rate = kind => median(results[kind].map(r => r.perSecond));
    for (const kind of KINDS) {
      rows.push({
        scenario,
        server: kind,
        perSecond: Math.round(rate(kind)),
        cpuMicros: Math.round(median(results[kind].map(r => r.cpu))),
        p50: Number(median(results[kind].map(r => r.p50)).toFixed(2)),
        p99: Number(median(results[kind].map(r => r.p99)).toFixed(2)),
        toBare: Number((rate(kind) / rate('bare')).toFixed(2)),
        toExpress: Number((rate(kind) / rate('express')).toFixed(2)),
      });
    }
    console.table(rows.filter(row => row.scenario === scenario));
  }
  return rows;
}

/** How long a list takes among many, as a ratio to the same among few. */
async function compareSizes(server, client, key) {
  const list = input => () => ({
    path: `/trpc/environments.page?input=${encode({ limit: 50, ...input })}`,
  });
  const time = async input => {
    const medians = [];
    for (let round = 0; round < rounds; round += 1) {
      medians.push((await measure(server, list(input), key)).p50);
    }
    return median(medians);
  };
  const few = await time({});
  await insertMany(client);
  const live = await time({});
  const retired = await time({ state: 'retired' });
  return {
    liveAmongMany: Number((live / few).toFixed(2)),
    retiredAmongMany: Number((retired / few).toFixed(2)),
  };
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'moorline-bench-'));
const postgres = await startPostgres({
  dataFolder: path.join(folder, 'postgres'),
});
const servers = [];
try {
  const { user, password, host, port } = postgres.connection;
  const database = `postgres://${user}:${password}@${host}:${port}/postgres`;
  const db = api.createDatabase(database);
  await api.migrate(db);
  const { key } = await createApiKey(
    db,
    {
      name: 'bench',
      role: 'operator',
      groups: [],
      scopes: [],
      expiresAt: new Date(Date.now() + 3_600_000),
    },
    'user:default/bench',
  );
  await db.close();
  const client = new pg.Client(database);
  await client.connect();
  await resetRecord(client);

  for (const kind of KINDS) servers.push(await startServer(kind, database));
  const rows = await compare(servers, client, key);
  const ours = servers.find(({ kind }) => kind === 'moorline');
  const sizes = await compareSizes(ours, client, key);
  const rssMb = Math.round((await ours.usage()).rss / 1e6);
  await client.end();

  const ratio = (scenario, what) =>
    rows.find(row => row.scenario === scenario && row.server === 'moorline')?.[
      what
    ];
  console.log(
    `Ours to bare: get ${ratio('get', 'toBare')}, list ${ratio(
      'list 50',
      'toBare',
    )}; to Express: get ${ratio('get', 'toExpress')}, list ${ratio(
      'list 50',
      'toExpress',
    )}. A list among ${MANY} takes ${
      sizes.liveAmongMany
    } times as long as among ${FEW}. RSS ${rssMb} MB.`,
  );
  console.log(JSON.stringify({ bench: 'api', rows, sizes, rssMb }));
} finally {
  for (const server of servers) await server.stop();
  await postgres.stop();
  fs.rmSync(folder, { recursive: true, force: true });
}
