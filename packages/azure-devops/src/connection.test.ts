import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getArtifactFile } from './artifact';
import { Connection } from './connection';
import type { ProjectRequest } from './connection';
import type { AzureDevOpsOptions, RequestInfo, RetryInfo } from './options';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}) =>
  (_: IncomingMessage, response: ServerResponse) => {
    response.writeHead(status, {
      'content-type': 'application/json',
      ...headers,
    });
    response.end(JSON.stringify(body));
  };
const cut: Answer = request => request.socket.destroy();

const read: ProjectRequest = {
  method: 'GET',
  path: 'git/repositories',
  idempotent: true,
  what: 'list the repositories',
  needs: 'Code (Read)',
  thing: 'list of repositories',
};
const write: ProjectRequest = {
  ...read,
  method: 'POST',
  path: 'pipelines',
  body: { name: 'x' },
  idempotent: false,
  what: 'create the pipeline x',
};

describe('Connection', () => {
  const TOKEN = 'a-very-secret-token';
  let server: Server;
  let answers: Answer[];
  let received: { method?: string; url?: string; authorization?: string }[];
  let open: Connection[];

  beforeEach(async () => {
    answers = [];
    received = [];
    open = [];
    server = createServer((request, response) => {
      request.resume();
      const { method, url, headers } = request;
      received.push({ method, url, authorization: headers.authorization });
      (answers.shift() ?? json(200, { ok: true }))(request, response);
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  });

  afterEach(async () => {
    open.forEach(connection => connection.close());
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  });

  const connect = (options: Partial<AzureDevOpsOptions> = {}) => {
    const { port } = server.address() as AddressInfo;
    const connection = Connection.open({
      organizationUrl: `http://127.0.0.1:${port}/contoso/`,
      project: 'my project',
      token: TOKEN,
      retry: { attempts: 4, baseDelayMs: 5 },
      ...options,
    });
    open.push(connection);
    return connection;
  };

  it('asks for api-version 7.1 with the token as Basic', async () => {
    const connection = connect();
    await connection.send({ ...read, query: { a: 'b c', none: undefined } });
    const [first] = received;
    expect(first).toEqual({
      method: 'GET',
      url: '/contoso/my%20project/_apis/git/repositories?a=b+c&api-version=7.1',
      authorization: `Basic ${Buffer.from(`PAT:${TOKEN}`).toString('base64')}`,
    });
  });

  it('sends an Entra token as Bearer', async () => {
    await connect({ token: 'e30.e30.c2ln' }).send(read);
    expect(received[0].authorization).toBe('Bearer e30.e30.c2ln');
  });

  it.each([
    ['500', json(500, {})],
    ['502', json(502, {})],
    ['a cut connection', cut],
  ])('tries a read again after %s', async (_, trouble) => {
    const retries: RetryInfo[] = [];
    answers = [trouble, trouble, json(200, { value: 1 })];
    const connection = connect({ onRetry: info => retries.push(info) });
    expect(await connection.send(read)).toEqual({ value: 1 });
    expect(received).toHaveLength(3);
    expect(retries.map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  it('gives up after the configured number of tries', async () => {
    answers = [cut, cut, cut, cut, cut];
    await expect(connect().send(read)).rejects.toMatchObject({
      code: 'network',
      message: expect.stringMatching(/broke .* list the repositories/),
    });
    expect(received).toHaveLength(4);
  });

  it.each([
    ['500', json(500, {})],
    ['a cut connection', cut],
  ])('leaves a write in doubt alone after %s', async (_, trouble) => {
    answers = [trouble];
    await expect(connect().send(write)).rejects.toMatchObject({
      retryable: true,
    });
    expect(received).toHaveLength(1);
  });

  it('obeys Retry-After of a 429, for writes too', async () => {
    answers = [json(429, {}, { 'retry-after': '1' })];
    const started = Date.now();
    await connect().send(write);
    expect(Date.now() - started).toBeGreaterThanOrEqual(990);
    expect(received).toHaveLength(2);
  });

  it('obeys Retry-After of a success before the next request', async () => {
    answers = [json(200, {}, { 'retry-after': '0.3' })];
    const connection = connect();
    await connection.send(read);
    const started = Date.now();
    await connection.with({}).send(read);
    expect(Date.now() - started).toBeGreaterThanOrEqual(280);
  });

  it('reports a Retry-After that is too long to wait for', async () => {
    answers = [json(429, {}, { 'retry-after': '300' })];
    await expect(
      connect({ retry: { maxRetryAfterMs: 1000 } }).send(read),
    ).rejects.toMatchObject({
      code: 'throttled',
      retryAfterMs: 300_000,
      message: expect.stringMatching(/Try again in 300 s/),
    });
  });

  it.each([
    [401, {}, 'unauthorized', /token .* expired.*moorline.azureDevOps.token/],
    [203, {}, 'unauthorized', /token/],
    [302, {}, 'unauthorized', /token/],
    [
      403,
      { message: 'TF401027: You need GenericContribute' },
      'forbidden',
      /scope Code \(Read\).*TF401027/,
    ],
    [404, {}, 'notFound', /no list of repositories in project "my project"/],
    [
      404,
      { typeKey: 'ProjectDoesNotExistWithNameException' },
      'notFound',
      /no project "my project".*moorline.azureDevOps.project/,
    ],
    [409, { message: 'exists' }, 'conflict', /exists/],
    [
      400,
      { message: '/azure-pipelines.yml (Line: 3): bad' },
      'invalid',
      /Line: 3/,
    ],
  ])('explains %i %j', async (status, body, code, message) => {
    answers = [json(status, body, { location: '/_signin' })];
    await expect(connect().send(read)).rejects.toMatchObject({
      code,
      status,
      message: expect.stringMatching(message),
    });
    expect(received).toHaveLength(1);
  });

  it('stops at once when it is aborted, in the middle of a pause or of a request', async () => {
    const pausing = new AbortController();
    answers = [json(429, {}, { 'retry-after': '60' })];
    const paused = connect({
      signal: pausing.signal,
      onRetry: () => pausing.abort(new Error('cancelled')),
    }).send(read);
    await expect(paused).rejects.toThrow('cancelled');

    const asking = new AbortController();
    answers = [() => asking.abort(new Error('cancelled'))];
    await expect(connect({ signal: asking.signal }).send(read)).rejects.toThrow(
      'cancelled',
    );
  });

  it('tells of each request without the token', async () => {
    const infos: RequestInfo[] = [];
    answers = [cut];
    await connect({ onRequest: info => infos.push(info) }).send(read);
    expect(infos.map(({ status }) => status)).toEqual([undefined, 200]);
    expect(JSON.stringify(infos)).not.toContain(TOKEN);
  });

  it.each([
    [{ organizationUrl: 'contoso' }, /is no URL/],
    [{ organizationUrl: 'http://dev.azure.com/contoso' }, /https/],
    [{ token: '' }, /token is empty/],
    [{ project: '' }, /project is empty/],
  ])('refuses %j', (options, message) => {
    expect(() => connect(options)).toThrow(message);
  });

  it.each([
    'https://artifacts.visualstudio.com.example.org/content?format=zip',
    'http://a.artifacts.visualstudio.com/content?format=zip',
    'http://127.0.0.1:9/content?format=zip',
    undefined,
  ])('takes no token to an artifact at %s', async downloadUrl => {
    answers = [json(200, { resource: { downloadUrl } })];
    await expect(
      getArtifactFile(connect(), 1, 'plan', 'plan.txt'),
    ).rejects.toThrow(/none of its own addresses/);
    expect(received).toHaveLength(1);
  });
});
