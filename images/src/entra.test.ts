import { Client } from 'pg';
import { PostgresContainer } from './__testUtils__/postgres';
import { databaseSettings } from './databaseSettings';
import { entraPassword } from '@moorline/api/entra';

jest.setTimeout(120_000);

/** Azure's, as far as a database sees it: it makes a role whose identity signs in. */
const PGAADAUTH = `
  CREATE FUNCTION pgaadauth_create_principal(name text, administrator boolean, mfa boolean) RETURNS text LANGUAGE plpgsql
  AS $$ BEGIN EXECUTE format('CREATE ROLE %I LOGIN PASSWORD %L', name, 'token-1'); RETURN name; END $$`;

describe('sign-in by Entra ID', () => {
  let postgres: PostgresContainer;
  beforeAll(async () => {
    postgres = await PostgresContainer.create();
    await postgres.start();
  });
  afterAll(() => postgres.container.remove());

  const as = async (settings: object, text: string) => {
    const { PGHOST, PGPORT, PGDATABASE, PGPASSWORD } =
      postgres.clientVariables();
    const client = new Client({
      host: PGHOST,
      port: Number(PGPORT),
      user: 'postgres',
      password: PGPASSWORD,
      database: PGDATABASE,
      ...settings,
    });
    await client.connect();
    try {
      await client.query(text);
    } finally {
      await client.end();
    }
  };

  it('opens databases to identities, each its own, with a new token for each connection', async () => {
    await as({}, PGAADAUTH);
    const make = () =>
      postgres.container.run(
        postgres.clientVariables(),
        'entra-databases',
        'orders=id-orders-api',
        'web=id-orders-web',
      );
    const done = { code: 0, log: 'Databases: orders, web.\n' };
    expect(await make()).toEqual(done);
    expect(await make()).toEqual(done);

    const scopes: string[] = [];
    let count = 0;
    const password = entraPassword({
      getToken: async scope => {
        scopes.push(String(scope));
        return { token: `token-${++count}`, expiresOnTimestamp: 0 };
      },
    });
    const identity = { user: 'id-orders-api', database: 'orders', password };
    await as(identity, 'CREATE TABLE orders (n integer)');
    await as({}, `ALTER ROLE "id-orders-api" PASSWORD 'token-2'`);
    await as(identity, 'INSERT INTO orders VALUES (1)');
    await expect(as(identity, 'SELECT 1')).rejects.toThrow(
      /password authentication failed/,
    );
    expect(scopes).toEqual(
      Array(3).fill('https://ossrdbms-aad.database.windows.net/.default'),
    );
    await as({}, `ALTER ROLE "id-orders-api" PASSWORD 'token-4'`);
    await expect(
      as({ ...identity, database: 'web' }, 'SELECT 1'),
    ).rejects.toThrow(/permission denied for database/);
  });

  it.each([
    [{}, 'undefined'],
    [{ AZURE_FEDERATED_TOKEN_FILE: '/token' }, 'function'],
    [{ AZURE_FEDERATED_TOKEN_FILE: '/token', PGPASSWORD: 'x' }, 'undefined'],
  ])('is chosen by the variables %j', (env, type) => {
    const settings = databaseSettings({ PGHOST: 'db', ...env });
    expect(typeof settings?.password).toBe(type);
  });
});
