import { query } from '@moorline/api';
import { TestDatabase, createTestDatabase } from '@moorline/api/testing';
import { once } from 'node:events';
import { IncomingMessage, Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { callerOf, createOrders, recordBuild } from '../__testUtils__/orders';
import { createCostManagement } from '../usage/costManagement';
import { collectUsage } from './collectUsage';
import type { Services } from './job';

// Real databases, on machines that may be busy.
jest.setTimeout(60_000);

const SCOPE = '/subscriptions/00000000-0000-4000-8000-000000000001';
const DAY_MS = 86_400_000;

const day = (ago: number) =>
  new Date(Date.now() - ago * DAY_MS).toISOString().slice(0, 10);

let test: TestDatabase;
let server: Server;
let endpoint: string;
/** What is asked, and how that is answered. */
let asked: { url?: string; authorization?: string; body: unknown }[];
let answer: (request: IncomingMessage) => { status: number; body: unknown };

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const { url, headers } = request;
    const { authorization } = headers;
    asked.push({ url, authorization, body: await json(request) });
    const { status, body } = answer(request);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.close();
});

beforeEach(async () => {
  asked = [];
  test = await createTestDatabase();
  await createOrders(test.db);
  // From a noon of the past: the first of its days is half a day.
  await query(test.db, 'UPDATE environments SET created_at = $1', [
    `${day(3)}T12:00:00Z`,
  ]);
});
afterEach(() => test.drop());

const collect = (costs?: Services['costs']) =>
  collectUsage.run({}, { db: test.db, costs } as Services);

const costs = () =>
  createCostManagement({ endpoint, scope: SCOPE, token: async () => 'token' });

const usage = () =>
  callerOf(test.db).environments.usage({ name: 'orders-dev' });

/** As Azure answers a query that is grouped by resource group. */
const page = (rows: unknown[][], nextLink: string | null = null) => ({
  status: 200,
  body: {
    id: 'subscriptions/x/providers/Microsoft.CostManagement/query/1',
    name: '1',
    type: 'Microsoft.CostManagement/query',
    properties: {
      nextLink,
      columns: [
        { name: 'Cost', type: 'Number' },
        { name: 'UsageDate', type: 'Number' },
        { name: 'ResourceGroupName', type: 'String' },
        { name: 'Currency', type: 'String' },
      ],
      rows,
    },
  },
});

it('estimates what is made, by the hours it was there', async () => {
  await collect();
  expect(await usage()).toEqual([]);
  await recordBuild(test.db, 41);
  await collect();
  const days = await usage();
  expect(days.map(record => record.day)).toEqual([day(3), day(2), day(1)]);
  const [first, second] = days;
  expect(second).toEqual({
    day: day(2),
    nodes: 1,
    cpuHours: 48,
    cost: expect.any(Number),
    currency: 'USD',
    source: 'estimate',
  });
  expect(first.cpuHours).toBeCloseTo(24);
  expect(first.cost).toBeCloseTo(second.cost / 2, 1);
  await collect();
  expect(await usage()).toEqual(days);
  expect(
    await callerOf(test.db).environments.usage({
      name: 'orders-dev',
      from: day(2),
      to: day(2),
    }),
  ).toEqual([second]);
  await expect(
    callerOf(test.db).environments.usage({
      name: 'orders-dev',
      from: '1990-01-01',
    }),
  ).rejects.toThrow(/at most 366 days/);
});

it('takes what Azure billed, page by page, and keeps it', async () => {
  await recordBuild(test.db, 41);
  const date = Number(day(2).replaceAll('-', ''));
  answer = ({ url }) =>
    url?.includes('skiptoken')
      ? page([[0.5, date, 'RG-orders-dev-nodes', 'EUR']])
      : page(
          [
            [1.25, date, 'rg-orders-dev', 'EUR'],
            [99, date, 'rg-search-dev', 'EUR'],
          ],
          `${endpoint}${SCOPE}/providers/Microsoft.CostManagement/query?api-version=2025-03-01&$skiptoken=A`,
        );
  await collect(costs());
  const billed = await usage();
  expect(billed.map(({ source }) => source)).toEqual([
    'estimate',
    'azure',
    'estimate',
  ]);
  expect(billed[1]).toMatchObject({ cost: 1.75, currency: 'EUR', nodes: 1 });
  expect(asked).toHaveLength(2);
  expect(asked[0]).toMatchObject({
    url: `${SCOPE}/providers/Microsoft.CostManagement/query?api-version=2025-03-01`,
    authorization: 'Bearer token',
    body: {
      type: 'ActualCost',
      timeframe: 'Custom',
      timePeriod: {
        from: `${day(7)}T00:00:00Z`,
        to: `${day(1)}T23:59:59Z`,
      },
    },
  });
  expect(asked[1].body).toEqual(asked[0].body);
  await collect();
  expect(await usage()).toEqual(billed);
});

it.each([
  ['Cost Management Reader', { status: 403, body: {} }],
  ['answered 429', { status: 429, body: {} }],
  ['no result of a query', { status: 200, body: { properties: {} } }],
  ['no Cost in a row', page([['much', 20261121, 'rg-orders-dev', 'EUR']])],
  ['a next page at', page([], 'https://example.org/next')],
])('says "%s", and keeps estimates', async (what, given) => {
  await recordBuild(test.db, 41);
  answer = () => given;
  await expect(collect(costs())).rejects.toThrow(what);
  expect(await usage()).toHaveLength(3);
});
