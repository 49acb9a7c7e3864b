import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { MoorlineClient, createMoorlineClient } from './client';
import { Database, createDatabase, query } from './database/database';
import { specOf } from './fixtures';
import type { EnvironmentRecord } from './records';
import { ServerProcess, TestPrograms } from './__testUtils__/programs';
import { TestPostgres, startTestPostgres } from './testPostgres';

// Real processes that are killed and started, on machines that may be busy.
jest.setTimeout(180_000);

const CLIENTS = 20;

let postgres: TestPostgres;
let programs: TestPrograms;
let db: Database;
let server: ServerProcess;
let port: string;
let key: string;

const serve = () =>
  programs.serve({
    MOORLINE_PORT: port,
    MOORLINE_CALLS_PER_SECOND: '100000',
    MOORLINE_CALLS_BURST: '100000',
  });

beforeAll(async () => {
  postgres = await startTestPostgres();
  programs = new TestPrograms(postgres.url);
  db = createDatabase(postgres.url);
  key = await programs.createKey('--role', 'operator');
  port = '0';
  server = await serve();
  port = new URL(server.url).port;
});

afterAll(async () => {
  await programs.end();
  await db.close();
  await postgres.remove();
});

/** What clients were told, and so believe. */
interface Load {
  created: EnvironmentRecord[];
  /** The last version of each environment that somebody was told of, by its name. */
  updated: Map<string, EnvironmentRecord>;
  failures: number;
  /** Waits until so many more calls were answered. */
  answered(more: number): Promise<void>;
  /** Lets each client finish what it began. */
  end(): Promise<void>;
}

/** Clients that create and update, and repeat what was not answered until it is. */
function startLoad(name: string): Load {
  let going = true;
  let answers = 0;
  const load = {
    created: [] as EnvironmentRecord[],
    updated: new Map<string, EnvironmentRecord>(),
    failures: 0,
  };
  const client = createMoorlineClient({
    url: `${server.url}/trpc`,
    token: async () => key,
  });
  async function untilAnswered<T>(call: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        const answer = await call();
        answers += 1;
        return answer;
      } catch {
        load.failures += 1;
        await sleep(100);
      }
    }
  }
  async function run(index: number) {
    for (let turn = 0; going; turn += 1) {
      // Without its dashes a name must still be nobody else's: registries have none.
      const own = `${name}-${index}x${turn}`;
      const request = { key: own, spec: specOf(own) };
      const made = await untilAnswered(() =>
        client.environments.create.mutate(request),
      );
      load.created.push(made);
      load.updated.set(own, await untilAnswered(() => resize(client, own)));
    }
  }
  const clients = Array.from({ length: CLIENTS }, (_, index) => run(index));
  return Object.assign(load, {
    async answered(more: number) {
      const enough = answers + more;
      while (answers < enough) await sleep(20);
    },
    async end() {
      going = false;
      await Promise.all(clients);
    },
  });
}

/** Nothing is changed twice: a change whose answer was lost is seen to be there. */
async function resize(client: MoorlineClient, name: string) {
  const { version } = await client.environments.get.query({ name });
  const change = { size: 'large' } as const;
  return client.environments.update.mutate({ name, version, change });
}

/** What was told is there, once, with its events; and there is nothing that nobody asked for. */
async function expectAllThere(name: string, { created, updated }: Load) {
  const rows = await query<{
    id: string;
    name: string;
    range: string;
    size: string;
    version: number;
    events: number;
  }>(
    db,
    `SELECT id, name, text(address_range) AS range, spec->>'size' AS size, version,
            (SELECT count(*)::int FROM events WHERE environment_id = e.id) AS events
     FROM environments e WHERE name LIKE $1 || '-%'`,
    [name],
  );
  expect(rows).toHaveLength(created.length);
  const found = new Map(rows.map(row => [row.name, row]));
  for (const { id, name: told, spec } of created) {
    expect(found.get(told)).toEqual({
      id,
      name: told,
      range: spec.addressRange,
      size: 'large',
      version: 2,
      events: 2,
    });
    expect(updated.get(told)).toMatchObject({ id, version: 2 });
  }
}

it('keeps what it told when the server is killed under load, and goes on where it was', async () => {
  const load = startLoad('server');
  await load.answered(60);
  server.child.kill('SIGKILL');
  await once(server.child, 'exit');
  await sleep(500);
  server = await serve();
  await load.answered(60);
  await load.end();
  expect(load.failures).toBeGreaterThan(0);
  await expectAllThere('server', load);
});

it('keeps what it told when PostgreSQL is killed under load, and recovers by itself', async () => {
  const ready = async () => (await fetch(`${server.url}/readyz`)).status;
  const load = startLoad('postgres');
  for (let times = 0; times < 2; times += 1) {
    await load.answered(60);
    await postgres.kill();
    while ((await ready()) !== 503) await sleep(100);
    expect((await fetch(`${server.url}/livez`)).status).toBe(200);
    await postgres.start();
    while ((await ready()) !== 200) await sleep(100);
  }
  await load.answered(60);
  await load.end();
  expect(load.failures).toBeGreaterThan(0);
  expect(server.child.exitCode).toBeNull();
  await expectAllThere('postgres', load);
});
