import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { createMoorlineClient } from '../client';
import { OWNER, specOf } from '../fixtures';
import { TestPrograms, outputOf } from '../__testUtils__/programs';
import { TestDatabase, createTestDatabase } from '../testing';

// Real processes and databases, on machines that may be busy.
jest.setTimeout(120_000);

let test: TestDatabase;
let programs: TestPrograms;

beforeEach(async () => {
  test = await createTestDatabase({ empty: true });
  programs = new TestPrograms(test.url);
});

afterEach(async () => {
  await programs.end();
  await test.drop();
});

it('explains itself', async () => {
  const { code, stdout } = await outputOf(programs.run(['--help']));
  expect(code).toBe(0);
  expect(stdout).toMatch(/MOORLINE_DATABASE_URL .*required/);
  expect(stdout).toMatch(/MOORLINE_DRAIN_MS .*default 5000/);
});

it('names every wrong setting, without its value', async () => {
  const { code, stderr, stdout } = await outputOf(
    programs.run([], {
      MOORLINE_DATABASE_URL: '',
      MOORLINE_PORT: 'hunter2',
      MOORLINE_CORS_ORIGINS: 'https://a.example/path',
      MOORLINE_ISSUERS: '[{"kind":"entra","issuer":"x"}]',
    }),
  );
  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/MOORLINE_DATABASE_URL: set it/);
  expect(stderr).toMatch(/MOORLINE_PORT: give a whole number/);
  expect(stderr).toMatch(/MOORLINE_CORS_ORIGINS: .*no origin/);
  expect(stderr).toMatch(/MOORLINE_ISSUERS: 0\.issuer: .*give the address/);
  expect(stderr).not.toContain('hunter2');
});

it('refuses a key that says nothing', async () => {
  const { code, stderr } = await outputOf(
    programs.run([
      'create-key',
      '--name',
      'Test!',
      '--role',
      'king',
      '--days',
      '0',
    ]),
  );
  expect(code).toBe(2);
  expect(stderr).toMatch(/^name: .*\nrole: .*\nexpiresAt: /);
});

it('serves callers with a key, and limits them', async () => {
  const [operator, reader] = await Promise.all([
    programs.createKey('--role', 'operator'),
    programs.createKey('--role', 'reader', '--scopes', 'environments.*'),
  ]);
  const { url, lines } = await programs.serve({
    MOORLINE_CALLS_PER_SECOND: '1',
    MOORLINE_CALLS_BURST: '5',
  });
  const as = (key?: string) =>
    createMoorlineClient({ url: `${url}/trpc`, token: async () => key });
  const spec = specOf('orders-dev', { owner: OWNER });
  const made = await as(operator).environments.create.mutate({
    key: 'one',
    spec,
  });
  expect(
    await as(reader).environments.get.query({ name: 'orders-dev' }),
  ).toEqual(made);
  await expect(
    as(reader).environments.create.mutate({ key: 'two', spec }),
  ).rejects.toMatchObject({ data: { code: 'FORBIDDEN' } });
  await expect(as().environments.list.query()).rejects.toMatchObject({
    data: { code: 'UNAUTHORIZED' },
  });
  const list = () =>
    fetch(`${url}/trpc/environments.list`, {
      headers: { authorization: `Bearer ${reader}` },
    });
  const answers = await Promise.all(Array.from({ length: 8 }, list));
  const refused = answers.filter(answer => answer.status === 429);
  expect(refused.length).toBeGreaterThanOrEqual(3);
  expect(Number(refused[0].headers.get('retry-after'))).toBeGreaterThan(0);
  expect(JSON.stringify(lines)).not.toMatch(/mlk_/);
});

it('fails no request when it is told to end under load', async () => {
  const key = await programs.createKey('--role', 'operator');
  const env = {
    MOORLINE_CALLS_PER_SECOND: '100000',
    MOORLINE_CALLS_BURST: '100000',
    MOORLINE_DRAIN_MS: '1000',
  };
  const servers = [await programs.serve(env), await programs.serve(env)];
  const balancer = balance(servers.map(({ url }) => url));
  const results: (number | string)[] = [];
  let going = true;
  const clients = Array.from({ length: 20 }, async () => {
    while (going) results.push(await balancer.ask(key));
  });
  await sleep(1_000);
  const before = results.length;
  servers[0].child.kill('SIGTERM');
  const [code] = await once(servers[0].child, 'exit');
  const during = results.length;
  await sleep(500);
  going = false;
  await Promise.all(clients);
  balancer.stop();
  expect(code).toBe(0);
  expect(during).toBeGreaterThan(before);
  expect(results.length).toBeGreaterThan(during);
  expect(results.filter(result => result !== 200)).toEqual([]);
  expect(servers[0].lines.at(-1)).toMatchObject({ message: 'ended' });
});

/** What a load balancer does: asks whether servers are ready, and sends requests, over kept connections, to those. */
function balance(urls: string[]) {
  const agent = new Agent({ keepAlive: true });
  let ready = urls;
  let turn = 0;
  const status = (url: string, headers = {}) =>
    new Promise<number | string>(resolve => {
      get(url, { agent, headers }, answer => {
        answer.resume().once('end', () => resolve(answer.statusCode!));
      }).once('error', error => resolve(error.message));
    });
  const probe = setInterval(async () => {
    const answers = await Promise.all(urls.map(url => status(`${url}/readyz`)));
    ready = urls.filter((_, index) => answers[index] === 200);
  }, 100);
  return {
    ask(key: string) {
      turn += 1;
      const url = ready[turn % ready.length];
      const headers = { authorization: `Bearer ${key}` };
      return status(`${url}/trpc/environments.list`, headers);
    },
    stop() {
      clearInterval(probe);
      agent.destroy();
    },
  };
}
