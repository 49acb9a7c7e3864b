// The API's own server against bare node:http + pg and against tRPC's stock adapters, in turn in one run:
//
//   npm run bench -- api [--warm-up 10000] [--seconds 0.5] [--rounds 12] [--connections 16] [--only get]
//
// Every server runs in a process of its own, checks the caller's key, and asks the same PostgreSQL with the same named
// statements. Prints answers a second and ratios; the last line is one JSON object.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { startPostgres } from '../../scripts/postgres.mjs';
import { FEW, MANY, insertMany, resetRecord, specOf } from './data.mjs';
import { load, requestBytes } from './load.mjs';
import { useProtocol } from './protocol.mjs';
import { createKey, startServer } from './servers.mjs';

const { values } = parseArgs({
  options: {
    'warm-up': { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '0.5' },
    rounds: { type: 'string', default: '12' },
    connections: { type: 'string', default: '16' },
    only: { type: 'string', default: '' },
  },
});
// Answers until Node has compiled what is used for each.
const warmUp = Number(values['warm-up']);
const seconds = Number(values.seconds);
const rounds = Number(values.rounds);
const connections = Number(values.connections);

const KINDS = ['bare', 'moorline', 'standalone', 'express', 'fastify'];

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

/** As a server is after its first minute. */
async function heat(server, key) {
  const { bare, trpc } = SCENARIOS.get;
  const make = server.kind === 'bare' ? bare : trpc;
  const next = () => requestBytes({ key, ...make() });
  await load({ port: server.port, next, connections, answers: warmUp });
}

async function compare(servers, client, key) {
  const rows = [];
  for (const [scenario, { bare, trpc }] of Object.entries(SCENARIOS)) {
    if (values.only && values.only !== scenario) continue;
    const results = Object.fromEntries(KINDS.map(kind => [kind, []]));
    for (let round = -1; round < rounds; round += 1) {
      for (const server of servers) {
        if (scenario === 'create') await resetRecord(client);
        const make = server.kind === 'bare' ? bare : trpc;
        const result = await measure(server, make, key);
        // The first one is for this scenario what the warm-up is for all.
        if (round >= 0) results[server.kind].push(result);
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

/** How long a list takes among many, as ratios to the same among few; measured in turn. */
async function compareSizes(few, many, keys) {
  const list = input => () => ({
    path: `/trpc/environments.page?input=${encode({ limit: 50, ...input })}`,
  });
  const asked = {
    few: () => measure(few, list({}), keys.few),
    liveAmongMany: () => measure(many, list({}), keys.many),
    retiredAmongMany: () =>
      measure(many, list({ state: 'retired' }), keys.many),
  };
  const times = Object.fromEntries(Object.keys(asked).map(name => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, ask] of Object.entries(asked)) {
      times[name].push((await ask()).p50);
    }
  }
  const ratio = name =>
    Number((median(times[name]) / median(times.few)).toFixed(2));
  return {
    liveAmongMany: ratio('liveAmongMany'),
    retiredAmongMany: ratio('retiredAmongMany'),
  };
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'moorline-bench-'));
const postgres = await startPostgres({
  dataFolder: path.join(folder, 'postgres'),
});
const servers = [];
try {
  const { user, password, host, port } = postgres.connection;
  const urlOf = name =>
    `postgres://${user}:${password}@${host}:${port}/${name}`;
  const database = urlOf('postgres');
  const key = createKey(database);
  const client = new pg.Client(database);
  await client.connect();
  await resetRecord(client);

  for (const kind of KINDS) {
    const server = await startServer(kind, database);
    servers.push(server);
    await heat(server, key);
  }
  const rows = await compare(servers, client, key);
  const ours = servers.find(({ kind }) => kind === 'moorline');

  await client.query('CREATE DATABASE long');
  const long = {
    key: createKey(urlOf('long')),
    client: new pg.Client(urlOf('long')),
  };
  await long.client.connect();
  await resetRecord(long.client);
  await insertMany(long.client);
  const many = await startServer('moorline', urlOf('long'));
  servers.push(many);
  await heat(many, long.key);
  const sizes = await compareSizes(ours, many, { few: key, many: long.key });
  const protocol = await useProtocol(ours.port, key);
  const rssMb = Math.round((await ours.usage()).rss / 1e6);
  await client.end();
  await long.client.end();

  const found = (scenario, kind) =>
    rows.find(row => row.scenario === scenario && row.server === kind);
  const against = (scenario, peer, goal) => {
    const mine = found(scenario, 'moorline').perSecond;
    const theirs = found(scenario, peer).perSecond;
    const ratio = Number((mine / theirs).toFixed(2));
    const met = goal === undefined ? undefined : ratio >= goal;
    const name = `${scenario}, calls a second, to ${peer}`;
    return { case: name, ours: mine, peer: theirs, ratio, goal, met };
  };
  const atMost = (name, ours, peer, goal) => {
    const ratio = Number((ours / peer).toFixed(2));
    return { case: name, ours, peer, ratio, goal, met: ratio <= goal };
  };
  const summary = [
    against('get', 'bare', 0.6),
    against('list 50', 'bare', 0.6),
    against('create', 'bare'),
    against('batch of 10', 'bare'),
    against('get', 'express', 2),
    against('list 50', 'express', 2),
    against('create', 'express'),
    against('batch of 10', 'express'),
    atMost(`list among ${MANY} to ${FEW}`, sizes.liveAmongMany, 1, 1.5),
    atMost('RSS after the run, MB, to 150', rssMb, 150, 1),
  ];
  console.table(summary);
  console.log(
    `A change reaches ${protocol.subscribers} subscribers in ${protocol.changeToAllMs} ms.`,
  );
  console.log(
    JSON.stringify(
      { bench: 'api', rows: summary },
      (_, value) => value ?? null,
    ),
  );
} finally {
  for (const server of servers) await server.stop();
  await postgres.stop();
  fs.rmSync(folder, { recursive: true, force: true });
}
