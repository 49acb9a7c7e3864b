import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { createMoorlineClient } from '../client';
import { OWNER, specOf } from '../fixtures';
import { TestDatabase, createTestDatabase } from '../testing';

// Real processes and databases, on machines that may be busy.
jest.setTimeout(120_000);

let test: TestDatabase;
let children: ChildProcess[];

beforeEach(async () => {
  test = await createTestDatabase({ empty: true });
  children = [];
});

afterEach(async () => {
  for (const child of children) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  }
  await test.drop();
});

function run(args: string[], env: Record<string, string> = {}): ChildProcess {
  const child = spawn(
    process.execPath,
    [join(__dirname, '../../bin/moorline-api.cjs'), ...args],
    {
      env: {
        PATH: process.env.PATH,
        MOORLINE_DATABASE_URL: test.url,
        MOORLINE_PORT: '0',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  children.push(child);
  return child;
}

async function output(child: ChildProcess) {
  let [stdout, stderr] = ['', ''];
  child.stdout!.on('data', chunk => (stdout += chunk));
  child.stderr!.on('data', chunk => (stderr += chunk));
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}

/** Starts a server and waits for its address. */
async function serve(env: Record<string, string> = {}) {
  const child = run(['serve'], env);
  const lines: Record<string, unknown>[] = [];
  const url = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout!).on('line', line => {
      const entry = JSON.parse(line);
      lines.push(entry);
      if (entry.message === 'serving') resolve(entry.url);
    });
    child.stderr!.on('data', chunk => reject(new Error(String(chunk))));
    child.once('exit', code => reject(new Error(`ended with ${code}`)));
  });
  return { child, url, lines };
}

const createKey = async (...args: string[]) => {
  const { stdout, stderr, code } = await output(
    run(['create-key', '--name', 'test', ...args]),
  );
  expect([code, stderr]).toEqual([0, '']);
  return stdout.trim();
};

it('explains itself', async () => {
  const { code, stdout } = await output(run(['--help']));
  expect(code).toBe(0);
  expect(stdout).toMatch(/MOORLINE_DATABASE_URL .*required/);
  expect(stdout).toMatch(/MOORLINE_DRAIN_MS .*default 5000/);
});

it('names every wrong setting, without its value', async () => {
  const { code, stderr, stdout } = await output(
    run([], {
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
  const { code, stderr } = await output(
    run(['create-key', '--name', 'Test!', '--role', 'king', '--days', '0']),
  );
  expect(code).toBe(2);
  expect(stderr).toMatch(/^name: .*\nrole: .*\nexpiresAt: /);
});

it('serves callers with a key, and limits them', async () => {
  const [operator, reader] = await Promise.all([
    createKey('--role', 'operator'),
    createKey('--role', 'reader', '--scopes', 'environments.*'),
  ]);
  const { url, lines } = await serve({
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
  const key = await createKey('--role', 'operator');
  const env = {
    MOORLINE_CALLS_PER_SECOND: '100000',
    MOORLINE_CALLS_BURST: '100000',
    MOORLINE_DRAIN_MS: '1000',
  };
  const servers = [await serve(env), await serve(env)];
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
