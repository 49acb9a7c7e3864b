import { MoorlineClient, createMoorlineClient, describeError } from './client';
import { query } from './database/database';
import { OWNER, specOf } from './fixtures';
import { TestPrograms } from './__testUtils__/programs';
import { TestDatabase, createTestDatabase } from './testing';

// A hundred clients, two servers and a real database, on machines that may be busy.
jest.setTimeout(180_000);

const CLIENTS = 100;

let test: TestDatabase;
let programs: TestPrograms;
let clients: MoorlineClient[];

beforeAll(async () => {
  test = await createTestDatabase({ empty: true });
  programs = new TestPrograms(test.url);
  const key = await programs.createKey('--role', 'operator');
  const env = {
    MOORLINE_CALLS_PER_SECOND: '100000',
    MOORLINE_CALLS_BURST: '100000',
    // Each of them waits for others: that is what is tested.
    MOORLINE_REQUEST_TIMEOUT_MS: '120000',
  };
  const servers = await Promise.all([programs.serve(env), programs.serve(env)]);
  clients = Array.from({ length: CLIENTS }, (_, index) =>
    createMoorlineClient({
      url: `${servers[index % servers.length].url}/trpc`,
      token: async () => key,
    }),
  );
});

afterAll(async () => {
  await programs.end();
  await test.drop();
});

/** All clients at once; what each got, be it an error. */
const all = <T>(work: (client: MoorlineClient, index: number) => Promise<T>) =>
  Promise.allSettled(clients.map(work));

/** What those got who got something; the others were refused with one of the codes. */
function winners<T>(results: PromiseSettledResult<T>[], refusal?: string): T[] {
  return results.flatMap(result => {
    if (result.status === 'fulfilled') return [result.value];
    expect(describeError(result.reason)).toMatchObject({ code: refusal });
    return [];
  });
}

const count = async (sql: string, ...values: unknown[]) =>
  Number(
    (await query(test.db, `SELECT count(*) FROM ${sql}`, values))[0].count,
  );

describe('a hundred clients at once', () => {
  it('create different environments, which neither repeat nor overlap', async () => {
    const made = winners(
      await all((client, index) =>
        client.environments.create.mutate({
          key: `own-${index}`,
          spec: specOf(`own-${index}`),
        }),
      ),
    );
    expect(made).toHaveLength(CLIENTS);
    expect(new Set(made.map(({ id }) => id)).size).toBe(CLIENTS);
    const ranges = made.map(({ spec }) => spec.addressRange);
    expect(new Set(ranges).size).toBe(CLIENTS);

    const rows = await query<{ id: string; range: string }>(
      test.db,
      "SELECT id, text(address_range) AS range FROM environments WHERE name LIKE 'own-%'",
    );
    expect(new Map(rows.map(({ id, range }) => [id, range]))).toEqual(
      new Map(made.map(({ id, spec }) => [id, spec.addressRange])),
    );
  });

  it('make one environment of one request', async () => {
    const request = { key: 'same', spec: specOf('same-dev') };
    const made = winners(
      await all(client => client.environments.create.mutate(request)),
    );
    expect(made).toHaveLength(CLIENTS);
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    expect(await count(`environments WHERE name = 'same-dev'`)).toBe(1);
    expect(await count('events WHERE environment_id = $1', made[0].id)).toBe(1);
  });

  it('give a name, and a range, to one of those who want it', async () => {
    const named = await all((client, index) =>
      client.environments.create.mutate({
        key: `name-${index}`,
        // The registries of both would have one name.
        spec: specOf(index % 2 ? 'wanted-dev' : 'want-eddev'),
      }),
    );
    expect(winners(named, 'CONFLICT')).toHaveLength(1);
    const placed = await all((client, index) =>
      client.environments.create.mutate({
        key: `range-${index}`,
        spec: specOf(`range-${index}`, { addressRange: '10.200.0.0/20' }),
      }),
    );
    expect(winners(placed, 'CONFLICT')).toHaveLength(1);
    expect(
      await count(`environments WHERE idempotency_key LIKE 'name-%'`),
    ).toBe(1);
    expect(
      await count(`environments WHERE idempotency_key LIKE 'range-%'`),
    ).toBe(1);
  });

  it('allocate ranges while others create, and none overlaps', async () => {
    const [reserved, made] = await Promise.all([
      all((client, index) =>
        client.addressing.allocate.mutate({
          key: `allocated-${index}`,
          owner: OWNER,
          purpose: 'a test',
        }),
      ),
      all((client, index) =>
        client.environments.create.mutate({
          key: `beside-${index}`,
          spec: specOf(`beside-${index}`),
        }),
      ),
    ]);
    const ranges = [
      ...winners(reserved).map(({ addressRange }) => addressRange),
      ...winners(made).map(({ spec }) => spec.addressRange),
    ];
    expect(ranges).toHaveLength(2 * CLIENTS);
    expect(new Set(ranges).size).toBe(2 * CLIENTS);
    expect(
      await count('address_ranges WHERE range = ANY ($1::cidr[])', ranges),
    ).toBe(2 * CLIENTS);
  });

  it('update one environment, and no change is lost', async () => {
    const name = 'shared-dev';
    const [first] = clients;
    const made = await first.environments.create.mutate({
      key: name,
      spec: specOf(name),
    });
    const [service] = made.spec.services;
    const results = await all(async (client, index) => {
      const versions: number[] = [];
      for (let turn = 0; turn < 3; turn += 1) {
        const { version } = await client.environments.get.query({ name });
        const host = `c${index}-${turn}.${name}.moorline.localhost`;
        const change = { services: [{ ...service, host }] };
        await client.environments.update.mutate({ name, version, change }).then(
          after => versions.push(after.version),
          error => {
            const { stale } = error.data;
            expect(stale.yours).toEqual({ version, change });
            expect(stale.current.version).toBeGreaterThan(version);
          },
        );
      }
      return versions;
    });
    const versions = winners(results)
      .flat()
      .sort((a, b) => a - b);
    // Each version was made by one of them, none was skipped, and the last one is there.
    expect(versions).toEqual(
      versions.map((_, index) => made.version + index + 1),
    );
    const last = await first.environments.get.query({ name });
    expect(last.version).toBe(versions.at(-1));

    const changes = await query<{ from: string; to: string }>(
      test.db,
      `SELECT difference #>> '{services,from,0,host}' AS from, difference #>> '{services,to,0,host}' AS to
       FROM events WHERE environment_id = $1 AND kind = 'environment.updated' ORDER BY id`,
      [made.id],
    );
    // Each change begins where the one before it ended.
    expect(changes).toHaveLength(versions.length);
    expect(changes.map(({ from }) => from)).toEqual([
      service.host,
      ...changes.slice(0, -1).map(({ to }) => to),
    ]);
    expect(last.spec.services[0].host).toBe(changes.at(-1)!.to);
  });

  it('update different environments, each as often as it wants', async () => {
    const TURNS = 3;
    const results = await all(async (client, index) => {
      // Ten clients for each of ten environments.
      const name = `own-${index % 10}`;
      for (let done = 0; done < TURNS; ) {
        const { version, spec } = await client.environments.get.query({ name });
        const [service] = spec.services;
        const replicas = (service.replicas % 20) + 1;
        const change = { services: [{ ...service, replicas }] };
        done += await client.environments.update
          .mutate({ name, version, change })
          .then(
            () => 1,
            error => {
              expect(error.data.code).toBe('CONFLICT');
              return 0;
            },
          );
      }
    });
    expect(winners(results)).toHaveLength(CLIENTS);
    for (let index = 0; index < 10; index += 1) {
      const { version, spec } = await clients[0].environments.get.query({
        name: `own-${index}`,
      });
      expect(version).toBe(1 + 10 * TURNS);
      // Each has added one to what the one before had written, from 2; after 20 comes 1.
      expect(spec.services[0].replicas).toBe(((2 + 10 * TURNS - 1) % 20) + 1);
    }
  });

  it('left a record in which all agrees', async () => {
    expect(
      await count(
        `environments e JOIN environments o ON e.address_range && o.address_range AND e.id <> o.id`,
      ),
    ).toBe(0);
    expect(
      await count(
        `environments e WHERE e.version <> (SELECT count(*) FROM events WHERE environment_id = e.id)`,
      ),
    ).toBe(0);
    const list = await clients[0].environments.list.query();
    expect(list).toHaveLength(await count('environments'));
    expect(list.length).toBe(2 * CLIENTS + 4);
  });
});
