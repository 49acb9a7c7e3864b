import { once } from 'events';
import { createServer, IncomingMessage, request, Server } from 'http';
import { AddressInfo, connect } from 'net';
import { text } from 'stream/consumers';
import { HttpGateway } from './http-gateway';
import { choose, GatewayRule } from './matching';

const HOST = 'api.orders.moorline.localhost';

/** A pod that says its name, and where it was asked. */
async function startPod(name: string) {
  const server = createServer(async (asked, response) => {
    if (asked.url === '/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: 1\n\n');
      return;
    }
    response.setHeader('set-cookie', ['a=1', 'b=2']);
    response.end(
      JSON.stringify({
        name,
        url: asked.url,
        host: asked.headers.host,
        from: asked.headers['x-forwarded-for'],
        body: await text(asked),
      }),
    );
  });
  server.on('upgrade', (_, socket) => {
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
    );
    socket.on('data', (data: Buffer) => socket.end(`${name} heard ${data}`));
  });
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { server, endpoint: { host: '127.0.0.1', port } };
}

describe('HttpGateway', () => {
  const gateway = new HttpGateway();
  const cluster = {};
  const servers: Server[] = [];
  let one: { host: string; port: number };
  let two: { host: string; port: number };
  beforeAll(async () => {
    await gateway.listen(0);
    for (const name of ['one', 'two']) {
      const { server, endpoint } = await startPod(name);
      servers.push(server);
      if (name === 'one') one = endpoint;
      else two = endpoint;
    }
  });
  afterAll(async () => {
    await gateway.stop();
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
  });

  const rule = (more: Partial<GatewayRule>): GatewayRule => ({
    hostnames: [HOST],
    matches: [],
    backends: [{ weight: 1, endpoints: () => [one] }],
    order: '',
    ...more,
  });
  const to = (endpoint: { host: string; port: number }) => [
    { weight: 1, endpoints: () => [endpoint] },
  ];
  const open = async (
    path: string,
    { host = HOST, method = 'GET', headers = {}, body = '' } = {},
  ): Promise<IncomingMessage> => {
    const sent = request({
      port: gateway.port,
      path,
      method,
      headers: { ...headers, host },
    });
    sent.end(body);
    const [answer] = await once(sent, 'response');
    return answer;
  };
  const ask = async (...args: Parameters<typeof open>) => {
    const answer = await open(...args);
    return { status: answer.statusCode, text: await text(answer), answer };
  };
  const nameOf = async (...args: Parameters<typeof open>) =>
    JSON.parse((await ask(...args)).text).name;

  it('hands on requests and answers whole', async () => {
    gateway.serve(cluster, [rule({})]);
    const { answer, text: said } = await ask('/a?b=c', {
      host: `${HOST.toUpperCase()}:7080`,
      method: 'POST',
      body: 'hello',
    });
    expect(JSON.parse(said)).toEqual({
      name: 'one',
      url: '/a?b=c',
      host: `${HOST.toUpperCase()}:7080`,
      from: '127.0.0.1',
      body: 'hello',
    });
    expect(answer.headers['set-cookie']).toEqual(['a=1', 'b=2']);
    const events = await open('/events');
    const [first] = await once(events, 'data');
    expect(String(first)).toBe('data: 1\n\n');
    events.destroy();
  });

  it('opens WebSockets', async () => {
    gateway.serve(cluster, [rule({})]);
    const socket = connect(gateway.port, '127.0.0.1');
    socket.write(
      `GET /ws HTTP/1.1\r\nHost: ${HOST}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
    );
    const [head] = await once(socket, 'data');
    expect(String(head)).toMatch(/^HTTP\/1.1 101 /);
    socket.write('ping');
    expect(await text(socket)).toBe('one heard ping');
  });

  it('says plainly why it does not answer', async () => {
    gateway.serve(cluster, [
      rule({
        hostnames: ['empty.test'],
        backends: [{ weight: 1, endpoints: () => [] }],
      }),
      rule({
        hostnames: ['gone.test'],
        backends: [{ weight: 1, endpoints: () => undefined }],
      }),
      rule({ hostnames: ['lost.test'], backends: to({ ...one, port: 1 }) }),
    ]);
    const answers = ['none.test', 'empty.test', 'gone.test', 'lost.test'].map(
      host => ask('/', { host }),
    );
    expect(
      (await Promise.all(answers)).map(each => [each.status, each.text]),
    ).toEqual([
      [404, 'no route is for http://none.test/\n'],
      [503, 'no pod is ready to answer for empty.test\n'],
      [500, 'the route of gone.test leads to no Service\n'],
      [503, 'no pod is ready to answer for lost.test\n'],
    ]);
  });

  it('takes the most exact rule, and then the oldest', async () => {
    const path = (type: string, value: string) => [{ path: { type, value } }];
    const elsewhere = { backends: to({ ...one, port: 1 }) };
    const cases: [GatewayRule, GatewayRule, string, object?][] = [
      [
        rule({ hostnames: ['*.moorline.localhost'] }),
        rule({ backends: to(two) }),
        '/',
      ],
      [
        rule({ matches: path('PathPrefix', '/a') }),
        rule({ matches: path('PathPrefix', '/a/b'), backends: to(two) }),
        '/a/b/c',
      ],
      [
        rule({ matches: path('PathPrefix', '/a/b') }),
        rule({ matches: path('Exact', '/a'), backends: to(two) }),
        '/a',
      ],
      [
        rule({ matches: [{ method: 'POST' }] }),
        rule({ backends: to(two) }),
        '/',
      ],
      [
        rule({}),
        rule({ matches: [{ method: 'POST' }], backends: to(two) }),
        '/',
        { method: 'POST' },
      ],
      [
        rule({}),
        rule({
          matches: [{ headers: [{ name: 'X-Try', value: 'yes' }] }],
          backends: to(two),
        }),
        '/',
        { headers: { 'x-try': 'yes' } },
      ],
      [
        rule({}),
        rule({
          matches: [{ queryParams: [{ name: 'q', value: '1' }] }],
          backends: to(two),
        }),
        '/?q=1',
      ],
      [
        rule({ order: 'b', ...elsewhere }),
        rule({ order: 'a', backends: to(two) }),
        '/',
      ],
      [
        rule({ matches: path('PathPrefix', '/a'), ...elsewhere }),
        rule({ backends: to(two) }),
        '/ab',
      ],
    ];
    for (const [other, expected, asked, options] of cases) {
      gateway.serve(cluster, [other, expected]);
      expect(await nameOf(asked, options)).toBe('two');
    }
  });

  it('goes to the next pod when one has just gone, and to none whose weight is 0', async () => {
    gateway.serve(cluster, [
      rule({
        backends: [
          { weight: 1, endpoints: () => [{ ...one, port: 1 }, two] },
          { weight: 0, endpoints: () => [one] },
        ],
      }),
    ]);
    for (let i = 0; i < 10; i++) expect(await nameOf('/')).toBe('two');
  });
});

it('chooses backends as often as their weights say', () => {
  const [stable, canary] = [9, 1].map(weight => ({
    weight,
    endpoints: () => [],
  }));
  expect(choose([stable, canary], 0.89)).toBe(stable);
  expect(choose([stable, canary], 0.91)).toBe(canary);
  expect(choose([{ ...stable, weight: 0 }], 0)).toBeUndefined();
});
