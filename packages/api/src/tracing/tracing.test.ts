import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { InMemorySpanExporter, ReadableSpan } from '@opentelemetry/sdk-trace';
import { createMoorlineClient } from '../client';
import { ACTOR, OWNER, specOf } from '../fixtures';
import { createLog } from '../server/log';
import { RunningServer, startServer } from '../server/server';
import { TestDatabase, createTestDatabase } from '../testing';
import { startTracing } from './start';

// Real databases, on machines that may be busy.
jest.setTimeout(60_000);

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SECRET = 'hunter2';

let test: TestDatabase;
let server: RunningServer;
const exporter = new InMemorySpanExporter();

beforeAll(async () => {
  test = await createTestDatabase();
  server = await startServer({
    db: test.db,
    log: createLog(() => {}),
    host: '127.0.0.1',
    port: 0,
    limits: { bodyBytes: 100_000, batchSize: 10, requestMs: 10_000 },
    corsOrigins: [],
    drainMs: 0,
    graceMs: 1_000,
    contextOf: async () => ({
      db: test.db,
      actor: ACTOR,
      directory: { ownerExists: async ref => ref === OWNER },
    }),
  });
});
afterAll(async () => {
  await server.close();
  await test.drop();
});

const clientOf = (headers: Record<string, string>) =>
  createMoorlineClient({
    url: `${server.url}/trpc`,
    token: async () => SECRET,
    fetch: (input, init) => {
      const all = new Headers(init?.headers);
      for (const [name, value] of Object.entries(headers)) all.set(name, value);
      return fetch(input, { ...init, headers: all });
    },
  });

async function spansOf(work: () => Promise<unknown>): Promise<ReadableSpan[]> {
  const stop = startTracing({ service: 'test', ratio: 1, exporter });
  // Ended with it, the exporter forgets.
  const spans: ReadableSpan[] = [];
  const send = exporter.export.bind(exporter);
  jest.spyOn(exporter, 'export').mockImplementation((batch, done) => {
    spans.push(...batch);
    send(batch, done);
  });
  try {
    await work();
  } finally {
    await stop();
  }
  return spans;
}

it('goes on the trace of its caller: a span for the request, the call and each statement', async () => {
  const headers = {
    traceparent: `00-${TRACE}-b7ad6b7169203331-01`,
    'x-request-id': 'request-0001',
  };
  const client = clientOf(headers);
  const spans = await spansOf(async () => {
    await client.environments.create.mutate({
      key: SECRET,
      spec: specOf('orders-dev'),
    });
    await client.environments.get.query({ name: 'none' }).catch(() => {});
  });
  const [created, asked] = spans.filter(span => span.kind === SpanKind.SERVER);
  expect(created).toMatchObject({
    name: 'POST /trpc',
    parentSpanContext: { traceId: TRACE, spanId: 'b7ad6b7169203331' },
    attributes: {
      'http.response.status_code': 200,
      'moorline.request_id': 'request-0001',
    },
  });
  const below = (parent: ReadableSpan) =>
    spans.filter(
      span => span.parentSpanContext?.spanId === parent.spanContext().spanId,
    );
  const [call] = below(created);
  expect(call).toMatchObject({
    name: 'environments.create',
    status: { code: SpanStatusCode.UNSET },
  });
  expect(below(call).map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'postgresql BEGIN',
      'postgresql INSERT',
      'postgresql COMMIT',
    ]),
  );
  const [failed] = below(asked);
  expect(failed).toMatchObject({
    name: 'environments.get',
    status: { code: SpanStatusCode.ERROR },
    attributes: { 'error.type': 'NOT_FOUND' },
  });
  // What was sent stays out of it.
  const all = JSON.stringify(
    spans.map(({ name, attributes, events }) => ({ name, attributes, events })),
  );
  for (const sent of [SECRET, 'orders-dev', OWNER, 'none']) {
    expect(all).not.toContain(`"${sent}"`);
  }
  expect(all).not.toContain(SECRET);
});

it('records nothing unless it was begun', async () => {
  exporter.reset();
  await clientOf({}).environments.list.query();
  expect(exporter.getFinishedSpans()).toEqual([]);
});
