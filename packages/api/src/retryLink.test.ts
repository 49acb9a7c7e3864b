import { once } from 'node:events';
import { Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createMoorlineClient, describeError } from './client';

let server: Server;
let url: string;
/** What the server answers, one after the other; `cut`: nothing. The last answer is repeated. */
let answers: { status: number | 'cut'; retryAfter?: string }[];
let times: number[];

beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume();
    times.push(Date.now());
    const { status, retryAfter } =
      answers.length > 1 ? answers.shift()! : answers[0];
    if (status === 'cut') {
      request.socket.destroy();
      return;
    }
    if (retryAfter) response.setHeader('retry-after', retryAfter);
    response.writeHead(status, { 'content-type': 'application/json' });
    const error = { message: 'no', code: -1, data: { httpStatus: status } };
    response.end(
      JSON.stringify([status === 200 ? { result: { data: [] } } : { error }]),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  times = [];
});
afterAll(() => server.close());

const client = (retry = {}) =>
  createMoorlineClient({ url, retry: { firstPauseMs: 10, ...retry } });
const list = () => client().environments.list.query();
const report = () =>
  client().environments.creationFailed.mutate({ key: 'k', reason: 'r' });

describe('retryLink', () => {
  it.each([429, 503])('tries again after %s, mutations too', async status => {
    answers = [{ status }, { status }, { status: 200 }];
    await report();
    expect(times).toHaveLength(3);
  });

  it('waits as long as the server says', async () => {
    answers = [{ status: 429, retryAfter: '1' }, { status: 200 }];
    expect(await list()).toEqual([]);
    expect(times[1] - times[0]).toBeGreaterThanOrEqual(990);
    const date = new Date(Date.now() + 1_500).toUTCString();
    answers = [{ status: 503, retryAfter: date }, { status: 200 }];
    await list();
    answers = [{ status: 503, retryAfter: '3600' }];
    times = [];
    await expect(list()).rejects.toThrow();
    expect(times).toHaveLength(1);
  });

  it('gives up in the end, with the last error', async () => {
    answers = [{ status: 503 }];
    const error = await client({ tries: 3 })
      .environments.list.query()
      .catch(describeError);
    expect(error).toMatchObject({ message: 'no' });
    expect(times).toHaveLength(3);
  });

  it('leaves other errors alone', async () => {
    answers = [{ status: 500 }];
    await expect(list()).rejects.toThrow('no');
    expect(times).toHaveLength(1);
  });

  it('repeats queries that got no answer, and no mutation', async () => {
    answers = [{ status: 'cut' }, { status: 200 }];
    await list();
    expect(times).toHaveLength(2);
    answers = [{ status: 'cut' }, { status: 200 }];
    times = [];
    await expect(report()).rejects.toThrow();
    expect(times).toHaveLength(1);
  });

  it('ends its pause when the caller aborts', async () => {
    answers = [{ status: 503, retryAfter: '30' }];
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 100);
    await expect(
      client().environments.list.query(undefined, { signal: abort.signal }),
    ).rejects.toThrow(/abort/);
  });
});
