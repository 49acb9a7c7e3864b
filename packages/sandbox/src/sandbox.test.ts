import { spawn } from 'child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'fs';
import { createServer } from 'net';
import { tmpdir } from 'os';
import path from 'path';
import type { Fault } from './http';
import { Sandbox, startSandbox } from './sandbox';
import { trustAuthority } from './trust';

jest.setTimeout(60_000);

describe('startSandbox', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox({ without: ['terraform'] });
    trustAuthority(sandbox.caFile);
  });
  afterAll(() => sandbox.stop());

  const admin = (method: string, what: string, body?: unknown) =>
    fetch(`${sandbox.url}/_sandbox/${what}`, {
      method,
      headers: {
        authorization: `Bearer ${sandbox.adminToken}`,
        'content-type': 'application/json',
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  const ask = (what = '_apis/projects', init: RequestInit = {}) =>
    fetch(`${sandbox.organizationUrl}/${what}`, {
      ...init,
      headers: {
        authorization: `Basic ${Buffer.from(`:${sandbox.pat}`).toString(
          'base64',
        )}`,
        'content-type': 'application/json',
        ...init.headers,
      },
    });
  const fault = async (order: Fault) => {
    const { status } = await admin('POST', 'faults', order);
    if (status !== 201) throw new Error(`the fault was answered ${status}`);
  };

  it('keeps its credentials for the owner only', () => {
    const file = path.join(sandbox.data, 'credentials.json');
    // eslint-disable-next-line no-bitwise
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { pat, armToken, caFile, caBundleFile } = sandbox;
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      pat,
      armToken,
      caFile,
      caBundleFile,
    });
  });

  it.each([401, 403, 429, 500, 503] as const)(
    'answers %d when told to, as often as told',
    async kind => {
      await fault({ kind, times: 2, retryAfter: 7 });
      const [one, two, three] = [await ask(), await ask(), await ask()];
      expect([one, two, three].map(({ status }) => status)).toEqual([
        kind,
        kind,
        200,
      ]);
      expect(one.headers.get('retry-after')).toBe(
        kind === 429 || kind === 503 ? '7' : null,
      );
      const body = await one.text();
      expect(kind === 401 ? body : JSON.parse(body).errorCode).toBe(
        kind === 401 ? '' : 0,
      );
    },
  );

  it('cuts the connection before or after the work', async () => {
    const make = (name: string) =>
      ask('environments-platform/_apis/git/repositories?api-version=7.1', {
        method: 'POST',
        body: JSON.stringify({ name }),
      });
    await fault({ kind: 'cut', method: 'post', path: '/git/repositories' });
    expect((await ask()).status).toBe(200);
    await expect(make('before')).rejects.toThrow();
    expect((await make('before')).status).toBe(201);

    await fault({ kind: 'cut', afterwards: true });
    await expect(make('after')).rejects.toThrow();
    expect((await make('after')).status).toBe(409);
  });

  it('refuses orders that make no sense, and strangers', async () => {
    for (const order of [
      { kind: 418 },
      { kind: 500, times: 0 },
      { kind: 500, path: '(' },
    ]) {
      expect((await admin('POST', 'faults', order)).status).toBe(400);
    }
    await fault({ kind: 500, times: 3 });
    expect(await (await admin('GET', 'faults')).json()).toEqual([
      { kind: 500, left: 3 },
    ]);
    await admin('DELETE', 'faults');
    expect((await ask()).status).toBe(200);
    const stranger = await fetch(`${sandbox.url}/_sandbox/faults`, {
      headers: { authorization: `Bearer ${sandbox.pat}` },
    });
    expect(stranger.status).toBe(401);
  });

  it('counts requests by method and path', async () => {
    await admin('DELETE', 'requests');
    await ask();
    await ask('_apis/projects?stateFilter=all');
    await ask('_apis/projects/none');
    const { total, counts, requests } = await (
      await admin('GET', 'requests?prefix=/moorline')
    ).json();
    expect(total).toBe(3);
    expect(counts).toEqual([
      { method: 'GET', path: '/moorline/_apis/projects', count: 2 },
      { method: 'GET', path: '/moorline/_apis/projects/none', count: 1 },
    ]);
    expect(requests.map(({ status }: { status: number }) => status)).toEqual([
      200, 200, 404,
    ]);
  });

  it('leaves nothing behind', async () => {
    const other = await startSandbox({ without: ['terraform'] });
    expect(existsSync(other.data)).toBe(true);
    await other.stop();
    expect(existsSync(other.data)).toBe(false);
    await expect(fetch(other.url)).rejects.toThrow();
  });

  it('answers 404 where nothing is', async () => {
    expect((await fetch(`${sandbox.url}/nothing`)).status).toBe(404);
  });
});

describe('the command', () => {
  const root = path.resolve(__dirname, '../../..');
  const command = (...args: string[]) => {
    const child = spawn(
      process.execPath,
      [
        '--require',
        require.resolve('@backstage/cli/config/nodeTransform.cjs'),
        path.join(__dirname, 'main.ts'),
        ...args,
      ],
      { cwd: root },
    );
    let output = '';
    const collect = (chunk: Buffer) => {
      output += chunk;
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    const ended = new Promise<number | null>(resolve =>
      child.once('close', resolve),
    );
    return { child, ended, output: () => output };
  };
  let data: string;
  beforeEach(() => {
    data = mkdtempSync(path.join(tmpdir(), 'moorline-main-'));
  });
  afterEach(() => rmSync(data, { recursive: true }));

  it('says when it is ready, and ends at SIGTERM', async () => {
    const { child, ended, output } = command(
      '--port',
      '0',
      '--data',
      data,
      '--platform',
      root,
    );
    while (!output().includes('sandbox ready at https://localhost:')) {
      expect(child.exitCode).toBeNull();
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    expect(output()).not.toContain(
      JSON.parse(readFileSync(path.join(data, 'credentials.json'), 'utf8')).pat,
    );
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  it('explains a busy port and a missing folder', async () => {
    const other = createServer();
    await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    const busy = command('--port', String(port), '--data', data);
    expect(await busy.ended).toBe(3);
    expect(busy.output()).toContain(`port ${port} is busy`);
    other.close();

    const missing = command();
    expect(await missing.ended).toBe(2);
    expect(missing.output()).toContain('--data is missing');
  });
});
