import { OWNER, callerOf, specOf } from '../fixtures';
import { TestDatabase, createTestDatabase } from '../testing';

// Real databases, on machines that may be busy.
jest.setTimeout(60_000);

let test: TestDatabase;
let caller: ReturnType<typeof callerOf>;
const OTHERS = 'group:default/team-search';

beforeEach(async () => {
  test = await createTestDatabase();
  caller = callerOf(test.db, { directory: { ownerExists: async () => true } });
});
afterEach(() => test.drop());

const allocate = (key: string, change = {}) =>
  caller.addressing.allocate({
    key,
    owner: OWNER,
    purpose: 'later',
    ...change,
  });

const create = (name: string, change = {}) =>
  caller.environments.create({ key: name, spec: specOf(name, change) });

it('keeps a range for an environment of its owner', async () => {
  const reserved = await allocate('a');
  expect(reserved).toEqual({
    addressRange: '10.1.0.0/20',
    owner: OWNER,
    purpose: 'later',
    reservedBy: 'user:default/ada',
    reservedAt: expect.any(String),
    environment: undefined,
  });
  expect(await allocate('a')).toEqual(reserved);
  await expect(allocate('a', { purpose: 'other' })).rejects.toMatchObject({
    code: 'CONFLICT',
  });
  const { addressRange } = reserved;
  // Nobody is given it by chance, and nobody else may ask for it.
  expect((await create('first-dev')).spec.addressRange).toBe('10.1.16.0/20');
  await expect(
    create('other-dev', { owner: OTHERS, addressRange }),
  ).rejects.toThrow(/that group:default\/team-orders keeps for later/);
  await expect(allocate('b', { addressRange })).rejects.toThrow(/overlaps/);
  const check = await caller.environments.check({ addressRange });
  expect(check).toMatchObject({
    addressRange: { available: false },
    suggestedRange: '10.1.32.0/20',
    taken: [{ name: 'later' }, { name: 'first-dev' }],
  });

  const made = await create('orders-dev', { addressRange });
  const map = await caller.addressing.map();
  expect(map.reservations).toEqual([{ ...reserved, environment: made.name }]);
  expect(map.taken.map(({ name }) => name)).toEqual([made.name, 'first-dev']);
  await expect(caller.addressing.free({ addressRange })).rejects.toThrow(
    /"orders-dev" has 10.1.0.0\/20/,
  );
  await caller.environments.retire({ name: made.name, version: 1 });
  expect(await caller.addressing.map()).toMatchObject({
    reservations: [],
    next: addressRange,
  });
});

it('gives back what is not used', async () => {
  const before = await caller.addressing.map();
  const { addressRange } = await allocate('a', {
    addressRange: '10.9.16.0/20',
  });
  expect((await caller.addressing.map()).free).toBe(before.free - 1);
  await caller.addressing.free({ addressRange });
  expect(await caller.addressing.map()).toEqual(before);
  await expect(caller.addressing.free({ addressRange })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
});

it('gives each of a hundred at once another range', async () => {
  const all = await Promise.all(
    Array.from({ length: 100 }, (_, index) =>
      index % 2 ? allocate(`${index}`) : create(`e-${index}`),
    ),
  );
  const ranges = all.map(one => ('spec' in one ? one.spec : one).addressRange);
  expect(new Set(ranges).size).toBe(100);
});
